package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/httpapi"
)

// documents is a repository that keeps what its descriptors were read from.
type documents struct {
	*repository
	texts map[component.ID]string
}

func newDocuments(t *testing.T, texts ...string) documents {
	t.Helper()
	d := documents{&repository{descriptors: map[component.ID]*component.Descriptor{}}, map[component.ID]string{}}
	for _, text := range texts {
		decoded, err := component.Decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		d.add(decoded)
		d.texts[decoded.ID] = text
	}
	return d
}

func (d documents) RawDescriptor(_ context.Context, id component.ID) ([]byte, error) {
	text, ok := d.texts[id]
	if !ok {
		return nil, fmt.Errorf("component version %s: %w", id, component.ErrNotFound)
	}
	return []byte(text), nil
}

func TestRawDescriptors(t *testing.T) {
	t.Parallel()
	const written = "# by hand <&> \"ä\"\nmeta: {schemaVersion: v2}\ncomponent: {name: acme.org/lib, version: 1.0.0, provider: acme," +
		" repositoryContexts: [], resources: [], sources: [], componentReferences: []}\n"
	shipped := descriptor("acme.org/lib", "1.0.0", ``, ``)
	configured := newDocuments(t, written)
	plain := newDocuments(t, descriptor("acme.org/old", "1.0.0", ``, ``)).repository // without its documents
	named := map[string]component.VersionFinder{"shipped": newDocuments(t, shipped), "empty": newDocuments(t), "plain": plain}
	api := newAPI(httpapi.Config{Components: configured, Repository: func(_ context.Context, url string) (component.VersionFinder, error) {
		return named[url], nil
	}})
	for name, tc := range map[string]struct {
		query  string
		status int
		want   string
	}{
		"as it is stored":          {"component_name=acme.org/lib&version=1.0.0&raw=true", 200, written},
		"the greatest":             {"component_name=acme.org/lib&raw=True", 200, written},
		"of the named repository":  {"component_name=acme.org/lib&raw=1&ocm_repo_url=shipped", 200, shipped},
		"if it has it":             {"component_name=acme.org/lib&raw=1&ocm_repo_url=empty", 200, written},
		"not if asked only there":  {"component_name=acme.org/lib&raw=1&ocm_repo_url=empty&ignore_lookup=true", 404, ""},
		"unknown version":          {"component_name=acme.org/lib&version=2.0.0&raw=1", 404, ""},
		"no documents":             {"component_name=acme.org/old&raw=1&ocm_repo_url=plain", 400, ""},
		"documents of another one": {"component_name=acme.org/lib&raw=1&ocm_repo_url=plain", 200, written},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rec := ask(api, "GET", "/ocm/component?"+tc.query, "")
			is.Equal(rec.Code, tc.status)
			if tc.status != 200 {
				return
			}
			var document string
			is.NoErr(json.Unmarshal(rec.Body.Bytes(), &document))
			is.Equal(document, tc.want)
			again := ask(api, "GET", "/ocm/component?"+tc.query, "", "If-None-Match", rec.Header().Get("ETag"))
			is.Equal(again.Code, 304)
		})
	}
}

// An archive answers with the document in it.
func TestRawDescriptorOfAnArchive(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	archive, err := ctf.Open("../component/ctf/testdata/fixtures/delivery/delivery.tgz", ctf.Config{})
	is.NoErr(err)
	t.Cleanup(func() { is.NoErr(archive.Close()) })
	rec := ask(newAPI(httpapi.Config{Components: archive}), "GET", "/ocm/component?component_name=example.org/shop&raw=true", "")
	is.Equal(rec.Code, 200)
	var document string
	is.NoErr(json.Unmarshal(rec.Body.Bytes(), &document))
	d, err := component.Decode([]byte(document))
	is.NoErr(err)
	is.Equal(d.ID, component.ID{Name: "example.org/shop", Version: "2026.11.0"})
}
