package extcfg_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/opendeliverygear/odg/extcfg"
)

var update = flag.Bool("update", false, "write what is told as what is expected")

// TestFaults holds every message against testdata/faults: what is wrong, where,
// and what to do.
func TestFaults(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/faults/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			archive, err := txtar.ParseFile(file)
			is.NoErr(err)
			got := told(archive.Files[0])
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: "told", Data: []byte(got)})
				is.NoErr(os.WriteFile(file, txtar.Format(archive), 0o644))
				return
			}
			is.Equal(len(archive.Files), 2)
			is.Equal(cmp.Diff(string(archive.Files[1].Data), got), "")
		})
	}
}

// told returns the errors and warnings about a file, one a line.
func told(file txtar.File) string {
	var b strings.Builder
	_, warnings, err := extcfg.Parse(file.Name, file.Data, extcfg.Options{})
	if err != nil {
		fmt.Fprintln(&b, err)
	}
	for _, w := range warnings {
		fmt.Fprintln(&b, "warning:", w)
	}
	return b.String()
}

func TestLoadMissing(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, _, err := extcfg.Load(fstest.MapFS{}, "extensions-cfg.yaml", extcfg.Options{})
	is.True(errors.Is(err, fs.ErrNotExist)) // D14: no sample takes its place
	var fault *extcfg.Error
	is.True(errors.As(err, &fault))
	is.Equal(fault.File, "extensions-cfg.yaml")
	_, _, err = extcfg.Parse("extensions-cfg.yaml", []byte("a: ["), extcfg.Options{})
	is.True(err != nil)
}
