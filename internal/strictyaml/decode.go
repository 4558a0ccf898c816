package strictyaml

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Decoder fills Go values from nodes and collects what is wrong with them.
// The zero Decoder is ready for use. It is not safe for concurrent use.
type Decoder struct {
	faults   []error
	warnings []Warning
	readers  map[reflect.Type]func(n *Node, v reflect.Value)
}

// Use lets read fill all values of type T. It gets null nodes too, and tells
// faults to d; what it returns with a fault does not matter.
func Use[T any](d *Decoder, read func(n *Node) T) {
	if d.readers == nil {
		d.readers = map[reflect.Type]func(*Node, reflect.Value){}
	}
	d.readers[reflect.TypeFor[T]()] = func(n *Node, v reflect.Value) { v.Set(reflect.ValueOf(read(n))) }
}

// Result returns the warnings, and all faults joined by [errors.Join], each an
// [*Error], or nil. Both are in the order of the file.
func (d *Decoder) Result() ([]Warning, error) {
	slices.SortStableFunc(d.warnings, func(a, b Warning) int {
		return before(a.File, b.File, a.Line, b.Line, a.Column, b.Column)
	})
	return d.warnings, join(d.faults)
}

// Fault records that n is wrong.
func (d *Decoder) Fault(n *Node, problem, remedy string) { d.FaultFrom(n, nil, problem, remedy) }

// FaultFrom records that n is wrong because of err, which callers of the whole
// find with [errors.Is] and [errors.As].
func (d *Decoder) FaultFrom(n *Node, err error, problem, remedy string) {
	d.faults = append(d.faults, &Error{
		File: n.File, Line: n.Line, Column: n.Column, Path: n.Path, Problem: problem, Remedy: remedy, Err: err,
	})
}

// Add records err as it is.
func (d *Decoder) Add(err error) { d.faults = append(d.faults, err) }

// Missing records that the mapping n lacks a required key.
func (d *Decoder) Missing(n *Node, key string) {
	at := *n
	at.Line, at.Column = n.start()
	d.Fault(&at, fmt.Sprintf("required key %s is missing", key), fmt.Sprintf("add %s: …", key))
}

// WrongType records that n should have been what want names.
func (d *Decoder) WrongType(n *Node, want string) {
	remedy := "write " + want
	if want == "text" && (n.Kind == Int || n.Kind == Float || n.Kind == Bool) {
		remedy = fmt.Sprintf("put it in quotes: %q", n.Text)
	}
	if n.Kind == Null {
		remedy += ", or leave the key out if it is optional"
	}
	d.Fault(n, fmt.Sprintf("want %s, got %s", want, n.describe()), remedy)
}

// Warn records something odd about n.
func (d *Decoder) Warn(n *Node, problem string) {
	d.warnings = append(d.warnings, Warning{File: n.File, Line: n.Line, Column: n.Column, Path: n.Path, Problem: problem})
}

// Unknown warns about every key of the mapping n that is not among known.
func (d *Decoder) Unknown(n *Node, known ...string) {
	for _, m := range n.Members {
		if m.Inherited || slices.Contains(known, m.Key) {
			continue
		}
		problem := "unknown key, ignored"
		if near := nearest(m.Key, known); near != "" {
			problem += fmt.Sprintf("; did you mean %s?", near)
		}
		at := *m.Value
		at.Line, at.Column = m.Line, m.Column
		d.Warn(&at, problem)
	}
}

// Decode fills what into points to from n and tells if n was free of faults.
//
// Fields of structs carry the tag yaml:"key,options". Options: "required";
// "scalar": a slice also takes one value without a list; "nullable": null is the
// same as an absent key; "section": null is the same as an empty mapping. The
// tag default:"value" gives the value of an absent key. A [time.Duration] is an
// integer in the unit that the tag unit:"s" or unit:"m" names. The
// tag oneof:"a b" lists the texts that a string may be. Fields without a
// yaml tag are left alone, fields of embedded structs count as the struct's own.
// Pointers take null as nil, the type any takes everything as plain Go values,
// and a *[Node] takes the node. Values with a method Validate() error are checked.
func (d *Decoder) Decode(n *Node, into any) bool {
	before := len(d.faults)
	d.value(n, reflect.ValueOf(into).Elem(), options{})
	return len(d.faults) == before
}

// options are those of a struct tag.
type options struct {
	key                                 string
	required, scalar, nullable, section bool
	preset, unit, oneOf                 string
	hasPreset                           bool
}

func tagOptions(field reflect.StructField) (options, bool) {
	tag, ok := field.Tag.Lookup("yaml")
	if !ok {
		return options{}, false
	}
	parts := strings.Split(tag, ",")
	o := options{key: parts[0], unit: field.Tag.Get("unit"), oneOf: field.Tag.Get("oneof")}
	o.required = slices.Contains(parts[1:], "required")
	o.scalar = slices.Contains(parts[1:], "scalar")
	o.nullable = slices.Contains(parts[1:], "nullable")
	o.section = slices.Contains(parts[1:], "section")
	o.preset, o.hasPreset = field.Tag.Lookup("default")
	return o, true
}

func (d *Decoder) structure(n *Node, v reflect.Value) {
	if n.Kind != Mapping {
		d.WrongType(n, "a mapping")
		return
	}
	d.Unknown(n, d.fields(n, v)...)
}

// fields fills the fields of v and returns the keys that it knows.
func (d *Decoder) fields(n *Node, v reflect.Value) (known []string) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous && field.Type.Kind() == reflect.Struct {
			known = append(known, d.fields(n, v.Field(i))...)
			continue
		}
		o, ok := tagOptions(field)
		if !ok {
			continue
		}
		known = append(known, o.key)
		d.field(n, v.Field(i), o)
	}
	return known
}

func (d *Decoder) field(n *Node, v reflect.Value, o options) {
	member := n.Get(o.key)
	switch {
	case member != nil && !(o.nullable && member.Kind == Null):
		d.value(member, v, o)
	case member == nil && o.required:
		d.Missing(n, o.key)
	default:
		d.preset(v, o)
	}
}
