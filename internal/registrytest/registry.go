package registrytest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/google/go-containerregistry/pkg/registry"
)

// Serve starts a registry that keeps all in memory and logs nothing. Each of around sees
// the requests before it.
func Serve(around ...func(http.Handler) http.Handler) *httptest.Server {
	handler := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	for _, wrap := range around {
		handler = wrap(handler)
	}
	return httptest.NewServer(handler)
}

// Registry is the URL of a registry, http://host:port.
type Registry string

// Host returns host and port.
func (r Registry) Host() string {
	_, host, _ := strings.Cut(string(r), "://")
	return host
}

// Pointer is what manifests say of a blob (OCI image specification, content descriptors).
type Pointer struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Size      int    `json:"size"`
}

// PushBlob writes a blob.
func (r Registry) PushBlob(repository, mediaType string, data []byte) (Pointer, error) {
	pointer := Pointer{MediaType: mediaType, Digest: digestOf(data), Size: len(data)}
	location, err := r.send(http.MethodPost, string(r)+"/v2/"+repository+"/blobs/uploads/", "application/octet-stream", nil)
	if err != nil {
		return pointer, err
	}
	query := location.Query()
	query.Set("digest", pointer.Digest)
	location.RawQuery = query.Encode()
	_, err = r.send(http.MethodPut, location.String(), "application/octet-stream", data)
	return pointer, err
}

// PushManifest writes a manifest or index under a tag or its digest.
func (r Registry) PushManifest(repository, reference, mediaType string, data []byte) error {
	_, err := r.send(http.MethodPut, string(r)+"/v2/"+repository+"/manifests/"+reference, mediaType, data)
	return err
}

// send sends a request and returns the location that is answered.
func (r Registry) send(method, target, mediaType string, body []byte) (*url.URL, error) {
	request, err := http.NewRequest(method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", mediaType)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusMultipleChoices {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 200))
		return nil, fmt.Errorf("%s %s: %s: %s", method, target, response.Status, text)
	}
	base, err := url.Parse(string(r))
	if err != nil {
		return nil, err
	}
	return base.Parse(response.Header.Get("Location"))
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}
