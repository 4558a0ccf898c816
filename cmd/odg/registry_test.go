package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/opendeliverygear/odg/internal/registrytest"
)

var quickstart = filepath.Join("..", "..", "examples", "quickstart")

// registry is a server that tests fill; it is closed at their end.
func registry(t *testing.T, around ...func(http.Handler) http.Handler) registrytest.Registry {
	t.Helper()
	server := registrytest.Serve(around...)
	t.Cleanup(server.Close)
	return registrytest.Registry(server.URL)
}

// siteOf writes the configuration of the quickstart, with another place of the delivery,
// and further files.
func siteOf(t *testing.T, place string, files ...string) string {
	t.Helper()
	is := is.New(t)
	dir := t.TempDir()
	extensions, err := os.ReadFile(filepath.Join(quickstart, "extensions-cfg.yaml"))
	is.NoErr(err)
	findings, err := os.ReadFile(filepath.Join(quickstart, "findings-cfg.yaml"))
	is.NoErr(err)
	line := "ocm_repo_url: " + place
	if place == "" {
		line = ""
	}
	files = append(files, "extensions-cfg.yaml", strings.Replace(string(extensions), "ocm_repo_url: ./delivery.tgz", line, 1), "findings-cfg.yaml", string(findings))
	for i := 0; i < len(files); i += 2 {
		is.NoErr(os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600))
	}
	return dir
}

// command runs odg that is to end with a code, on a fixed day.
func command(t *testing.T, code int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, log strings.Builder
	got := run(context.Background(), args, func(string) string { return "" }, &out, &log)
	t.Log(log.String())
	if got != code {
		t.Fatalf("odg %s: exit code %d, want %d", strings.Join(args, " "), got, code)
	}
	return out.String(), log.String()
}

func runArgs(dir string, more ...string) []string {
	return append([]string{"run", "--config", dir, "--now", "2026-11-01", "--format", "json"}, more...)
}

// archived is the report of the quickstart over its archive.
func archived(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(quickstart, "delivery.tgz"))
	if err != nil {
		t.Fatal(err)
	}
	report, _ := command(t, exitOK, runArgs(siteOf(t, path))...)
	return report
}

// A delivery is the same, wherever it is kept: in an archive, in a registry with its
// images inside, or with images that are elsewhere.
func TestDeliveryInRegistry(t *testing.T) {
	t.Parallel()
	home, images := registry(t), registry(t)
	is := is.New(t)
	delivery := filepath.Join(quickstart, "delivery.tgz")
	is.NoErr(home.PushArchive(delivery, "whole"))
	is.NoErr(home.PushReferring(delivery, "beside", home))
	is.NoErr(home.PushReferring(delivery, "referring", images))
	want := archived(t)
	is.True(strings.Contains(want, "buster"))
	for name, test := range map[string]struct {
		place, mappings string
		args            []string
	}{
		"local blobs":                {place: string(home) + "/whole"},
		"images in the same":         {place: string(home) + "/beside"},
		"images in another":          {place: string(home) + "/referring", args: []string{"--allow-host", string(images)}},
		"mapped":                     {mappings: "- repository: " + string(home) + "/whole\n"},
		"mapped by prefix and label": {mappings: "- {repository: 'http://127.0.0.1:1/none', prefixes: acme.org/}\n- {repository: " + string(home) + "/whole, prefixes: example.org/}\n"},
		"a virtual repository":       {place: "mine", mappings: "- {repository: " + string(home) + "/whole, labels: a}\n- {type: virtual, name: mine, selectors: {required_labels: a}}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var files []string
			if test.mappings != "" {
				files = []string{"ocm_repo_mappings.yaml", test.mappings}
			}
			got, _ := command(t, exitOK, runArgs(siteOf(t, test.place, files...), test.args...)...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("report differs (-archive +registry):\n%s", diff)
			}
		})
	}
}

// An archive may refer to images in registries, which are asked if that is allowed.
func TestImagesOfArchives(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	images := registry(t)
	archive := filepath.Join(t.TempDir(), "delivery.ctf")
	is.NoErr(registrytest.WriteReferring(filepath.Join(quickstart, "delivery.tgz"), archive, images))
	got, _ := command(t, exitOK, runArgs(siteOf(t, archive), "--allow-host", string(images))...)
	is.Equal(got, archived(t))
	_, said := command(t, exitOK, runArgs(siteOf(t, archive))...)
	is.True(strings.Contains(said, "skipped: ") && strings.Contains(said, images.Host()+" is not one of the configured hosts"))
}

