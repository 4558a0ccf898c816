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
	if err := Check(data); err != nil {
		return nil, err
	}
	return Inner(data)
}

// appendMembers walks a value that is known to be valid JSON.
func appendMembers(list []Member, data []byte) ([]Member, error) {
	i := SkipSpace(data, 0)
	if data[i] != '{' {
		return nil, fmt.Errorf("want an object, got %s", Kind(data))
	}
	i = SkipSpace(data, i+1)
	for data[i] != '}' {
		keyEnd := SkipString(data, i)
		key, _ := String(data[i:keyEnd])
		i = SkipColon(data, keyEnd)
		end := SkipValue(data, i)
		list = append(list, Member{Key: key, Value: data[i:end:end]})
		i = SkipNext(data, end)
	}
	if key, twice := duplicate(list); twice {
		return nil, fmt.Errorf("key %q occurs twice", key)
	}
	return list, nil
}

// duplicate finds a key that occurs twice. Most objects have few keys, for which
// comparing all pairs is faster than a map.
func duplicate(list []Member) (string, bool) {
	if len(list) <= 16 {
		for i := range list {
			for j := range i {
				if list[i].Key == list[j].Key {
					return list[i].Key, true
				}
			}
		}
		return "", false
	}
	seen := make(map[string]bool, len(list))
	for _, m := range list {
		if seen[m.Key] {
			return m.Key, true
		}
		seen[m.Key] = true
	}
	return "", false
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
