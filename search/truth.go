package search

import "github.com/opendeliverygear/odg/metadata"

// truth is one of SQL's three, ordered so that OR is the greatest and AND the
// least of its operands.
type truth int8

const (
	no      truth = -1
	unknown truth = 0
	yes     truth = 1
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// condition tells if it holds for an entry.
type condition func(e *metadata.Entry) truth

// anyOf is OR, no for no conditions.
func anyOf(conditions []condition) condition {
	return func(e *metadata.Entry) truth {
		result := no
		for _, c := range conditions {
			if result = max(result, c(e)); result == yes {
				break
			}
		}
		return result
	}
}

func not(c condition) condition {
	return func(e *metadata.Entry) truth { return -c(e) }
}

// with compares the text of an attribute, unknown if there is none.
func with(get getter, compare func(text string) bool) condition {
	return func(e *metadata.Entry) truth {
		text, ok := get(e)
		if !ok {
			return unknown
		}
		return truthOf(compare(text))
	}
}
