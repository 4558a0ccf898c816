package strictyaml

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

type validator interface{ Validate() error }

// value fills v from n.
func (d *Decoder) value(n *Node, v reflect.Value, o options) {
	if read, ok := d.readers[v.Type()]; ok {
		read(n, v)
		return
	}
	if o.section && n.Kind == Null {
		n = n.Under(nil)
	}
	before := len(d.faults)
	d.plain(n, v, o)
	if len(d.faults) > before {
		return
	}
	if allowed := strings.Fields(o.oneOf); len(allowed) > 0 && !slices.Contains(allowed, v.String()) {
		d.Fault(n, fmt.Sprintf("%q is unknown", v.String()), "write one of "+strings.Join(allowed, ", "))
	}
	if checked, ok := v.Interface().(validator); ok && v.Kind() != reflect.Pointer {
		if err := checked.Validate(); err != nil {
			d.FaultFrom(n, err, err.Error(), "")
		}
	}
}

func (d *Decoder) plain(n *Node, v reflect.Value, o options) {
	switch v.Interface().(type) {
	case *Node:
		v.Set(reflect.ValueOf(n))
		return
	case time.Duration:
		d.duration(n, v, o)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		d.pointer(n, v, o)
	case reflect.Struct:
		d.structure(n, v)
	case reflect.Slice:
		d.slice(n, v, o)
	case reflect.Map:
		d.mapValue(n, v)
	case reflect.Interface:
		if plain := n.Plain(); plain != nil {
			v.Set(reflect.ValueOf(plain))
		}
	default:
		d.scalar(n, v)
	}
}

func (d *Decoder) pointer(n *Node, v reflect.Value, o options) {
	if n.Kind == Null {
		return
	}
	target := reflect.New(v.Type().Elem())
	d.value(n, target.Elem(), o)
	v.Set(target)
}

func (d *Decoder) slice(n *Node, v reflect.Value, o options) {
	items := n.Items
	if n.Kind != List {
		if !o.scalar || n.Kind == Null {
			d.WrongType(n, "a list")
			return
		}
		items = []*Node{n}
	}
	s := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		d.value(item, s.Index(i), options{unit: o.unit})
	}
	v.Set(s)
}

func (d *Decoder) mapValue(n *Node, v reflect.Value) {
	if n.Kind != Mapping {
		d.WrongType(n, "a mapping")
		return
	}
	m := reflect.MakeMapWithSize(v.Type(), len(n.Members))
	for _, member := range n.Members {
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(member.Value, item, options{})
		m.SetMapIndex(reflect.ValueOf(member.Key).Convert(v.Type().Key()), item)
	}
	v.Set(m)
}

func (d *Decoder) scalar(n *Node, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if n.Kind != Text {
			d.WrongType(n, "text")
			return
		}
		v.SetString(n.Text)
	case reflect.Bool:
		b, ok := n.bool()
		if !ok {
			d.WrongType(n, "true or false")
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int64:
		if i, ok := d.integer(n); ok {
			v.SetInt(i)
		}
	case reflect.Float64:
		f, ok := n.Float()
		if !ok {
			d.WrongType(n, "a number")
		}
		v.SetFloat(f)
	default:
		panic(fmt.Sprintf("strictyaml: cannot fill a %s", v.Type()))
	}
}

// bool reads true and false, and the words of YAML 1.1 if they are not quoted.
func (n *Node) bool() (value, ok bool) {
	if n.Kind != Bool && (n.Kind != Text || n.Quoted) {
		return false, false
	}
	switch strings.ToLower(n.Text) {
	case "true", "yes", "on":
		return true, true
	case "false", "no", "off":
		return false, true
	}
	return false, false
}

// Float returns the finite number that n is, if it is one.
func (n *Node) Float() (float64, bool) {
	if n.Kind != Int && n.Kind != Float {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(n.Text, "_", ""), 64)
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
}

func (d *Decoder) integer(n *Node) (int64, bool) {
	if n.Kind != Int {
		d.WrongType(n, "an integer")
		return 0, false
	}
	i, err := strconv.ParseInt(n.Text, 10, 64)
	if err != nil {
		d.Fault(n, "the number "+n.Text+" is too large", "write a smaller one")
		return 0, false
	}
	return i, true
}

func (d *Decoder) duration(n *Node, v reflect.Value, o options) {
	unit, name := time.Second, "seconds"
	if o.unit == "m" {
		unit, name = time.Minute, "minutes"
	}
	if n.Kind != Int {
		d.WrongType(n, "an integer, the number of "+name)
		return
	}
	i, ok := d.integer(n)
	if !ok {
		return
	}
	if i < 0 || i > int64(math.MaxInt64/unit) {
		d.Fault(n, fmt.Sprintf("%d %s is no usable time", i, name), "write a number from 0 up, at most 292 years")
		return
	}
	v.SetInt(i * int64(unit))
}
