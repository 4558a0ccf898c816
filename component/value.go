package component

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// ErrMalformed is wrapped by every error about a document that is there, but is
// no component descriptor.
var ErrMalformed = errors.New("malformed component descriptor")

// A DecodeError says what is wrong with a descriptor, and where.
// It unwraps to [ErrMalformed].
type DecodeError struct {
	Path    string // such as component.resources[3].version, empty for the whole document
	Problem string
}

// Error names the place and the problem.
func (e *DecodeError) Error() string {
	if e.Path == "" {
		return ErrMalformed.Error() + ": " + e.Problem
	}
	return ErrMalformed.Error() + ": " + e.Path + " " + e.Problem
}

// Unwrap returns [ErrMalformed].
func (e *DecodeError) Unwrap() error { return ErrMalformed }

// value is a JSON value that is known to be valid, with its place in the
// document. Unlike encoding/json it matches keys exactly and can name the place
// of a fault; the last of duplicate keys wins, as in the OCM tools.
type value struct {
	data   []byte // without space around it
	parent *value
	key    string // of an object's member
	index  int    // of a list's item, if key is empty
}

func (v *value) path() string {
	switch {
	case v.parent == nil:
		return ""
	case v.key == "":
		return v.parent.path() + "[" + strconv.Itoa(v.index) + "]"
	}
	if above := v.parent.path(); above != "" {
		return above + "." + v.key
	}
	return v.key
}

func (v *value) errorf(format string, args ...any) error {
	return &DecodeError{Path: clip(v.path()), Problem: clip(fmt.Sprintf(format, args...))}
}

// clip shortens what comes from a document, so that messages stay readable.
func clip(text string) string {
	const limit = 300
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}

// missing is the error about a member that v lacks.
func (v *value) missing(key string) error {
	return (&value{parent: v, key: key}).errorf("is missing")
}

func (v *value) null() bool { return v.data[0] == 'n' }

// object calls fn for every member of v in order. The member is valid during the call.
func (v *value) object(fn func(key string, member *value) error) error {
	if v.data[0] != '{' {
		return v.errorf("is %s, want an object", kind(v.data))
	}
	member := value{parent: v}
	i := rawjson.SkipSpace(v.data, 1)
	for v.data[i] != '}' {
		end := rawjson.SkipValue(v.data, i)
		key, err := unquote(v.data[i:end])
		if err != nil {
			return v.errorf("has a key that is no text: %v", err)
		}
		i = rawjson.SkipColon(v.data, end)
		end = rawjson.SkipValue(v.data, i)
		member.key, member.data = key, v.data[i:end:end]
		if err := fn(key, &member); err != nil {
			return err
		}
		i = rawjson.SkipNext(v.data, end)
	}
	return nil
}

// list calls fn for every item of v in order; null is the empty list.
func (v *value) list(fn func(item *value) error) error {
	if v.null() {
		return nil
	}
	if v.data[0] != '[' {
		return v.errorf("is %s, want a list", kind(v.data))
	}
	item := value{parent: v}
	for i := rawjson.SkipSpace(v.data, 1); v.data[i] != ']'; item.index++ {
		end := rawjson.SkipValue(v.data, i)
		item.data = v.data[i:end:end]
		if err := fn(&item); err != nil {
			return err
		}
		i = rawjson.SkipNext(v.data, end)
	}
	return nil
}

// text reads a string.
func (v *value) text() (string, error) {
	switch v.data[0] {
	case '"':
	case '{', '[', 'n':
		return "", v.errorf("is %s, want a string", kind(v.data))
	default:
		return "", v.errorf("is %s (%s), want a string: put it in quotes", kind(v.data), v.data)
	}
	text, err := unquote(v.data)
	if err != nil {
		return "", v.errorf("is no text: %v", err)
	}
	return text, nil
}

// required reads a string that must not be empty.
func (v *value) required() (string, error) {
	text, err := v.text()
	if err == nil && text == "" {
		err = v.errorf("is empty")
	}
	return text, err
}

// optional reads a string, null being the empty one.
func (v *value) optional() (string, error) {
	if v.null() {
		return "", nil
	}
	return v.text()
}

// texts reads an object of strings; null gives nil.
func (v *value) texts() (map[string]string, error) {
	if v.null() {
		return nil, nil
	}
	texts := map[string]string{}
	err := v.object(func(key string, member *value) (err error) {
		texts[key], err = member.text()
		return err
	})
	if len(texts) == 0 {
		texts = nil
	}
	return texts, err
}

// raw is v as written; the caller keeps it together with the whole document.
func (v *value) raw() json.RawMessage { return json.RawMessage(v.data) }

// rawOrNil is raw, null being nil.
func (v *value) rawOrNil() json.RawMessage {
	if v.null() {
		return nil
	}
	return v.raw()
}

func unquote(data []byte) (string, error) {
	if plain := data[1 : len(data)-1]; bytes.IndexByte(plain, '\\') < 0 {
		return string(plain), nil
	}
	var text string
	err := json.Unmarshal(data, &text)
	return text, err
}
