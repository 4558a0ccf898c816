package rawjson

import (
	"bytes"
	"fmt"
	"strconv"
)

// CheckKeys returns a [*Fault] if a key occurs twice in an object, however deep it
// is nested in a valid value. It reads the value once.
func CheckKeys(value []byte) error {
	if _, f := checkKeys(value, SkipSpace(value, 0)); f != nil {
		return f
	}
	return nil
}

// checkKeys returns the index behind the value that starts at i.
func checkKeys(data []byte, i int) (int, *Fault) {
	switch data[i] {
	case '{':
		return checkObject(data, i)
	case '[':
		return checkList(data, i)
	}
	return SkipValue(data, i), nil
}

func checkList(data []byte, i int) (int, *Fault) {
	i = SkipSpace(data, i+1)
	for n := 0; data[i] != ']'; n++ {
		end, f := checkKeys(data, i)
		if f != nil {
			return 0, within("["+strconv.Itoa(n)+"]", f)
		}
		i = SkipNext(data, end)
	}
	return i + 1, nil
}

func checkObject(data []byte, i int) (int, *Fault) {
	var keys keySet
	i = SkipSpace(data, i+1)
	for data[i] != '}' {
		end := SkipString(data, i)
		key := data[i:end]
		if !keys.add(key) {
			s, _ := String(key)
			return 0, &Fault{Err: fmt.Errorf("key %q occurs twice", s)}
		}
		end, f := checkKeys(data, SkipColon(data, end))
		if f != nil {
			s, _ := String(key)
			return 0, within(s, f)
		}
		i = SkipNext(data, end)
	}
	return i + 1, nil
}

// keySet compares few keys with each other, which is faster than a map.
type keySet struct {
	few  [12][]byte
	n    int
	many map[string]bool
}

// add tells if the key, a string of JSON, is a new one.
func (s *keySet) add(key []byte) bool {
	if bytes.IndexByte(key, '\\') >= 0 {
		text, _ := String(key)
		key = AppendString(nil, text)
	}
	if s.many != nil {
		known := s.many[string(key)]
		s.many[string(key)] = true
		return !known
	}
	for _, other := range s.few[:s.n] {
		if bytes.Equal(other, key) {
			return false
		}
	}
	if s.n < len(s.few) {
		s.few[s.n] = key
		s.n++
		return true
	}
	s.many = map[string]bool{string(key): true}
	for _, other := range s.few {
		s.many[string(other)] = true
	}
	return true
}
