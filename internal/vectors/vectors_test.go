package vectors_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/vectors"
)

func TestLoad(t *testing.T) {
	is := is.New(t)
	var got vectors.Result[int]
	vectors.Load(t, "replicas.json", &struct{}{}) // from the repository
	dir := t.TempDir()
	is.NoErr(os.WriteFile(filepath.Join(dir, "own.json"), []byte(`{"error": "ValueError", "message": "m"}`), 0o600))
	t.Setenv("ODG_VECTORS", dir)
	vectors.Load(t, "own.json", &got)
	is.True(got.Failed())
	is.Equal(got.Message, "m")
}