// The references of components in one place may lead to where the mappings say.
func TestReferencesElsewhere(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	home := registry(t)
	// Only the root is at the place that is named.
	named := registry(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/example.org/shop/") && !strings.Contains(r.URL.Path, "/example.org/shop/manifests/") &&
				!strings.Contains(r.URL.Path, "/example.org/shop/blobs/") && !strings.Contains(r.URL.Path, "/example.org/shop/tags/") {
				http.NotFound(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	delivery := filepath.Join(quickstart, "delivery.tgz")
	is.NoErr(home.PushArchive(delivery, "ocm"))
	is.NoErr(named.PushArchive(delivery, "ocm"))
	dir := siteOf(t, string(named)+"/ocm", "ocm_repo_mappings.yaml", "- repository: "+string(home)+"/ocm\n")
	got, _ := command(t, exitOK, runArgs(dir)...)
	is.Equal(got, archived(t))
	_, said := command(t, exitUnable, runArgs(siteOf(t, string(named)+"/ocm"))...)
	is.True(strings.Contains(said, "example.org/shop/web:1.4.2: not found"))
}

// Faults of registries are told with what to do, and stop nothing else.
func TestRegistryFaults(t *testing.T) {
	t.Parallel()
	delivery := filepath.Join(quickstart, "delivery.tgz")
	images := registry(t)
	var down atomic.Bool
	home := registry(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case down.Load():
				w.WriteHeader(http.StatusNotImplemented) // which is not tried again
			case strings.HasPrefix(r.URL.Path, "/v2/secret/") && r.Header.Get("Authorization") == "" && r.Method == http.MethodGet:
				w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
				w.WriteHeader(http.StatusUnauthorized)
			default:
				next.ServeHTTP(w, r)
			}
		})
	})
	is := is.New(t)
	is.NoErr(home.PushArchive(delivery, "secret"))
	is.NoErr(home.PushReferring(delivery, "referring", images))

	_, said := command(t, exitUnable, runArgs(siteOf(t, string(home)+"/secret"))...)
	is.True(strings.Contains(said, "401") && strings.Contains(said, "--docker-config"))
	config := filepath.Join(t.TempDir(), "config.json")
	is.NoErr(os.WriteFile(config, []byte(`{"auths":{"`+home.Host()+`":{"auth":"cmVhZGVyOmh1bnRlcjI="}}}`), 0o600))
	got, _ := command(t, exitOK, runArgs(siteOf(t, string(home)+"/secret"), "--docker-config", config)...)
	is.Equal(got, archived(t))
	_, said = command(t, exitUsage, runArgs(siteOf(t, string(home)+"/secret"), "--docker-config", "none.json")...)
	is.True(strings.Contains(said, "none.json"))
	_, said = command(t, exitUsage, runArgs(siteOf(t, string(home)+"/secret"), "--allow-host", "no host")...)
	is.True(strings.Contains(said, "no host"))

	dir := siteOf(t, string(home)+"/referring")
	_, said = command(t, exitOK, runArgs(dir)...)
	is.True(strings.Contains(said, "skipped: ") && strings.Contains(said, "--allow-host")) // nobody asked for images elsewhere
	is.True(strings.Contains(said, images.Host()))

	down.Store(true)
	both := siteOf(t, string(home)+"/referring")
	path, err := filepath.Abs(delivery)
	is.NoErr(err)
	file := filepath.Join(both, "extensions-cfg.yaml")
	text, err := os.ReadFile(file)
	is.NoErr(err)
	is.NoErr(os.WriteFile(file, []byte(strings.Replace(string(text), "components:\n", "components:\n    - {component_name: example.org/shop/web, ocm_repo_url: "+path+"}\n", 1)), 0o600))
	got, said = command(t, exitUnable, runArgs(both)...)
	is.True(strings.Contains(said, "501") && strings.Contains(said, "see that the registry is up"))
	is.True(strings.Contains(got, "buster")) // of the archive, although the registry is asked first
}

// Nothing of an image is written to disk.
func TestImagesAreStreamed(t *testing.T) {
	is := is.New(t)
	home := registry(t)
	is.NoErr(home.PushReferring(filepath.Join(quickstart, "delivery.tgz"), "ocm", home))
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	dir := siteOf(t, string(home)+"/ocm")
	command(t, exitOK, runArgs(dir)...)
	left, err := os.ReadDir(temporary)
	is.NoErr(err)
	is.Equal(len(left), 0)
	files, err := os.ReadDir(dir)
	is.NoErr(err)
	for _, file := range files {
		is.True(strings.HasPrefix(file.Name(), "odg.db") || strings.HasSuffix(file.Name(), ".yaml")) // nothing but the database
	}
}

// stocked starts a registry that has an archive below /ocm, at $REGISTRY: stocked ARCHIVE.
func stocked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: stocked ARCHIVE")
	}
	server := registrytest.Serve()
	ts.Defer(server.Close)
	ts.Check(registrytest.Registry(server.URL).PushArchive(ts.MkAbs(args[0]), "ocm"))
	ts.Setenv("REGISTRY", server.URL)
}
