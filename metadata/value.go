package metadata

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Integer is a whole number in a payload. Existing data has true and false in
// such places too, which are read as 1 and 0.
type Integer int64

// UnmarshalJSON reads a whole number or a bool.
func (n *Integer) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "null":
	case "true":
		*n = 1
	case "false":
		*n = 0
	default:
		i, err := strconv.ParseInt(string(data), 10, 64)
		if err != nil {
			return fmt.Errorf("whole number: %w", err)
		}
		*n = Integer(i)
	}
	return nil
}

// Number is a number in a payload, such as a score. Existing data has true and
// false in such places too, which are read as 1 and 0.
type Number float64

// UnmarshalJSON reads a number or a bool.
func (n *Number) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "null":
	case "true":
		*n = 1
	case "false":
		*n = 0
	default:
		f, err := strconv.ParseFloat(string(data), 64)
		if err != nil {
			return fmt.Errorf("number: %w", err)
		}
		*n = Number(f)
	}
	return nil
}

// Object is a JSON object whose fields depend on something else: on a subtype,
// on the finding that is rescored, or on the scanner. Make one with [ObjectOf].
// The zero Object is null.
type Object struct{ value any }

// ObjectOf makes an object from a struct, a map, or JSON in a [json.RawMessage].
// What cannot be written as JSON is reported by [NewPayload].
func ObjectOf(v any) Object { return Object{v} }

// Decode reads the object into v, as [json.Unmarshal] does.
func (o Object) Decode(v any) error {
	data, err := o.MarshalJSON()
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// MarshalJSON writes the object.
func (o Object) MarshalJSON() ([]byte, error) { return json.Marshal(o.value) }

// UnmarshalJSON keeps a copy of data.
func (o *Object) UnmarshalJSON(data []byte) error {
	o.value = nil
	if string(data) != "null" {
		o.value = append(json.RawMessage(nil), data...)
	}
	return nil
}

// IsNull tells if o is null.
func (o Object) IsNull() bool { return o.value == nil }
