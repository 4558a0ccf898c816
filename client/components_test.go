package client_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/responsible"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

var (
	shop = component.ID{Name: "example.org/shop", Version: "2026.11.0"}
	web  = component.ID{Name: "example.org/shop/web", Version: "1.4.2"}
)

// delivery is the one of the quickstart, and a server of it.
func delivery(t *testing.T, cfg httpapi.Config) (*ctf.Archive, client.Components) {
	t.Helper()
	archive, err := ctf.Open("../examples/quickstart/delivery.tgz", ctf.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = archive.Close() })
	cfg.Components = archive
	return archive, newClient(t, httpapi.New(odg.New(memory.New(), odg.Config{}), cfg)).Components(client.Lookup{})
}

// What is looked up over HTTP is what the repository has.
func TestComponents(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx := context.Background()
	archive, components := delivery(t, httpapi.Config{})
	want, err := component.Walk(ctx, archive, component.WalkConfig{}, shop)
	is.NoErr(err)
	got, err := component.Walk(ctx, components, component.WalkConfig{}, shop)
	is.NoErr(err)
	is.Equal(len(got.Nodes), len(want.Nodes))
	for i, node := range want.Nodes {
		there := got.Nodes[i]
		is.Equal(there.ID, node.ID)
		is.Equal(there.Targets, node.Targets)
		if diff := cmp.Diff(identities(node.Descriptor), identities(there.Descriptor)); diff != "" {
			t.Error(diff)
		}
		raw, err := archive.RawDescriptor(ctx, node.ID)
		is.NoErr(err)
		document, err := components.RawDescriptor(ctx, node.ID)
		is.NoErr(err)
		is.Equal(document, raw)
	}
	versions, err := components.Versions(ctx, shop.Name)
	is.NoErr(err)
	is.Equal(versions, []string{"2026.10.0", "2026.11.0"})
	none, err := components.Versions(ctx, "example.org/none")
	is.NoErr(err)
	is.Equal(len(none), 0)
	greatest, err := components.Descriptor(ctx, component.ID{Name: shop.Name, Version: component.Greatest})
	is.NoErr(err)
	is.Equal(greatest.ID, shop)
	for _, id := range []component.ID{{Name: shop.Name, Version: "1"}, {Name: "example.org/none", Version: component.Greatest}} {
		_, err = components.Descriptor(ctx, id)
		is.True(errors.Is(err, component.ErrNotFound))
		_, err = components.RawDescriptor(ctx, id)
		is.True(errors.Is(err, component.ErrNotFound))
	}
}

func identities(d *component.Descriptor) (all []string) {
	for _, a := range d.Artefacts() {
		all = append(all, a.ID.Key())
	}
	return all
}

// The server is told what a Lookup says.
func TestLookup(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var asked []string
	c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path+"?"+r.URL.Query().Get("ocm_repo_url")+r.URL.Query().Get("ocm_repository")+"|"+r.URL.Query().Get("ignore_lookup")+"|"+r.URL.Query().Get("version_filter"))
		_, _ = io.WriteString(w, `[]`)
	})).Components(client.Lookup{Repository: "registry.example/ocm", Only: true, Filter: "semver_releases"})
	_, err := c.Versions(t.Context(), shop.Name)
	is.NoErr(err)
	_, err = c.Descriptor(t.Context(), shop)
	is.True(errors.Is(err, component.ErrMalformed))
	_, err = c.RawDescriptor(t.Context(), shop)
	is.True(err != nil)
	a, err := c.OpenArtefact(t.Context(), client.ArtefactRef{Component: shop, Name: "x"}, false)
	is.NoErr(err)
	is.NoErr(a.Close())
	is.Equal(asked, []string{"/ocm/component/versions?registry.example/ocm|true|semver_releases", "/ocm/component?registry.example/ocm|true|",
		"/ocm/component?registry.example/ocm|true|", "/ocm/artefacts/blob?registry.example/ocm||"})
}

// An answer about another component version is not believed.
func TestAnotherDescriptor(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, components := delivery(t, httpapi.Config{})
	d, err := components.RawDescriptor(t.Context(), shop)
	is.NoErr(err)
	c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(d) })).Components(client.Lookup{})
	_, err = c.Descriptor(t.Context(), component.ID{Name: shop.Name, Version: component.Greatest})
	is.NoErr(err)
	_, err = c.Descriptor(t.Context(), web)
	is.True(errors.Is(err, component.ErrMalformed))
}

func TestOpenArtefact(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	archive, components := delivery(t, httpapi.Config{})
	d, err := archive.Descriptor(t.Context(), web)
	is.NoErr(err)
	for _, artefact := range d.Artefacts() {
		local, ok := artefact.Access.LocalBlob()
		if !ok {
			continue
		}
		a, err := components.OpenArtefact(t.Context(), client.ArtefactRef{Component: web, Name: artefact.Name, Version: artefact.Version, ExtraIdentity: artefact.ExtraIdentity}, false)
		is.NoErr(err)
		data, err := io.ReadAll(a)
		is.NoErr(err)
		is.NoErr(a.Close())
		is.Equal(store.DocumentDigest(data), local.Digests[0])
		is.Equal(a.MediaType, local.MediaType)
		is.True(strings.HasPrefix(a.FileName, "example.org_shop_web_1.4.2_"+artefact.Name))
	}
	_, err = components.OpenArtefact(t.Context(), client.ArtefactRef{Component: component.ID{Name: web.Name, Version: "0"}, Name: "chart"}, true)
	is.True(errors.Is(err, component.ErrNotFound))
	_, err = components.OpenArtefact(t.Context(), client.ArtefactRef{Component: web, Name: "none"}, true)
	var answer *client.Error
	is.True(errors.As(err, &answer))
	is.Equal(answer.Status, http.StatusBadRequest)
	is.True(strings.Contains(answer.Detail, "none"))
}

