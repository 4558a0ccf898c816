package strictyaml

import (
	"fmt"
	"reflect"
)

// preset gives v the value that its tag names for an absent key, and the fields
// of a struct theirs. A tag that does not fit its field is a mistake of the
// programmer and panics; the tests of this package and of its users see it.
func (d *Decoder) preset(v reflect.Value, o options) {
	if o.hasPreset {
		d := &Decoder{readers: d.readers}
		n := &Node{Kind: presetKind(v), File: "default", Text: o.preset}
		d.value(n, v, o)
		if _, err := d.Result(); err != nil {
			panic(fmt.Sprintf("strictyaml: tag default:%q of key %s: %v", o.preset, o.key, err))
		}
		return
	}
	if _, own := d.readers[v.Type()]; v.Kind() == reflect.Struct && !own {
		d.presetFields(v)
	}
}

// presetFields fills the struct v as if its mapping were empty, without complaint
// about required keys.
func (d *Decoder) presetFields(v reflect.Value) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous && field.Type.Kind() == reflect.Struct {
			d.presetFields(v.Field(i))
			continue
		}
		if o, ok := tagOptions(field); ok {
			d.preset(v.Field(i), o)
		}
	}
}

func presetKind(v reflect.Value) Kind {
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Bool:
		return Bool
	case reflect.Int, reflect.Int64:
		return Int
	case reflect.Float64:
		return Float
	}
	return Text
}
