package registrytest

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// contents are the files of an archive by name.
type contents map[string][]byte

// read reads a gzipped tar.
func read(compressed io.Reader) (contents, error) {
	plain, err := gzip.NewReader(compressed)
	if err != nil {
		return nil, err
	}
	files := contents{}
	archive := tar.NewReader(plain)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if files[path.Clean(header.Name)], err = io.ReadAll(archive); err != nil {
			return nil, err
		}
	}
}

// blob returns a blob by its digest.
func (c contents) blob(digest string) ([]byte, error) {
	data, ok := c["blobs/"+strings.Replace(digest, ":", ".", 1)]
	if !ok {
		return nil, fmt.Errorf("the archive has no blob %s", digest)
	}
	return data, nil
}

// manifest is a manifest or index.
type manifest struct {
	MediaType string    `json:"mediaType"`
	Config    *Pointer  `json:"config"`
	Layers    []Pointer `json:"layers"`
	Manifests []Pointer `json:"manifests"`

	Annotations map[string]string `json:"annotations"`
}

// PushArchive writes all that a CTF archive (gzipped tar) has, byte for byte, into
// repositories below a path.
func (r Registry) PushArchive(file, subPath string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	files, err := read(f)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	var index struct {
		Artifacts []struct{ Repository, Tag, Digest, MediaType string }
	}
	if err := json.Unmarshal(files["artifact-index.json"], &index); err != nil {
		return fmt.Errorf("read index of %s: %w", file, err)
	}
	for _, a := range index.Artifacts {
		if a.Tag == "" {
			continue // comes with the index that lists it
		}
		if err := r.pushTree(files, subPath+"/"+a.Repository, a.Tag, a.Digest, a.MediaType); err != nil {
			return fmt.Errorf("push %s:%s: %w", a.Repository, a.Tag, err)
		}
	}
	return nil
}

// pushTree writes a manifest after all that it points to.
func (r Registry) pushTree(files contents, repository, reference, digest, mediaType string) error {
	data, err := files.blob(digest)
	if err != nil {
		return err
	}
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return err
	}
	for _, child := range m.Manifests {
		if err := r.pushTree(files, repository, child.Digest, child.Digest, child.MediaType); err != nil {
			return err
		}
	}
	parts := m.Layers
	if m.Config != nil {
		parts = append(parts, *m.Config)
	}
	for _, part := range parts {
		data, err := files.blob(part.Digest)
		if err != nil {
			return err
		}
		if _, err := r.PushBlob(repository, part.MediaType, data); err != nil {
			return err
		}
	}
	return r.PushManifest(repository, reference, mediaType, data)
}
