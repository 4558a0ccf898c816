// Package faulttest holds every message of those who read configuration against a
// file: what is wrong, where, and what to do.
//
//	func TestFaults(t *testing.T) {
//		faulttest.Run(t, func(t *testing.T, name string, data []byte) ([]sprint.Warning, error) {
//			_, warnings, err := sprint.Parse(name, data)
//			return warnings, err
//		})
//	}
//
// The flag -update of go test writes what is told as what is expected.
package faulttest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what is told as what is expected")

// Update tells if expected results are to be written instead of compared.
func Update() bool { return *update }

// Run gives the first file of each testdata/faults/*.txtar to parse, and compares
// its errors and warnings, one a line, with the second.
func Run[W any](t *testing.T, parse func(t *testing.T, name string, data []byte) ([]W, error)) {
	t.Helper()
	files, err := filepath.Glob("testdata/faults/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil || len(archive.Files) == 0 {
				t.Fatalf("%s is no case: %v", file, err)
			}
			warnings, err := parse(t, archive.Files[0].Name, archive.Files[0].Data)
			compare(t, file, archive, told(warnings, err))
		})
	}
}

func told[W any](warnings []W, err error) string {
	var b strings.Builder
	if err != nil {
		fmt.Fprintln(&b, err)
	}
	for _, w := range warnings {
		fmt.Fprintln(&b, "warning:", w)
	}
	return b.String()
}

func compare(t *testing.T, file string, archive *txtar.Archive, got string) {
	t.Helper()
	if *update {
		archive.Files = append(archive.Files[:1], txtar.File{Name: "told", Data: []byte(got)})
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(archive.Files) != 2 {
		t.Fatalf("%s has %d files, not 2", file, len(archive.Files))
	}
	if diff := cmp.Diff(string(archive.Files[1].Data), got); diff != "" {
		t.Error(diff)
	}
}
