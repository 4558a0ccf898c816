package workload_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"
	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/internal/workload"
)

// write writes a file and returns its path.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const findings = "- {type: finding/osid, categorisations: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}}\n"

func parse(f workload.Files, log zerolog.Logger) (workload.Configuration, error) {
	return f.Parse(reload.Read(f.Paths()...), log)
}

func TestFiles(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	dir := t.TempDir()
	f := workload.Files{
		ExtensionsCfg: write(t, dir, "e", "osid: {delivery_service_url: 'http://odg', surprise: 1}\nartefact_enumerator: {components: [{component_name: a, ocm_repo_url: ./a.tgz}]}\n"),
		FindingsCfg:   write(t, dir, "f", findings),
	}
	var told bytes.Buffer
	c, err := parse(f, zerolog.New(&told))
	is.NoErr(err)
	is.True(strings.Contains(told.String(), "surprise"))
	is.True(c.Mappings == nil)
	is.True(c.Types != nil)
	is.Equal(c.Extensions.OSID.DeliveryServiceURL, "http://odg")

	f.OCMRepoMappings = write(t, dir, "m", "- repository: registry.example.org/ocm\n")
	c, err = parse(f, zerolog.Nop())
	is.NoErr(err)
	is.True(c.Mappings != nil)
	access, err := workload.Registries{}.Access()
	is.NoErr(err)
	r, err := c.Repositories(access, nil)
	is.NoErr(err)
	is.NoErr(r.Close())
}

// All that is wrong is told at once, and nothing stands in for a file that is missing.
func TestFilesThatAreWrong(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	dir := t.TempDir()
	_, err := parse(workload.Files{
		ExtensionsCfg: write(t, dir, "e", "osid: {interval: never}\n"), FindingsCfg: filepath.Join(dir, "absent"), OCMRepoMappings: write(t, dir, "m", "7\n"),
	}, zerolog.Nop())
	for _, part := range []string{"e:1:", "absent", "FINDINGS_CFG_PATH names it", "m:1:"} {
		is.True(strings.Contains(err.Error(), part)) // each fault
	}
	_, err = parse(workload.Files{}, zerolog.Nop())
	is.True(strings.Contains(err.Error(), "no extensions_cfg"))
	is.True(strings.Contains(err.Error(), "no findings_cfg"))
}

func TestAccess(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	dir := t.TempDir()
	const secret = "{username: u, password: hunter2, image_reference_prefixes: [registry.example.org/a], privileges: readonly}\n"
	write(t, dir, "oci-registry/one", secret)
	write(t, dir, "oci-registry/two.yaml", secret)
	write(t, dir, "oci-registry/two.template.yaml", "{}")
	write(t, dir, "oci-registry/..data/one", "{}")
	a, err := workload.Registries{Secrets: dir, AllowHost: []string{"h"}}.Access()
	is.NoErr(err)
	is.Equal(len(a.Credentials), 2)
	is.Equal(a.Hosts, []string{"h"})

	a, err = workload.Registries{Secrets: t.TempDir()}.Access() // has none of that type
	is.NoErr(err)
	is.Equal(len(a.Credentials), 0)
	write(t, dir, "oci-registry/odd", "hunter2")
	_, err = workload.Registries{Secrets: dir}.Access()
	is.True(err != nil)
	is.True(!strings.Contains(err.Error(), "hunter2"))
	_, err = workload.Registries{Secrets: write(t, dir, "file", "")}.Access()
	is.True(err != nil)
}

func TestCore(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var c workload.Configuration
	_, err := c.Core("http://odg", "osid", "")
	is.NoErr(err)
	_, err = c.Core("", "osid", "http://odg")
	is.NoErr(err)
	_, err = c.Core("", "osid", "")
	is.True(strings.Contains(err.Error(), "delivery_service_url in the section osid"))
	_, err = c.Core("odg", "osid", "")
	is.True(err != nil)
}

func TestUsage(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.NoErr(workload.Usage(nil))
	cause := errors.New("cause")
	is.True(errors.Is(workload.Usage(cause), workload.ErrUsage))
	is.True(errors.Is(workload.Usage(cause), cause))
}

func TestLog(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var out bytes.Buffer
	log := workload.NewLog(&out, "warn")
	log.Info().Msg("quiet")
	log.Warn().Msg("loud")
	is.True(!strings.Contains(out.String(), "quiet"))
	is.True(strings.Contains(out.String(), `"message":"loud"`))
	out.Reset()
	log = workload.NewLog(&out, "odd")
	log.Info().Msg("said")
	is.True(strings.Contains(out.String(), "said"))
}
