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

	"github.com/opendeliverygear/odg/component"
)

const quickstart = "../quickstart"

const want = `COMPONENT                       KIND      ARTEFACT                 WORK
example.org/base/runtime:1.0.0  resource  probe:1.0.0              osid
example.org/base/runtime:1.1.0  resource  probe:1.0.0              osid
example.org/shop/api:v3.1.0     resource  api:3.1.0                osid
example.org/shop/api:v3.1.0     resource  batch:0.9.0              osid
example.org/shop/api:v3.1.0     source    main:v3.1.0              -
example.org/shop/web:1.4.2      resource  cache:2.0.1              osid
example.org/shop/web:1.4.2      resource  chart:1.4.2              osid
example.org/shop/web:1.4.2      source    main:1.4.2               -
example.org/shop/web:1.4.2      resource  web:1.4.2                osid
example.org/shop:2026.11.0      resource  migrated:5.0.0           osid
example.org/shop:2026.11.0      resource  release-notes:2026.11.0  osid
example.org/shop:2026.11.0      resource  tool:0.3.0               osid
artefacts: 12, component versions: 6, items of work: 10
`

func TestRun(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"folder":             {quickstart},
		"folder and archive": {quickstart, quickstart + "/delivery.tgz"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			var stdout bytes.Buffer
			err := run(t.Context(), args, &stdout)
			is.NoErr(err)
			is.Equal(exitCode(err), 0)
			is.Equal(cmp.Diff(want, stdout.String()), "")
		})
	}
}

// folder returns a folder with a configuration that watches the named components.
func folder(t *testing.T, extensions string) string {
	dir := t.TempDir()
	is := is.New(t)
	is.NoErr(os.WriteFile(filepath.Join(dir, "extensions-cfg.yaml"), []byte(extensions), 0o600))
	is.NoErr(os.WriteFile(filepath.Join(dir, "findings-cfg.yaml"), []byte("[]"), 0o600))
	return dir
}

func TestUnresolved(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	dir := folder(t, `
artefact_enumerator:
  components:
    - component_name: example.org/gone
    - component_name: example.org/base/runtime
`)
	var stdout bytes.Buffer
	err := run(t.Context(), []string{dir, quickstart + "/delivery.tgz"}, &stdout)
	is.Equal(exitCode(err), 3)
	is.True(errors.Is(err, component.ErrNotFound))
	is.True(strings.Contains(err.Error(), "extensions-cfg.yaml:4:7: component example.org/gone: "))
	is.True(strings.HasSuffix(stdout.String(), "artefacts: 1, component versions: 1, items of work: 0\n")) // the rest stands
}

func TestWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"arguments":        {[]string{"a", "b", "c"}, "usage: enumerate-in-ci"},
		"no configuration": {[]string{t.TempDir()}, "extensions-cfg.yaml"},
		"bad configuration": {
			[]string{folder(t, "artefact_enumerator:\n  components: shop\n"), quickstart + "/delivery.tgz"},
			"extensions-cfg.yaml:2",
		},
		"no archive": {[]string{quickstart, "missing.tgz"}, "missing.tgz"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			err := run(t.Context(), c.args, t.Output())
			is.True(err != nil)
			is.Equal(exitCode(err), 2)
			is.True(strings.Contains(err.Error(), c.want))
		})
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	dir := folder(t, "artefact_enumerator:\n  components: []\n  shedule: '* * * * *'\n")
	var stdout bytes.Buffer
	is.NoErr(run(t.Context(), []string{dir, quickstart + "/delivery.tgz"}, &stdout))
	is.True(strings.Contains(stdout.String(), "warning: extensions-cfg.yaml:3:3"))
}
