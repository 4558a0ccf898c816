package findingcfg_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/opendeliverygear/odg/findingcfg"
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
	_, warnings, err := findingcfg.Parse(file.Name, file.Data, findingcfg.Options{})
	if err != nil {
		fmt.Fprintln(&b, err)
	}
	for _, w := range warnings {
		fmt.Fprintln(&b, "warning:", w)
	}
	return b.String()
}

func TestErrorFields(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	text := "- type: finding/license\n  categorisations:\n    - {id: a, display_name: A, value: 1, allowed_processing_time: 1.5h}\n"
	_, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(text), findingcfg.Options{})
	var fault *findingcfg.Error
	is.True(errors.As(err, &fault))
	is.Equal(fault.File, "findings-cfg.yaml")
	is.Equal(fault.Line, 3)
	is.Equal(fault.Column, 67)
	is.Equal(fault.Path, "$[0].categorisations[0].allowed_processing_time")
	is.True(errors.Is(err, findingcfg.ErrDuration))
}
