package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/scan/osid/eol"
)

// TestRun makes data from small tables in the form of distro-info-data.
func TestRun(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	out := t.TempDir()
	is.NoErr(run([]string{"-distro-info", "testdata", "-facts", "testdata/facts.json", "-out", out}, os.Stderr))
	got, err := eol.Load(filepath.Join(out, "data.json"))
	is.NoErr(err)
	want := eol.Products{
		"wolfi": {{Name: "rolling"}},
		"debian": {
			{Name: "14", Codename: "Forky"},
			{Name: "12", Codename: "Bookworm", ReleaseDate: "2023-06-10", EOL: eol.End{Day: "2026-07-11"},
				ExtendedSupport: eol.End{Day: "2028-06-30"}, Latest: "12.15", LatestReleaseDate: "2026-07-11"},
			{Name: "6", Codename: "Squeeze", ReleaseDate: "2011-02-06", EOL: eol.End{Day: "2014-05-31"}},
		},
		"ubuntu": {
			{Name: "24.04", Codename: "Noble Numbat", ReleaseDate: "2024-04-25", EOL: eol.End{Day: "2029-05-31"},
				ExtendedSupport: eol.End{Day: "2034-04-25"}},
		},
	}
	is.Equal(cmp.Diff(want, got), "")
	asOf, err := os.ReadFile(filepath.Join(out, "asof.txt"))
	is.NoErr(err)
	is.Equal(string(asOf), "2026-11-21\n")
	text, err := os.ReadFile(filepath.Join(out, "data.json"))
	is.NoErr(err)
	is.Equal(strings.Count(string(text), "\n"), 13) // a line for each cycle
}

// TestFacts makes sure that the embedded data is that of the present facts.
func TestFacts(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	known, err := readFacts("facts.json")
	is.NoErr(err)
	is.Equal(known.AsOf, eol.AsOf())
	embedded := eol.Embedded()
	for name, cycles := range known.Products {
		is.Equal(cmp.Diff(cycles, embedded[name]), "") // run go generate ./scan/osid/eol
	}
	for product, releases := range known.Latest {
		found := 0
		for _, c := range embedded[product] {
			if release, ok := releases[c.Name]; ok {
				is.Equal(release, latest{c.Latest, c.LatestReleaseDate}) // run go generate ./scan/osid/eol
				found++
			}
		}
		is.Equal(found, len(releases)) // each fact is about a cycle
	}
}

func TestRunFails(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	for name, content := range map[string]string{"empty.json": "", "debian.csv": "", "ubuntu.csv": "version\n\"1"} {
		if err := os.WriteFile(filepath.Join(empty, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cases := map[string]struct {
		args []string
		says string
	}{
		"unknown flag":   {[]string{"-x"}, "-x"},
		"no facts":       {[]string{"-facts", "missing.json"}, "missing.json"},
		"facts no JSON":  {[]string{"-facts", filepath.Join(empty, "empty.json")}, "empty.json"},
		"no package":     {[]string{"-facts", "testdata/facts.json", "-distro-info", "missing"}, "distro-info-data installed"},
		"empty table":    {[]string{"-facts", "testdata/facts.json", "-distro-info", empty}, "no header"},
		"no place to go": {[]string{"-facts", "testdata/facts.json", "-distro-info", "testdata", "-out", "missing"}, "missing"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			err := run(c.args, &bytes.Buffer{})
			is.True(err != nil)
			is.True(strings.Contains(err.Error(), c.says))
		})
	}
	t.Run("damaged table", func(t *testing.T) {
		is := is.New(t)
		_, err := readDistroInfo(filepath.Join(empty, "ubuntu.csv"), nil)
		is.True(err != nil)
		is.True(!errors.Is(err, os.ErrNotExist))
	})
}
