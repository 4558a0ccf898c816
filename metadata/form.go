package metadata

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/rawjson"
)

// form reads the payloads of a type.
type form interface {
	shape
	// hasKey tells if payloads of the type have a data key.
	hasKey() bool
}

func (c *class) hasKey() bool { return len(c.parts) > 0 }
func (u *oneOf) hasKey() bool { return true }

// vulnerabilityForm reads both models of vulnerabilities.
type vulnerabilityForm struct{ newer, older *class }

var errNoScore = errors.New("is missing; cvss_v3_score would do as well")

func (f *vulnerabilityForm) hasKey() bool { return true }

func (f *vulnerabilityForm) appendTo(b []byte, value json.RawMessage, m mode) ([]byte, error) {
	members, err := rawjson.Inner(value)
	if err != nil {
		return nil, err
	}
	if f.isOlder(members) {
		return f.older.appendMembers(b, members, m)
	}
	if find(members, "cvss_score") == nil && find(members, "cvss_v3_score") == nil {
		return nil, at("cvss_score", errNoScore)
	}
	return f.newer.appendMembers(b, members, m)
}

// isOlder tells if the older model accepts the fields: it requires those of BDBA
// and knows no cvss_score.
func (f *vulnerabilityForm) isOlder(members []rawjson.Member) bool {
	if find(members, "cvss_score") != nil {
		return false
	}
	return !slices.ContainsFunc(f.older.fields, func(field field) bool {
		return field.missing == "" && find(members, field.name) == nil
	})
}

func (f *vulnerabilityForm) appendKey(b []byte, value json.RawMessage, exact bool) []byte {
	return f.newer.appendKey(b, value, exact) // both models have the same key
}

// declaredForm is the form of a type that configuration declares.
type declaredForm []declaredPart

type declaredPart struct {
	path     []string
	optional bool
}

func newDeclaredForm(paths []string) (declaredForm, error) {
	f := declaredForm{}
	for _, path := range paths {
		name, optional := strings.CutSuffix(path, "?")
		steps := strings.Split(name, ".")
		if slices.Contains(steps, "") {
			return nil, fmt.Errorf("key path %q has an empty step, want names joined by dots", path)
		}
		f = append(f, declaredPart{steps, optional})
	}
	return f, nil
}

func (f declaredForm) hasKey() bool { return len(f) > 0 }

// appendTo checks the key fields and keeps the object byte for byte.
func (f declaredForm) appendTo(b []byte, value json.RawMessage, _ mode) ([]byte, error) {
	for _, part := range f {
		v := lookup(value, part.path)
		switch k := rawjson.Kind(v); {
		case k == "object" || k == "list":
			return nil, at(strings.Join(part.path, "."), wrongType("a string, a number or a bool", v))
		case k == "null" && !part.optional:
			return nil, at(strings.Join(part.path, "."), errMissing)
		}
	}
	return append(b, value...), nil
}

func (f declaredForm) appendKey(b []byte, value json.RawMessage, exact bool) []byte {
	for i, part := range f {
		if i > 0 {
			b = append(b, '|')
		}
		b = appendKeyText(b, lookup(value, part.path), exact)
	}
	return b
}

// rescoringOf returns the class of rescorings with findings of a declared type.
func rescoringOf(rescoring *class, finding form) *class {
	c := &class{name: rescoring.name, fields: slices.Clone(rescoring.fields), parts: slices.Clone(rescoring.parts)}
	c.field("finding").value = finding
	for i := range c.parts {
		if c.parts[i].path[0] == "finding" {
			c.parts[i].value = finding
		}
	}
	return c
}

// identityShape is an artefact id.
type identityShape struct{}

func (identityShape) appendTo(b []byte, value json.RawMessage, _ mode) ([]byte, error) {
	id, err := artefact.Parse(value)
	if err != nil {
		return nil, err
	}
	return id.AppendJSON(b), nil
}

func (identityShape) appendKey(b []byte, _ json.RawMessage, _ bool) []byte { return b }
