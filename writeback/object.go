package writeback

import (
	"encoding/json"

	packageurl "github.com/package-url/packageurl-go"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// object is a JSON object whose members are changed one by one, so that those that are
// not known here stay as they are.
type object []rawjson.Member

// get returns a member, null if there is none.
func (o object) get(key string) json.RawMessage {
	for _, m := range o {
		if m.Key == key {
			return m.Value
		}
	}
	return json.RawMessage("null")
}

// text returns a member that is a text, nil if it is something else.
func (o object) text(key string) *string {
	if s, ok := rawjson.String(o.get(key)); ok {
		return &s
	}
	return nil
}

// with returns the object with another value for a member.
func (o object) with(key string, value json.RawMessage) object {
	changed := make(object, 0, len(o)+1)
	found := false
	for _, m := range o {
		if m.Key == key {
			m.Value, found = value, true
		}
		changed = append(changed, m)
	}
	if !found {
		changed = append(changed, rawjson.Member{Key: key, Value: value})
	}
	return changed
}

func (o object) raw() json.RawMessage {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(rawjson.AppendString(b, m.Key), ':')
		b = append(b, m.Value...)
	}
	return append(b, '}')
}

func quote(s string) json.RawMessage { return rawjson.AppendString(nil, s) }

// withVersion returns the object of a package with another version.
func (o object) withVersion(version string) object {
	before := o.text("package_version")
	changed := o.with("package_version", quote(version))
	purl := o.text("purl")
	if purl == nil || before == nil {
		return changed
	}
	p, err := packageurl.FromString(*purl)
	if err != nil || p.Version != *before { // it says another version, of its own accord
		return changed
	}
	p.Version = version
	return changed.with("purl", quote(p.ToString()))
}

// license is an element of the licences of a package.
type license struct {
	name  string
	value json.RawMessage
}

// licensed is what is written of a licence that the scanner did not see: it has no id
// there.
func licensed(name string) license {
	return license{name, object{{Key: "name", Value: quote(name)}, {Key: "id", Value: json.RawMessage("null")}}.raw()}
}

// licences returns the licences of a structure info.
func (o object) licences() []license {
	elements, _ := rawjson.Elements(o.get("licenses"))
	list := make([]license, 0, len(elements))
	for _, e := range elements {
		if name := nameOf(e); name != nil {
			list = append(list, license{*name, e})
		}
	}
	return list
}

// nameOf is the name of a licence, nil if it has none.
func nameOf(license json.RawMessage) *string {
	if value, ok := rawjson.Lookup(license, "name"); ok {
		if name, ok := rawjson.String(value); ok {
			return &name
		}
	}
	return nil
}

func array(elements []json.RawMessage) json.RawMessage {
	b := []byte{'['}
	for i, e := range elements {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, e...)
	}
	return append(b, ']')
}
