package httpapi_test

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// sorted orders the elements of a list by their JSON.
func sorted(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	list = append([]any{}, list...)
	text := func(v any) string {
		b, _ := json.Marshal(v) // it was JSON
		return string(b)
	}
	sort.Slice(list, func(i, j int) bool { return text(list[i]) < text(list[j]) })
	return list
}

// replace changes the value at a path such as items[0].meta.last_update.
func replace(v any, path string, change func(any) any) {
	parts := strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(".[]", r) })
	for i, part := range parts {
		last := i == len(parts)-1
		switch inner := v.(type) {
		case map[string]any:
			if last {
				inner[part] = change(inner[part])
			}
			v = inner[part]
		case []any:
			var n int
			if _, err := fmt.Sscan(part, &n); err != nil || n >= len(inner) {
				return
			}
			if last {
				inner[n] = change(inner[n])
			}
			v = inner[n]
		}
	}
}

// end is the latest time that only the server can have given.
func (tr transcript) end(t *testing.T) time.Time {
	t.Helper()
	var end time.Time
	for _, x := range tr.Exchanges {
		for _, path := range x.Volatile {
			replace(x.Response.Body, path, func(v any) any {
				if text, ok := v.(string); ok {
					if at, err := metadata.Timestamp(text).Time(); err == nil && at.After(end) {
						end = at
					}
				}
				return v
			})
		}
	}
	if end.IsZero() {
		return time.Now().UTC()
	}
	return end.Add(time.Microsecond)
}
