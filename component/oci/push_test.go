package oci_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pusher writes blobs and manifests into a registry, as they are.
type pusher struct {
	base   string // http://host:port
	client *http.Client
	done   map[string]bool
}

func newPusher(base string) *pusher {
	return &pusher{base: base, client: &http.Client{}, done: map[string]bool{}}
}

func (p *pusher) send(method, target, mediaType string, body []byte) (*http.Response, error) {
	request, err := http.NewRequest(method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", mediaType)
	response, err := p.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	data, _ := io.ReadAll(response.Body)
	if response.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s: %s: %.200s", method, target, response.Status, data)
	}
	return response, nil
}

func (p *pusher) blob(repository, digest string, data []byte) error {
	if p.done[repository+digest] {
		return nil
	}
	started, err := p.send(http.MethodPost, p.base+"/v2/"+repository+"/blobs/uploads/", "application/octet-stream", nil)
	if err != nil {
		return err
	}
	base, err := url.Parse(p.base)
	if err != nil {
		return err
	}
	location, err := base.Parse(started.Header.Get("Location"))
	if err != nil {
		return err
	}
	query := location.Query()
	query.Set("digest", digest)
	location.RawQuery = query.Encode()
	_, err = p.send(http.MethodPut, location.String(), "application/octet-stream", data)
	p.done[repository+digest] = err == nil
	return err
}

func (p *pusher) manifest(repository, reference, mediaType string, data []byte) error {
	_, err := p.send(http.MethodPut, p.base+"/v2/"+repository+"/manifests/"+reference, mediaType, data)
	return err
}

type pointer struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type manifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType,omitempty"`
	Config        pointer           `json:"config,omitzero"`
	Layers        []pointer         `json:"layers,omitempty"`
	Manifests     []pointer         `json:"manifests,omitempty"`
	Annotations   map[string]string `json:"annotations,omitempty"`
}

const (
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeIndex    = "application/vnd.oci.image.index.v1+json"
)

// tree writes a manifest with all that it points to.
func (p *pusher) tree(folder, repository, reference, mediaType, digest string) error {
	data, err := os.ReadFile(filepath.Join(folder, "blobs", strings.Replace(digest, ":", ".", 1)))
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(data); "sha256:"+hex.EncodeToString(sum[:]) != digest {
		return fmt.Errorf("manifest %s was altered, so it cannot be stored as such", digest)
	}
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return err
	}
	if m.MediaType != "" {
		mediaType = m.MediaType
	}
	if mediaType == "" {
		mediaType = typeManifest
	}
	for _, child := range m.Manifests {
		if err := p.tree(folder, repository, child.Digest, child.MediaType, child.Digest); err != nil {
			return err
		}
	}
	parts := m.Layers
	if m.Config.Digest != "" {
		parts = append(parts, m.Config)
	}
	for _, part := range parts {
		data, err := os.ReadFile(filepath.Join(folder, "blobs", strings.Replace(part.Digest, ":", ".", 1)))
		if err != nil {
			return err
		}
		if err := p.blob(repository, part.Digest, data); err != nil {
			return err
		}
	}
	return p.manifest(repository, reference, mediaType, data)
}

// archive writes all that a CTF directory has below a path, and returns what the
// registry did not take: repository:tag.
func (p *pusher) archive(t testing.TB, folder, subPath string) (refused map[string]error) {
	t.Helper()
	var index struct {
		Artifacts []struct{ Repository, Tag, Digest, MediaType string }
	}
	refused = map[string]error{}
	answers(t, filepath.Join(folder, "artifact-index.json"), &index)
	for _, a := range index.Artifacts {
		if a.Tag == "" {
			continue // comes with the index that lists it
		}
		if err := p.tree(folder, subPath+"/"+a.Repository, a.Tag, a.MediaType, a.Digest); err != nil {
			refused[a.Repository+":"+a.Tag] = err
		}
	}
	return refused
}

// push is archive where all must be taken.
func push(t testing.TB, base, folder, subPath string) {
	t.Helper()
	for what, err := range newPusher(base).archive(t, folder, subPath) {
		t.Fatalf("push %s: %v", what, err)
	}
}
