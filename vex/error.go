package vex

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// ErrFormat is wrapped by errors about documents of a format or version that
// [Parse] does not read.
var ErrFormat = errors.New("want OpenVEX 0.2.0 or CycloneDX 1.4 to 1.7, in JSON")

// Error is a fault in a document. [Parse] and [Match] return all that they find,
// joined, at most [MaxFaults].
type Error struct {
	// Name is that of the document, if it was given one.
	Name string
	// Path leads to the fault, such as statements[3].status; empty if the whole
	// document is at fault.
	Path string
	// Err says what is wrong.
	Err error
}

// Error names document, path and fault.
func (e *Error) Error() string {
	s := shortened(e.Err.Error())
	if e.Path != "" {
		s = shortened(e.Path) + ": " + s
	}
	if e.Name != "" {
		s = e.Name + ": " + s
	}
	return s
}

// shortened leaves out the middle of what repeats too much of a document.
func shortened(s string) string {
	const most = 600
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most/2], "") + " … " + strings.ToValidUTF8(s[len(s)-most/2:], "")
}

// Unwrap returns the fault without its place.
func (e *Error) Unwrap() error { return e.Err }

// MaxFaults is how many faults are told at once.
const MaxFaults = 20

// maxCounted is how many more are counted before a document is given up.
const maxCounted = 1000

var errFull = errors.New("so many faults that nobody reads on")

// full tells that it makes no sense to look for more.
func (f *faults) full() bool { return f.more >= maxCounted }

// faults gathers what is wrong.
type faults struct {
	list []error
	more int
}

func (f *faults) add(path string, err error) { f.addIn("", path, err) }

func (f *faults) addIn(name, path string, err error) {
	if err == nil {
		return
	}
	if len(f.list) == MaxFaults {
		f.more++
		return
	}
	f.list = append(f.list, &Error{Name: name, Path: path, Err: err})
}

func (f *faults) err() error {
	if f.full() {
		return errors.Join(append(f.list, fmt.Errorf("and %d more, or more still", f.more))...)
	}
	if f.more > 0 {
		return errors.Join(append(f.list, fmt.Errorf("and %d more", f.more))...)
	}
	return errors.Join(f.list...)
}

// decode reads one value of a document into a type of the format's library. The
// error knows the path below the given one as far as encoding/json tells it.
func decode(path string, value json.RawMessage, into any) *Error {
	err := json.Unmarshal(value, into)
	if err == nil {
		return nil
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		if wrong.Field != "" {
			path += "." + wrong.Field
		}
		err = fmt.Errorf("want %s, got %s", kindOf(wrong), wrong.Value)
	}
	return &Error{Path: path, Err: err}
}

func kindOf(wrong *json.UnmarshalTypeError) string {
	switch kind := wrong.Type.Kind().String(); kind {
	case "struct", "map", "ptr":
		return "an object"
	case "slice", "array":
		return "a list"
	default:
		return "a " + kind
	}
}

// each returns the elements of a list that may be missing or null.
func each(path string, list json.RawMessage, yield func(path string, element json.RawMessage) error) error {
	if list == nil || rawjson.IsNull(list) {
		return nil
	}
	elements, ok := rawjson.Each(list)
	if !ok {
		return &Error{Path: path, Err: fmt.Errorf("want a list, got %s", rawjson.Kind(list))}
	}
	for i, element := range elements {
		if err := yield(fmt.Sprintf("%s[%d]", path, i), element); err != nil {
			return err
		}
	}
	return nil
}
