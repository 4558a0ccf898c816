package corecfg_test

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/internal/faulttest"
)

// parsed takes what a Parse function returns, without tolerance.
func parsed[C any](t *testing.T) func(C, []corecfg.Warning, error) C {
	return func(cfg C, warnings []corecfg.Warning, err error) C {
		t.Helper()
		if err != nil || len(warnings) > 0 {
			t.Fatal(err, warnings)
		}
		return cfg
	}
}

// TestFaults holds every message against testdata/faults: what is wrong, where,
// and what to do. The name of the first file says what it is.
func TestFaults(t *testing.T) {
	t.Parallel()
	faulttest.Run(t, func(t *testing.T, name string, data []byte) (warnings []corecfg.Warning, err error) {
		switch name {
		case "features.yaml":
			_, warnings, err = corecfg.ParseFeatures(name, data)
		case "profiles.yaml":
			_, warnings, err = corecfg.ParseProfiles(name, data)
		case "mappings.yaml":
			_, warnings, err = corecfg.ParseMappings(name, data)
		default:
			t.Fatalf("%s is no configuration of the core", name)
		}
		return warnings, err
	})
}

func TestLoad(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	files := fstest.MapFS{"features": {Data: []byte("{}")}, "profiles": {Data: []byte("[]")}, "mappings": {Data: []byte("null")}, "broken": {Data: []byte("a: [")}}
	features := parsed[*corecfg.Features](t)(corecfg.LoadFeatures(files, "features"))
	is.Equal(cmp.Diff(&corecfg.Features{}, features), "")
	is.Equal(len(parsed[corecfg.Profiles](t)(corecfg.LoadProfiles(files, "profiles"))), 0)
	is.Equal(len(parsed[*corecfg.Mappings](t)(corecfg.LoadMappings(files, "mappings")).Entries), 1) // <auto>
	for name, load := range map[string]func(string) error{
		"features": func(name string) error { _, _, err := corecfg.LoadFeatures(files, name); return err },
		"profiles": func(name string) error { _, _, err := corecfg.LoadProfiles(files, name); return err },
		"mappings": func(name string) error { _, _, err := corecfg.LoadMappings(files, name); return err },
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			err := load("missing")
			is.True(errors.Is(err, fs.ErrNotExist)) // D14: no sample takes its place
			var fault *corecfg.Error
			is.True(errors.As(load("broken"), &fault))
		})
	}
}

// FuzzParse feeds one text to all parsers: none panics, and what is parsed can be
// asked and written.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"{}", "[]", "specialComponents: [{id: 1, name: a, displayName: a, type: t, version: {source: {type: github, repo: r, relpath: [a]}}}]",
		"sprints: {sprint_name_pattern: '%y'}\ntests: {componentsWithDownloadableTestResults: []}\naddressbook: {repoUrl: r}",
		"- {name: a, finding_types: [b], special_component_ids: [1]}",
		"- {repository: r, prefix: a, labels: x}\n- {type: virtual, name: v, selectors: {required_labels: x, version_filter_overwrite: semver_any}}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, _, _ = corecfg.ParseFeatures("f.yaml", []byte(text))
		if profiles, _, err := corecfg.ParseProfiles("f.yaml", []byte(text)); err == nil && (profiles.For("") == nil) != (len(profiles) == 0) {
			t.Error("the first profile is the default")
		}
		mappings, _, err := corecfg.ParseMappings("f.yaml", []byte(text))
		if err != nil {
			return
		}
		for _, repository := range mappings.Resolve("") {
			repository.Holds("acme.org/shop")
			repository.Versions.Picks("1.0.0")
		}
		if _, err := mappings.MarshalJSON(); err != nil {
			t.Error(err)
		}
	})
}
