package metadata

import (
	"encoding/json"
	"slices"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// shape is what a JSON value has to look like. Shapes are derived from Go types
// by [shapeOf], so the structs of this package are the only place where fields
// are listed.
type shape interface {
	// appendTo appends the canonical form of value to b: fields in the order of
	// their class, missing ones filled in, timestamps normalised, everything else
	// byte for byte.
	appendTo(b []byte, value json.RawMessage, m mode) ([]byte, error)
	// appendKey appends what a canonical value contributes to a data key. The key
	// of existing installations has no quotes, so that different values can give one
	// key; exact writes texts in quotes and null as null.
	appendKey(b []byte, value json.RawMessage, exact bool) []byte
}

// mode varies how values are read.
type mode struct {
	// strict refuses unknown keys; else they are kept behind the known ones.
	strict bool
	// fill takes null for an empty list or object, as Go writes a nil one.
	fill bool
}

// scalar is a value that is kept byte for byte if it passes a test.
type scalar struct {
	want string
	test func(value []byte) bool
}

func kind(kinds ...string) func([]byte) bool {
	return func(value []byte) bool { return slices.Contains(kinds, rawjson.Kind(value)) }
}

// A bool is an integer, as in Python, because existing data was read that way.
func isInteger(value []byte) bool { return rawjson.IsInteger(value) || rawjson.Kind(value) == "bool" }

var (
	textShape    = scalar{"a string", kind("string")}
	integerShape = scalar{"an integer", isInteger}
	numberShape  = scalar{"a number", kind("number", "bool")}
	objectShape  = scalar{"an object", kind("object")}
	targetsShape = scalar{"an object or a list", kind("object", "list")}
	statusShape  = scalar{"a string, an integer or null", func(value []byte) bool {
		return isInteger(value) || kind("string", "null")(value)
	}}
	listShape       = scalar{"a list", kind("list")}
	identifierShape = scalar{"one of emailAddress, githubUser, metaOrigin, personalName", func(value []byte) bool {
		s, ok := rawjson.String(value)
		return ok && slices.Contains([]string{"emailAddress", "githubUser", "metaOrigin", "personalName"}, s)
	}}
)

func (s scalar) appendTo(b []byte, value json.RawMessage, _ mode) ([]byte, error) {
	if !s.test(value) {
		return nil, wrongType(s.want, value)
	}
	return append(b, value...), nil
}

func (s scalar) appendKey(b []byte, value json.RawMessage, exact bool) []byte {
	return appendKeyText(b, value, exact)
}

// appendKeyText writes a scalar as Python's str does.
func appendKeyText(b []byte, value json.RawMessage, exact bool) []byte {
	switch value[0] {
	case '"':
		s, _ := rawjson.String(value)
		if exact {
			return rawjson.AppendString(b, s)
		}
		return append(b, s...)
	case 'n':
		return appendNull(b, exact)
	case 't':
		return append(b, "True"...)
	case 'f':
		return append(b, "False"...)
	}
	return append(b, value...)
}

// moment is a timestamp or date, which is normalised.
type moment struct {
	want      string
	normalise func(string) (string, error)
}

func (t moment) appendTo(b []byte, value json.RawMessage, _ mode) ([]byte, error) {
	s, ok := rawjson.String(value)
	if !ok {
		return nil, wrongType(t.want, value)
	}
	s, err := t.normalise(s)
	if err != nil {
		return nil, err
	}
	return rawjson.AppendString(b, s), nil
}

func (t moment) appendKey(b []byte, value json.RawMessage, exact bool) []byte {
	return appendKeyText(b, value, exact)
}

// listOf is a list whose elements have one shape.
type listOf struct{ element shape }

func (l listOf) appendTo(b []byte, value json.RawMessage, m mode) ([]byte, error) {
	if m.fill && rawjson.IsNull(value) {
		return append(b, "[]"...), nil
	}
	each, ok := rawjson.Each(value)
	if !ok {
		return nil, wrongType("a list", value)
	}
	b = append(b, '[')
	for i, e := range each {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = l.element.appendTo(b, e, m); err != nil {
			return nil, at(index(i), err)
		}
	}
	return append(b, ']'), nil
}

// appendKey joins the sorted elements by commas, as the labels of findings are.
func (l listOf) appendKey(b []byte, value json.RawMessage, exact bool) []byte {
	elements, _ := rawjson.Elements(value)
	texts := make([]string, len(elements))
	for i, e := range elements {
		texts[i] = string(l.element.appendKey(nil, e, exact))
	}
	slices.Sort(texts)
	for i, s := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, s...)
	}
	return b
}

// mapOf is an object with free keys whose values have one shape.
type mapOf struct{ element shape }

func (o mapOf) appendTo(b []byte, value json.RawMessage, m mode) ([]byte, error) {
	if m.fill && rawjson.IsNull(value) {
		return append(b, "{}"...), nil
	}
	members, err := rawjson.Inner(value)
	if err != nil {
		return nil, err
	}
	b = append(b, '{')
	for i, e := range members {
		if b, err = o.element.appendTo(appendName(b, i, e.Key), e.Value, m); err != nil {
			return nil, at(e.Key, err)
		}
	}
	return append(b, '}'), nil
}

func (o mapOf) appendKey(b []byte, _ json.RawMessage, _ bool) []byte { return b }

// appendName starts the n-th member of an object.
func appendName(b []byte, n int, key string) []byte {
	if n > 0 {
		b = append(b, ',')
	}
	return append(rawjson.AppendString(b, key), ':')
}

// nullable admits null besides its shape.
type nullable struct{ shape }

func (n nullable) appendTo(b []byte, value json.RawMessage, m mode) ([]byte, error) {
	if rawjson.IsNull(value) {
		return append(b, "null"...), nil
	}
	return n.shape.appendTo(b, value, m)
}

func (n nullable) appendKey(b []byte, value json.RawMessage, exact bool) []byte {
	if rawjson.IsNull(value) {
		return appendNull(b, exact)
	}
	return n.shape.appendKey(b, value, exact)
}

func appendNull(b []byte, exact bool) []byte {
	if exact {
		return append(b, "null"...)
	}
	return append(b, "None"...)
}
