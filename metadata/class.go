package metadata

import (
	"encoding/json"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// class is the shape of a JSON object with named fields, derived from a struct.
type class struct {
	name   string
	fields []field
	parts  []keyPart // of the data key; none: the class has no key
}

type field struct {
	name  string
	value shape
	// missing is the JSON that stands in for the field if it is missing.
	// It is empty if the field is required, or if omit is set.
	missing string
	// omit leaves the field out if it is missing.
	omit bool
}

// keyPart leads to a value that is part of the data key.
type keyPart struct {
	path []string
	// skipNull leaves the part out if it is null, instead of writing None.
	skipNull bool
	value    shape
}

func (c *class) appendTo(b []byte, value json.RawMessage, m mode) ([]byte, error) {
	members, err := rawjson.Inner(value)
	if err != nil {
		return nil, err
	}
	return c.appendMembers(b, members, m)
}

// appendMembers is appendTo for an object that was taken apart already.
func (c *class) appendMembers(b []byte, members []rawjson.Member, m mode) (_ []byte, err error) {
	b = append(b, '{')
	n := 0
	for i := range c.fields {
		f := &c.fields[i]
		given := find(members, f.name)
		if given == nil && f.omit {
			continue
		}
		if b, err = f.appendTo(appendName(b, n, f.name), given, m); err != nil {
			return nil, at(f.name, err)
		}
		n++
	}
	for _, e := range members {
		if c.has(e.Key) {
			continue
		}
		if m.strict {
			return nil, at(e.Key, errUnknownKey)
		}
		b = append(appendName(b, n, e.Key), e.Value...)
		n++
	}
	return append(b, '}'), nil
}

func (f *field) appendTo(b []byte, value json.RawMessage, m mode) ([]byte, error) {
	if value != nil {
		return f.value.appendTo(b, value, m)
	}
	if f.missing == "" {
		return nil, errMissing
	}
	return append(b, f.missing...), nil
}

func find(members []rawjson.Member, key string) json.RawMessage {
	for i := range members {
		if members[i].Key == key {
			return members[i].Value
		}
	}
	return nil
}

func (c *class) has(name string) bool { return c.field(name) != nil }

func (c *class) field(name string) *field {
	for i := range c.fields {
		if c.fields[i].name == name {
			return &c.fields[i]
		}
	}
	return nil
}

// mayBe tells whether the members are those of c: none is unknown, and none that it
// requires is missing. It takes much less than to find that out by reading them.
func (c *class) mayBe(members []rawjson.Member) bool {
	for i := range c.fields {
		f := &c.fields[i]
		if f.missing == "" && !f.omit && find(members, f.name) == nil {
			return false
		}
	}
	return c.unknown(members) == 0
}

// unknown counts the members that are no field of c.
func (c *class) unknown(members []rawjson.Member) int {
	n := 0
	for _, m := range members {
		if !c.has(m.Key) {
			n++
		}
	}
	return n
}

// appendKey appends the parts of the key, joined by "|".
func (c *class) appendKey(b []byte, value json.RawMessage, exact bool) []byte {
	first := true
	for i := range c.parts {
		part := &c.parts[i]
		v := lookup(value, part.path)
		if part.skipNull && v[0] == 'n' {
			continue
		}
		if !first {
			b = append(b, '|')
		}
		first = false
		b = nullable{part.value}.appendKey(b, v, exact)
	}
	return b
}

var null = json.RawMessage("null")

// lookup follows path into a canonical value; what is not there is null.
func lookup(value json.RawMessage, path []string) json.RawMessage {
	for _, step := range path {
		next, ok := rawjson.Lookup(value, step)
		if !ok {
			return null
		}
		value = next
	}
	return value
}
