// Package rawjson takes JSON objects apart without changing a byte of their values.
//
// encoding/json folds the case of keys, forgets their order and replaces what is
// not Unicode. Metadata must survive a round trip as it came, so its readers use
// [Members] first and decode only the parts whose meaning they know.
package rawjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Member is one key of an object with its value, as written.
type Member struct {
	Key   string
	Value json.RawMessage
}

// Members returns the members of the JSON object data in their order.
// Duplicate keys, NUL characters and lone surrogates are errors, as is anything
// but an object. The values point into data.
func Members(data []byte) ([]Member, error) {
	if !json.Valid(data) {
		return nil, syntaxError(data)
	}
	data = bytes.TrimLeft(data, " \t\r\n")
	if data[0] != '{' {
		return nil, fmt.Errorf("want an object, got %s", Kind(data))
	}
	if err := CheckText(data); err != nil {
		return nil, err
	}
	return members(data)
}

// members walks an object that is known to be valid JSON.
func members(data []byte) ([]Member, error) {
	var list []Member
	seen := map[string]bool{}
	i := skipSpace(data, 1)
	for data[i] != '}' {
		keyEnd := skipValue(data, i)
		var key string
		if err := json.Unmarshal(data[i:keyEnd], &key); err != nil {
			return nil, err
		}
		if seen[key] {
			return nil, fmt.Errorf("key %q occurs twice", key)
		}
		seen[key] = true
		i = skipSpace(data, skipSpace(data, keyEnd)+1) // the colon
		end := skipValue(data, i)
		list = append(list, Member{Key: key, Value: data[i:end:end]})
		if i = skipSpace(data, end); data[i] == ',' {
			i = skipSpace(data, i+1)
		}
	}
	return list, nil
}

// Kind names the JSON type of a value for messages: object, list, string,
// number, bool or null.
func Kind(value []byte) string {
	value = bytes.TrimLeft(value, " \t\r\n")
	if len(value) == 0 {
		return "nothing"
	}
	switch value[0] {
	case '{':
		return "object"
	case '[':
		return "list"
	case '"':
		return "string"
	case 't', 'f':
		return "bool"
	case 'n':
		return "null"
	}
	return "number"
}

// CheckText returns an error if valid JSON contains an escaped NUL, an escaped
// surrogate without its other half, or bytes that are not UTF-8.
func CheckText(data []byte) error {
	return checkText(data)
}

func syntaxError(data []byte) error {
	var v any
	err := json.Unmarshal(data, &v)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("at byte %d: %w", syntax.Offset, err)
	}
	return err
}

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\t' || data[i] == '\r' || data[i] == '\n') {
		i++
	}
	return i
}

// skipValue returns the index behind the value that starts at i.
func skipValue(data []byte, i int) int {
	switch data[i] {
	case '"':
		return skipString(data, i)
	case '{', '[':
		return skipNested(data, i)
	}
	for i < len(data) && !bytes.ContainsRune([]byte(",]} \t\r\n"), rune(data[i])) {
		i++
	}
	return i
}

func skipString(data []byte, i int) int {
	for i++; data[i] != '"'; i++ {
		if data[i] == '\\' {
			i++
		}
	}
	return i + 1
}

func skipNested(data []byte, i int) int {
	depth := 0
	for {
		switch data[i] {
		case '"':
			i = skipString(data, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
}
