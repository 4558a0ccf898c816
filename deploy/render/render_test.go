package render_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/deploy/render"
)

const (
	chart = "../chart"
	plain = "../plain"
)

var update = flag.Bool("update", false, "write the rendered manifests instead of comparing them")

// rendered are the manifests that are kept: what people apply who have no Helm, and
// what shows in review what a change of a template does.
var rendered = map[string]string{
	plain + "/values.yaml":   plain + "/open-delivery-gear.yaml",
	"testdata/minimal.yaml":  "testdata/minimal.golden.yaml",
	"testdata/full.yaml":     "testdata/full.golden.yaml",
	"testdata/existing.yaml": "testdata/existing.golden.yaml",
	"testdata/small.yaml":    "testdata/small.golden.yaml",
}

func TestRendered(t *testing.T) {
	t.Parallel()
	for values, file := range rendered {
		t.Run(filepath.Base(values), func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			renderer := render.Chart
			if strings.HasPrefix(file, plain) {
				renderer = render.Plain
			}
			got, err := renderer(chart, read(t, values), "delivery")
			is.NoErr(err)
			got = head(file, values) + got
			if *update {
				is.NoErr(os.WriteFile(file, []byte(got), 0o644))
			}
			if diff := cmp.Diff(string(read(t, file)), got); diff != "" {
				t.Errorf("%s is not what the chart renders; run: go test . -update\n%s", file, diff)
			}
			is.True(!strings.Contains(got, "<no value>")) // every value is known
			for number, line := range strings.Split(strings.TrimSuffix(got, "\n"), "\n") {
				if strings.TrimRight(line, " ") != line || line == "" {
					t.Errorf("line %d is empty, or ends in blanks: %q", number+1, line)
				}
			}
		})
	}
}

// head is what a rendered file says of itself.
func head(file, values string) string {
	from, _ := filepath.Rel(filepath.Dir(file), values) // both are relative
	return "# Rendered from the chart and " + filepath.ToSlash(from) + ". Do not edit; in deploy/render: go test . -update\n"
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
