package oci_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/oci"
)

// network is one without sockets: servers by host.
type network map[string]http.Handler

// RoundTrip implements [http.RoundTripper].
func (n network) RoundTrip(request *http.Request) (*http.Response, error) {
	handler, found := n[request.URL.Host]
	if !found {
		return nil, fmt.Errorf("there is no host %s", request.URL.Host)
	}
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	received := request.Clone(request.Context())
	received.RequestURI, received.Host = request.URL.RequestURI(), request.URL.Host
	if received.Body == nil {
		received.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, received)
	response := recorder.Result()
	response.Request = request
	return response, nil
}

const (
	home       = "registry.example"
	configType = "application/vnd.ocm.software.component.config.v1+json"
	layerType  = "application/vnd.ocm.software.component-descriptor.v2+json"
	text       = "the content of a local blob"
)

var shop = component.ID{Name: "acme.org/shop", Version: "1.0.0"}

func digest(data string) string {
	sum := sha256.Sum256([]byte(data))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func descriptor(id component.ID) string {
	return fmt.Sprintf(`{"meta":{"schemaVersion":"v2"},"component":{"name":%q,"version":%q,"provider":"acme","repositoryContexts":[],"sources":[],"componentReferences":[],
"resources":[{"name":"text","version":"1","type":"plainText","relation":"local","access":{"type":"localBlob","mediaType":"text/plain","localReference":%q}}]}}`, id.Name, id.Version, digest(text))
}

// stocked is a registry that holds component versions.
func stocked(t testing.TB, ids ...component.ID) http.Handler {
	t.Helper()
	handler := quiet()
	p := newPusher("https://" + home)
	p.client = &http.Client{Transport: network{home: handler}}
	for _, id := range ids {
		repository := "component-descriptors/" + id.Name
		m := manifest{SchemaVersion: 2, MediaType: typeManifest, Annotations: map[string]string{"software.ocm.componentversion": id.String()}}
		add := func(mediaType, content string) pointer {
			must(t, p.blob(repository, digest(content), []byte(content)))
			return pointer{MediaType: mediaType, Digest: digest(content), Size: int64(len(content))}
		}
		layer := add(layerType, descriptor(id))
		config, err := json.Marshal(map[string]any{"componentDescriptorLayer": layer})
		must(t, err)
		m.Config = add(configType, string(config))
		m.Layers = []pointer{layer, add("text/plain", text)}
		data, err := json.Marshal(m)
		must(t, err)
		must(t, p.manifest(repository, strings.ReplaceAll(id.Version, "+", ".build-"), typeManifest, data))
	}
	return handler
}

// altered changes what a handler answers: change gets the request and may answer
// itself, in which case it returns true.
func altered(handler http.Handler, change func(w http.ResponseWriter, r *http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !change(w, r) {
			handler.ServeHTTP(w, r)
		}
	})
}

// at opens the repository on the host home of a network.
func at(t testing.TB, transport http.RoundTripper, cfg oci.Config) *oci.Repository {
	t.Helper()
	cfg.Transport = transport
	return open(t, home, cfg)
}
