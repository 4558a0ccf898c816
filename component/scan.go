package component

import "github.com/opendeliverygear/odg/internal/rawjson"

// The functions below walk JSON that is known to be valid.

// kind names the JSON type of a value for messages, with its article.
func kind(data []byte) string {
	switch data[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// deeper tells if values are nested in one another more than limit times.
func deeper(data []byte, limit int) bool {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			i = rawjson.SkipString(data, i) - 1
		case '{', '[':
			if depth++; depth > limit {
				return true
			}
		case '}', ']':
			depth--
		}
	}
	return false
}