// A server cannot name files anywhere.
func TestFileNames(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		`attachment; filename="a_b.tar"`: "a_b.tar", `attachment; filename="../../x"`: "x", `attachment; filename="..\\..\\x"`: "x",
		`attachment; filename=".."`: "", ``: "", `;`: "",
	} {
		is := is.New(t)
		c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Disposition", sent) }))
		a, err := c.Components(client.Lookup{}).OpenArtefact(t.Context(), client.ArtefactRef{Component: web, Name: "x"}, false)
		is.NoErr(err)
		is.Equal(a.FileName, want) // of sent
		is.NoErr(a.Close())
	}
}

// Content that breaks off is an error.
func TestBrokenArtefact(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 100_000))
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, client.Config{})
	is.NoErr(err)
	a, err := c.Components(client.Lookup{}).OpenArtefact(t.Context(), client.ArtefactRef{Component: web, Name: "x"}, false)
	is.NoErr(err)
	_, err = io.Copy(io.Discard, a)
	is.True(errors.Is(err, io.ErrUnexpectedEOF))
	is.NoErr(a.Close())
}

func TestResponsibles(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, components := delivery(t, httpapi.Config{})
	found, err := components.Responsibles(t.Context(), web, "")
	is.NoErr(err)
	is.Equal(len(found.Responsibles), 0)
	is.True(len(found.Statuses) > 0) // why nobody is
	_, err = components.Responsibles(t.Context(), web, "none")
	is.True(errors.Is(err, responsible.ErrNoArtefact))
	_, err = components.Responsibles(t.Context(), component.ID{Name: "example.org/none", Version: "1"}, "")
	is.True(errors.Is(err, component.ErrNotFound))
	is.True(!errors.Is(err, responsible.ErrNoArtefact))
	counting := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }))
	_, err = counting.Components(client.Lookup{}).Responsibles(t.Context(), web, "")
	is.True(errors.Is(err, component.ErrUnavailable))
}

// sboms is a server that has one SBOM.
func sboms(t *testing.T) client.Components {
	t.Helper()
	ctx := context.Background()
	const content = `{"bomFormat":"CycloneDX"}`
	archive, err := ctf.Open("../examples/quickstart/delivery.tgz", ctf.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = archive.Close() })
	d, err := archive.Descriptor(ctx, web)
	if err != nil {
		t.Fatal(err)
	}
	db := memory.New()
	core := odg.New(db, odg.Config{})
	digest := store.DocumentDigest([]byte(content))
	if _, err = db.PutBlob(ctx, store.Blob{Digest: digest}, strings.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	entry, err := metadata.ParseEntry([]byte(fmt.Sprintf(`{"artefact":%s,"meta":{"type":"meta/artefact_scan_info","datasource":"sbom-generator"},"data":{"digest":%q}}`,
		d.Artefacts()[0].ID.AppendJSON(nil), digest)))
	if err == nil {
		err = core.PutMetadata(ctx, []metadata.Entry{entry})
	}
	if err != nil {
		t.Fatal(err)
	}
	return newClient(t, httpapi.New(core, httpapi.Config{Components: archive, Blobs: db})).Components(client.Lookup{})
}

func TestSBOMs(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	components := sboms(t)
	for depth, want := range map[int]int{-1: 1, 0: 0, 1: 1} {
		count := 0
		for sbom, err := range components.SBOMs(t.Context(), shop, depth) {
			is.NoErr(err)
			data, err := io.ReadAll(sbom)
			is.NoErr(err)
			is.Equal(string(data), `{"bomFormat":"CycloneDX"}`)
			is.Equal(sbom.Size, int64(len(data)))
			is.Equal(sbom.Name, "example.org_shop_web_1.4.2/web_ociImage.json")
			count++
		}
		is.Equal(count, want) // at this depth
	}
	for range components.SBOMs(t.Context(), shop, -1) {
		break
	}
	for _, err := range components.SBOMs(t.Context(), component.ID{Name: shop.Name, Version: "1"}, -1) {
		is.True(errors.Is(err, component.ErrNotFound))
	}
}

// What is no archive of SBOMs is an error, and the last that comes.
func TestWrongSBOMs(t *testing.T) {
	t.Parallel()
	var outside bytes.Buffer
	archive := tar.NewWriter(&outside)
	_ = archive.WriteHeader(&tar.Header{Name: "../x", Mode: 0o644})
	_ = archive.Close()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(outside.Bytes())
	_ = z.Close()
	for name, body := range map[string][]byte{"text": []byte(strings.Repeat("no tar ", 100)), "a file elsewhere": outside.Bytes(), "compressed": packed.Bytes(), "no gzip": outside.Bytes()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if name == "compressed" || name == "no gzip" {
					w.Header().Set("Content-Encoding", "gzip")
				}
				_, _ = w.Write(body)
			}))
			count := 0
			for _, err := range c.Components(client.Lookup{}).SBOMs(t.Context(), shop, -1) {
				is.True(err != nil)
				count++
			}
			is.Equal(count, 1)
		})
	}
}
