package render_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
)

// TestResourceDefinitions holds those of the chart to those of deploy/crds: Helm wants
// them inside of a chart, and reads no links there.
func TestResourceDefinitions(t *testing.T) {
	is := is.New(t)
	own, err := filepath.Glob("../crds/*.yaml")
	is.NoErr(err)
	is.True(len(own) > 0) // there are some
	for _, file := range own {
		copied := filepath.Join(chart, "crds", filepath.Base(file))
		if *update {
			is.NoErr(os.WriteFile(copied, read(t, file), 0o644))
		}
		if diff := cmp.Diff(string(read(t, file)), string(read(t, copied))); diff != "" {
			t.Errorf("%s is not %s; run: go test . -update\n%s", copied, file, diff)
		}
	}
	inside, err := filepath.Glob(chart + "/crds/*")
	is.NoErr(err)
	is.Equal(len(inside), len(own)) // and no other
}
