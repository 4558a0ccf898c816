// Package vectors gives tests the results that a running ODG installation
// recorded for every key, id and rule.
package vectors

import (
	"embed"
	"encoding/json"
	"io/fs"
	"os"
	"testing"
)

//go:embed testdata/*.json
var recorded embed.FS

// Load decodes the recorded file name into v. If the environment variable
// ODG_VECTORS names a folder, the file is read from there. Numbers that are
// decoded into an empty interface stay as they are written ([json.Number] is not
// used; decode into [json.RawMessage] where the text matters).
func Load(t testing.TB, name string, v any) {
	t.Helper()
	data, err := read(name)
	if err != nil {
		t.Fatalf("read vectors: %v", err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("decode vectors %s: %v", name, err)
	}
}

func read(name string) ([]byte, error) {
	if dir := os.Getenv("ODG_VECTORS"); dir != "" {
		return fs.ReadFile(os.DirFS(dir), name)
	}
	return recorded.ReadFile("testdata/" + name)
}

// Result is what the recorded installation answered: a value, or the error that
// it raised.
type Result[T any] struct {
	Value   T      `json:"value"`
	Error   string `json:"error"`
	Message string `json:"message"`
}

// Failed tells that the recorded installation raised an error.
func (r Result[T]) Failed() bool { return r.Error != "" }
