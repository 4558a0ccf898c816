package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
)

// tree is a CTF archive in memory, as package ctf does not show it: manifests and all.
type tree struct {
	artefacts []pushed
	blobs     map[string][]byte // by digest
}

// pushed is a component version in a registry.
type pushed struct {
	Repository, Tag, Digest, MediaType string
	blobs                              []string // digests of configuration and layers
}

func readTree(file string) (*tree, error) {
	files, err := unpack(file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w (run bench in the folder of the module, or name the archive with --tree)", file, err)
	}
	var index struct{ Artifacts []pushed }
	if err := json.Unmarshal(files["artifact-index.json"], &index); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	t := &tree{artefacts: index.Artifacts, blobs: map[string][]byte{}}
	for name, data := range files {
		t.blobs[strings.Replace(path.Base(name), ".", ":", 1)] = data
	}
	for i := range t.artefacts {
		var manifest struct {
			Config struct{ Digest string }
			Layers []struct{ Digest string }
		}
		if err := json.Unmarshal(t.blobs[t.artefacts[i].Digest], &manifest); err != nil {
			return nil, fmt.Errorf("read %s: manifest %s: %w", file, t.artefacts[i].Digest, err)
		}
		for _, layer := range manifest.Layers {
			t.artefacts[i].blobs = append(t.artefacts[i].blobs, layer.Digest)
		}
		t.artefacts[i].blobs = append(t.artefacts[i].blobs, manifest.Config.Digest)
	}
	return t, nil
}

// unpack reads the files of a .tgz.
func unpack(file string) (map[string][]byte, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	stream, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for reader := tar.NewReader(stream); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if files[path.Clean(header.Name)], err = io.ReadAll(reader); err != nil {
			return nil, err
		}
	}
}

// addresses are those of what a walk reads: of the root's version of each component the
// manifest and the descriptor.
func (t *tree) addresses(base string) (all []string) {
	for _, a := range t.artefacts {
		if a.Tag == rootVersion {
			repository := base + "/v2/" + subPath + "/" + a.Repository
			all = append(all, repository+"/manifests/"+a.Tag, repository+"/blobs/"+a.blobs[0])
		}
	}
	return all
}

// push fills a registry.
func (t *tree) push(ctx context.Context, base string) error {
	for _, a := range t.artefacts {
		repository := base + "/v2/" + subPath + "/" + a.Repository
		for _, digest := range a.blobs {
			if err := t.pushBlob(ctx, repository, digest); err != nil {
				return err
			}
		}
		if _, err := send(ctx, http.MethodPut, repository+"/manifests/"+a.Tag, a.MediaType, t.blobs[a.Digest]); err != nil {
			return err
		}
	}
	return nil
}

func (t *tree) pushBlob(ctx context.Context, repository, digest string) error {
	upload, err := send(ctx, http.MethodPost, repository+"/blobs/uploads/", "application/octet-stream", nil)
	if err != nil {
		return err
	}
	query := upload.Query()
	query.Set("digest", digest)
	upload.RawQuery = query.Encode()
	_, err = send(ctx, http.MethodPut, upload.String(), "application/octet-stream", t.blobs[digest])
	return err
}

// send returns the location that the answer names.
func send(ctx context.Context, method, address, mediaType string, body []byte) (*url.URL, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", mediaType)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	said, err := io.ReadAll(response.Body)
	if response.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %.200s", method, address, response.Status, said)
	}
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return nil, err
	}
	return request.URL.Parse(response.Header.Get("Location"))
}
