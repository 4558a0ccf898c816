package httpapi_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/component/oci"
)

// delivery is what the repositories of the tests have: component versions as
// artefacts of OCI (OCM specification, OCI mapping), and their local blobs.
type delivery struct {
	blobs     map[string][]byte
	manifests []deliveredManifest
}

type deliveredManifest struct {
	id   component.ID
	data []byte
}

const manifestType = "application/vnd.oci.image.manifest.v1+json"

func newDelivery() *delivery { return &delivery{blobs: map[string][]byte{}} }

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// blob adds content and returns its digest.
func (d *delivery) blob(data []byte) string {
	d.blobs[digestOf(data)] = data
	return digestOf(data)
}

// add adds a component version; JSON is YAML, too.
func (d *delivery) add(t testing.TB, descriptor string) {
	t.Helper()
	decoded, err := component.Decode([]byte(descriptor))
	if err != nil {
		t.Fatal(err)
	}
	const layerType = "application/vnd.ocm.software.component-descriptor.v2+yaml+tar"
	layer := tarOf(t, "component-descriptor.yaml", descriptor)
	pointer := func(mediaType string, data []byte) map[string]any {
		return map[string]any{"mediaType": mediaType, "digest": d.blob(data), "size": len(data)}
	}
	config := encode(t, map[string]any{"componentDescriptorLayer": pointer(layerType, layer)})
	d.manifests = append(d.manifests, deliveredManifest{decoded.ID, encode(t, map[string]any{
		"schemaVersion": 2, "mediaType": manifestType,
		"config": pointer("application/vnd.ocm.software.component.config.v1+json", config),
		"layers": []any{pointer(layerType, layer)},
	})})
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func tarOf(t testing.TB, name, content string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	if err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(w, content)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipped(t testing.TB, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(content)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// archive writes the delivery as a directory (OCM specification, common transport
// format) and opens it.
func (d *delivery) archive(t testing.TB) *ctf.Archive {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "blobs"), 0o700); err != nil {
		t.Fatal(err)
	}
	var artefacts []any
	for _, m := range d.manifests {
		write("blobs/"+strings.Replace(digestOf(m.data), ":", ".", 1), m.data)
		artefacts = append(artefacts, map[string]string{
			"repository": "component-descriptors/" + m.id.Name, "tag": m.id.Version, "digest": digestOf(m.data), "mediaType": manifestType,
		})
	}
	for digest, data := range d.blobs {
		write("blobs/"+strings.Replace(digest, ":", ".", 1), data)
	}
	write("artifact-index.json", encode(t, map[string]any{"schemaVersion": 1, "artifacts": artefacts}))
	archive, err := ctf.Open(dir, ctf.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = archive.Close() })
	return archive
}

// registry pushes the delivery into a registry in this process.
func (d *delivery) registry(t testing.TB) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	for _, m := range d.manifests {
		repository := server.URL + "/v2/ocm/component-descriptors/" + m.id.Name
		for digest, data := range d.blobs {
			push(t, "POST", repository+"/blobs/uploads/?digest="+digest, data)
		}
		push(t, "PUT", repository+"/manifests/"+m.id.Version, m.data)
	}
	return server
}

func push(t testing.TB, method, target string, body []byte) {
	t.Helper()
	request, err := http.NewRequest(method, target, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", manifestType)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		text, _ := io.ReadAll(response.Body)
		t.Fatalf("%s %s: %s %.200s", method, target, response.Status, text)
	}
}

// inRegistry opens the repository of a delivery's registry.
func inRegistry(t testing.TB, server *httptest.Server, cfg oci.Config) *oci.Repository {
	t.Helper()
	repository, err := oci.Open(server.URL+"/ocm", cfg)
	if err != nil {
		t.Fatal(err)
	}
	return repository
}

// kinds calls test with the delivery in an archive and in a registry.
func (d *delivery) kinds(t *testing.T, test func(t *testing.T, repository component.VersionFinder)) {
	t.Run("archive", func(t *testing.T) {
		t.Parallel()
		test(t, d.archive(t))
	})
	t.Run("registry", func(t *testing.T) {
		t.Parallel()
		test(t, inRegistry(t, d.registry(t), oci.Config{Retries: -1}))
	})
}
