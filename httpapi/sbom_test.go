package httpapi_test

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
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

// bills is a tree of components, some of whose artefacts have SBOMs.
type bills struct {
	*delivery
	db      *memory.Store
	entries []string
}

func (b *bills) sbom(t *testing.T, name, version, artefact, content string) string {
	t.Helper()
	digest := digestOf([]byte(content))
	_, err := b.db.PutBlob(t.Context(), store.Blob{Digest: digest, MediaType: "application/json"}, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	b.info(name, version, artefact, `"digest":"`+digest+`"`, "sbom-generator")
	return digest
}

func (b *bills) info(name, version, artefact, data, datasource string) {
	b.entries = append(b.entries, fmt.Sprintf(`{"artefact":{"component_name":%q,"component_version":%s,"artefact_kind":"resource","artefact":%s},
		"meta":{"type":"meta/artefact_scan_info","datasource":%q},"data":{%s}}`, name, version, artefact, datasource, data))
}

func image(name, version, more string) string {
	return fmt.Sprintf(`{"name":%q,"version":%q,"type":"ociImage","relation":"local"%s,"access":{"type":"ociArtifact","imageReference":"r.example/a:1"}}`, name, version, more)
}

func newBills(t *testing.T) *bills {
	b := &bills{delivery: newDelivery(), db: memory.New()}
	b.add(t, descriptor("acme.org/shop", "1.0.0", `{"name":"lib","componentName":"acme.org/lib","version":"2.0.0"}`,
		image("web", "1", "")+`,`+image("none", "1", "")+`,`+image("lost", "1", "")+`,`+image("odd", "1", "")))
	b.add(t, descriptor("acme.org/lib", "2.0.0", `{"name":"base","componentName":"acme.org/base","version":"3.0.0"}`,
		image("img", "1", `,"extraIdentity":{"os":"linux","arch":"amd64"}`)+`,`+image("img", "1", `,"extraIdentity":{"os":"linux","arch":"arm/64"}`)))
	b.add(t, descriptor("acme.org/base", "3.0.0", ``, image("twin", "1.10.0", "")+`,`+image("twin", "1.9.0", `,"extraIdentity":{}`)+`,`+image("shared", "7", "")))
	b.add(t, descriptor("acme.org/broken", "1.0.0", `{"name":"gone","componentName":"acme.org/gone","version":"1.0.0"}`, ``))
	local := func(name, version, extra string) string {
		return fmt.Sprintf(`{"artefact_name":%q,"artefact_version":%q,"artefact_type":"ociImage","artefact_extra_id":%s}`, name, version, extra)
	}
	b.sbom(t, "acme.org/shop", `"1.0.0"`, local("web", "1", `{}`), "sbom of web")
	b.sbom(t, "acme.org/shop", `"0.9.0"`, local("web", "1", `{}`), "sbom of an earlier web")
	b.sbom(t, "acme.org/shop", `"1.0.0"`, local("former", "1", `{}`), "sbom of what is gone")
	b.sbom(t, "acme.org/lib", `"2.0.0"`, local("img", "1", `{"os":"linux","arch":"amd64"}`), "sbom of amd64")
	b.sbom(t, "acme.org/lib", `"2.0.0"`, local("img", "1", `{"os":"linux","arch":"arm/64"}`), "sbom of arm64")
	b.sbom(t, "acme.org/base", `"3.0.0"`, local("twin", "1.9.0", `{}`), "sbom of 1.9.0")
	b.sbom(t, "acme.org/base", `"3.0.0"`, local("twin", "1.10.0", `{}`), "sbom of 1.10.0")
	b.sbom(t, "acme.org/base", `null`, local("shared", "7", `{}`), "sbom of all versions")
	lost := b.sbom(t, "acme.org/shop", `"1.0.0"`, local("lost", "1", `{}`), "sbom that is deleted")
	if err := b.db.DeleteBlob(t.Context(), lost); err != nil {
		t.Fatal(err)
	}
	b.info("acme.org/shop", `"1.0.0"`, local("odd", "1", `{}`), `"digest":"../../x"`, "sbom-generator")
	b.info("acme.org/shop", `"1.0.0"`, local("none", "1", `{}`), `"digest":"`+digestOf([]byte("sbom of web"))+`"`, "osid")
	entries, err := metadata.BuiltinTypes().ParseEntries([]byte(`{"entries":[` + strings.Join(b.entries, ",") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.db.Upsert(t.Context(), entries, store.UpsertOptions{Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bills) api(repository component.VersionFinder) *httpapi.Server {
	return httpapi.New(odg.New(b.db, odg.Config{Descriptors: repository}), httpapi.Config{Components: repository, Blobs: b.db})
}

// files lists what a compressed tar has.
func files(t *testing.T, packed []byte) (all []string) {
	t.Helper()
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(plain); ; {
		header, err := archive.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, header.Name+": "+string(content))
	}
}

func TestSBOMs(t *testing.T) {
	t.Parallel()
	b := newBills(t)
	shop := []string{"acme.org_shop_1.0.0/web_ociImage.json: sbom of web"}
	lib := append([]string{
		"acme.org_lib_2.0.0/img_ociImage_arch_amd64_os_linux.json: sbom of amd64",
		"acme.org_lib_2.0.0/img_ociImage_arch_arm_64_os_linux.json: sbom of arm64",
	}, shop...)
	all := append([]string{
		"acme.org_base_3.0.0/shared_ociImage.json: sbom of all versions",
		"acme.org_base_3.0.0/twin_ociImage.json: sbom of 1.9.0",
		"acme.org_base_3.0.0/twin_ociImage_2.json: sbom of 1.10.0",
	}, lib...)
	b.kinds(t, func(t *testing.T, repository component.VersionFinder) {
		api := b.api(repository)
		for name, tc := range map[string]struct {
			more string
			want []string
		}{
			"all": {"", all}, "all, as a number": {"&recursion_depth=-1", all}, "more than there is": {"&recursion_depth=100000", all},
			"component only": {"&recursion_depth=0", shop}, "one step": {"&recursion_depth=1&version=1.0.0", lib}, "two steps": {"&recursion_depth=2", all},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				is := is.New(t)
				rec := ask(api, "GET", "/components/sbom?component_name=acme.org/shop"+tc.more, "")
				is.Equal(rec.Code, 200)
				is.Equal(cmp.Diff(tc.want, files(t, rec.Body.Bytes())), "")
				is.Equal(rec.Header().Get("Content-Type"), "application/x-tar")
				is.Equal(rec.Header().Get("Content-Encoding"), "gzip")
				is.Equal(rec.Header().Get("Content-Disposition"), `attachment; filename="acme.org_shop_1.0.0.sboms.tar"`)
				again := ask(api, "GET", "/components/sbom?component_name=acme.org/shop"+tc.more, "")
				is.True(bytes.Equal(rec.Body.Bytes(), again.Body.Bytes())) // the same bytes each time
			})
		}
		for name, tc := range map[string]struct {
			query  string
			status int
		}{
			"no name":            {"", 400},
			"unknown component":  {"component_name=acme.org/none", 404},
			"unknown version":    {"component_name=acme.org/shop&version=9", 404},
			"missing reference":  {"component_name=acme.org/broken", 422},
			"not that deep":      {"component_name=acme.org/broken&recursion_depth=0", 200},
			"odd depth":          {"component_name=acme.org/shop&recursion_depth=deep", 400},
			"negative depth":     {"component_name=acme.org/shop&recursion_depth=-2", 400},
			"enormous depth":     {"component_name=acme.org/shop&recursion_depth=99999999999999999999", 400},
			"only a repository":  {"component_name=acme.org/shop&ignore_lookup=true", 400},
			"unknown, not deep":  {"component_name=acme.org/shop&version=9&recursion_depth=0", 404},
			"a depth with cycle": {"component_name=acme.org/lib&recursion_depth=1", 200},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				is := is.New(t)
				is.Equal(ask(api, "GET", "/components/sbom?"+tc.query, "").Code, tc.status)
			})
		}
	})
}

