package rawjson

import (
	"bytes"
	"encoding/json"
	"iter"
	"unicode/utf8"
)

// The functions of this file read values inside a document that [Members] or
// [Check] has accepted. They do not validate again, and panic on invalid JSON.

// Check returns an error if data is not one JSON value, or if its text is
// refused by [CheckText]; the latter is a [*Fault] with the path of the text.
func Check(data []byte) error {
	if !json.Valid(data) {
		return syntaxError(data)
	}
	err := CheckText(data)
	if err == nil {
		return nil
	}
	if f := textFault(data, pathDepth); f != nil {
		return f
	}
	return err
}

// Inner returns the members of an object. Duplicate keys and anything but an
// object are errors.
func Inner(value []byte) ([]Member, error) {
	return appendMembers(make([]Member, 0, 16), value) // inlined: the caller's stack has room for it
}

// Each returns the elements of a list with their numbers, one by one, so that a
// reader can stop at the first fault before a long list takes any memory. It
// returns false if value is no list.
func Each(value []byte) (iter.Seq2[int, json.RawMessage], bool) {
	start := SkipSpace(value, 0)
	if value[start] != '[' {
		return nil, false
	}
	return func(yield func(int, json.RawMessage) bool) {
		i := SkipSpace(value, start+1)
		for n := 0; value[i] != ']'; n++ {
			end := SkipValue(value, i)
			if !yield(n, value[i:end:end]) {
				return
			}
			i = SkipNext(value, end)
		}
	}, true
}

// Elements returns the elements of a list, false if value is no list. Lists of
// strangers are better read with [Each].
func Elements(value []byte) ([]json.RawMessage, bool) {
	each, ok := Each(value)
	if !ok {
		return nil, false
	}
	var list []json.RawMessage
	for _, element := range each {
		list = append(list, element)
	}
	return list, true
}

// Lookup returns the value of a key of an object, false if there is none or
// value is no object.
func Lookup(value []byte, key string) (json.RawMessage, bool) {
	i := SkipSpace(value, 0)
	if value[i] != '{' {
		return nil, false
	}
	i = SkipSpace(value, i+1)
	for value[i] != '}' {
		keyEnd := SkipString(value, i)
		start := SkipColon(value, keyEnd)
		end := SkipValue(value, start)
		if sameKey(value[i:keyEnd], key) {
			return value[start:end:end], true
		}
		i = SkipNext(value, end)
	}
	return nil, false
}

func sameKey(quoted []byte, key string) bool {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1:len(quoted)-1]) == key
	}
	s, ok := String(quoted)
	return ok && s == key
}

// IsNull tells if value is null.
func IsNull(value []byte) bool { return value[SkipSpace(value, 0)] == 'n' }

// String returns the text of a string, false if value is no string.
func String(value []byte) (string, bool) {
	i := SkipSpace(value, 0)
	if value[i] != '"' {
		return "", false
	}
	value = value[i:SkipString(value, i)]
	if bytes.IndexByte(value, '\\') < 0 {
		return string(value[1 : len(value)-1]), true
	}
	var s string
	err := json.Unmarshal(value, &s)
	return s, err == nil
}

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string. Nothing is escaped that need not be;
// bytes that are not UTF-8 become U+FFFD.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r >= ' ':
			b = utf8.AppendRune(b, r)
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
		}
	}
	return append(b, '"')
}

// IsInteger tells if value is a number without fraction and exponent, of any size.
func IsInteger(value []byte) bool {
	return Kind(value) == "number" && !bytes.ContainsAny(value, ".eE")
}
