package extcfg

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// MarshalJSON writes the configuration in the normal form of GET /features: a key
// per section, null for those that are not configured. The keys within sections
// are those of the file; time spans are numbers in the unit of the file, what may
// be one value is a list, and what the file leaves out has its default, or is null.
//
// Keys of ours (custom extensions, scaling) are left out: existing clients take every
// key for a section.
func (c *Config) MarshalJSON() ([]byte, error) {
	sections := plainStruct(reflect.ValueOf(c).Elem())
	delete(sections, "custom_extensions")
	delete(sections, "scaling")
	return json.Marshal(sections)
}

// MarshalText writes the pattern as written.
func (p Pattern) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// plain returns what v is in the normal form, as encoding/json can write it.
func plain(v reflect.Value, tag reflect.StructTag) any {
	switch value := v.Interface().(type) {
	case Version:
		return value.plain()
	case PathStep:
		return value.plain()
	case time.Duration:
		return value / unitOf(tag)
	case encoding.TextMarshaler: // a pattern; the zero one is no criterion
		if v.IsZero() {
			return nil
		}
		return value
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem(), tag)
	case reflect.Struct:
		return plainStruct(v)
	case reflect.Slice:
		return plainList(v, tag)
	case reflect.String:
		if _, hasDefault := tag.Lookup("default"); v.Len() == 0 && !hasDefault && !strings.HasSuffix(tag.Get("yaml"), ",required") {
			return nil
		}
	}
	return v.Interface()
}

// plainStruct returns the fields of a struct that configuration has, by their
// keys. Fields with a tag variant are those of a struct whose Type has that value.
func plainStruct(v reflect.Value) map[string]any {
	members := map[string]any{}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous {
			for key, value := range plainStruct(v.Field(i)) {
				members[key] = value
			}
			continue
		}
		key, variant := yamlKey(field), field.Tag.Get("variant")
		if key != "" && (variant == "" || variant == v.FieldByName("Type").String()) {
			members[key] = plain(v.Field(i), field.Tag)
		}
	}
	return members
}

// plainList returns a list, which is empty if nothing is configured. Where that
// would mean something else than nothing, the tag absent:"null" asks for null.
func plainList(v reflect.Value, tag reflect.StructTag) any {
	if v.IsNil() && tag.Get("absent") == "null" {
		return nil
	}
	items := make([]any, v.Len())
	for i := range items {
		items[i] = plain(v.Index(i), tag)
	}
	return items
}

func unitOf(tag reflect.StructTag) time.Duration {
	if tag.Get("unit") == "m" {
		return time.Minute
	}
	return time.Second
}

// plain returns null for the greatest version, a text, or {source}.
func (v Version) plain() any {
	switch {
	case v.Source != nil:
		return map[string]any{"source": plainStruct(reflect.ValueOf(*v.Source))}
	case v.Name != "":
		return v.Name
	}
	return nil
}

func (p PathStep) plain() any {
	if p.Submodule {
		return map[string]any{"type": "submodule", "name": p.Name}
	}
	return p.Name
}