func TestSBOMsNeedADatabase(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	rec := ask(newAPI(httpapi.Config{}), "GET", "/components/sbom?component_name=a", "")
	is.Equal(rec.Code, 400)
	is.True(strings.Contains(rec.Body.String(), `"missing_features":["delivery-db"]`))
}

// brokenSBOMs loses the connection in the middle of each blob.
type brokenSBOMs struct{ store.Blobs }

func (b brokenSBOMs) OpenBlob(_ context.Context, digest string) (store.Blob, io.ReadCloser, error) {
	content := io.MultiReader(strings.NewReader("sbom"), readerFunc(func([]byte) (int, error) { return 0, errors.New("database is gone") }))
	return store.Blob{Digest: digest, Size: 11}, io.NopCloser(content), nil
}

func TestSBOMsThatBreakOff(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	b := newBills(t)
	api := httpapi.New(odg.New(b.db, odg.Config{}), httpapi.Config{Components: b.archive(t), Blobs: brokenSBOMs{b.db}})
	server := httptest.NewServer(api)
	defer server.Close()
	response, err := http.Get(server.URL + "/components/sbom?component_name=acme.org/shop")
	if err == nil { // it had begun
		_, err = io.ReadAll(response.Body)
		response.Body.Close()
	}
	is.True(err != nil) // the client knows that not all of it came
}
