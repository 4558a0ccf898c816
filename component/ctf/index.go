package ctf

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/ocimapping"
)

// artifact is an entry of the index of a CTF.
type artifact struct {
	Repository string `json:"repository"`
	Tag        string `json:"tag"`
	Digest     string `json:"digest"`
	MediaType  string `json:"mediaType"`
}

// index is what an archive holds.
type index struct {
	// tagged maps repository and tag to a manifest.
	tagged map[string]map[string]artifact
	// mediaTypes maps the digests of manifests to their media types, if known.
	mediaTypes map[string]string
	// single is the only component version of a component archive, nil for a CTF.
	single *component.Descriptor
}

func (a *Archive) readIndex() error {
	data, err := a.file(indexName)
	if errors.Is(err, component.ErrNotFound) {
		return a.readComponentArchive()
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", indexName, err)
	}
	a.index, err = parseIndex(data)
	return err
}

// readComponentArchive reads the descriptor of a component archive, which has no index.
func (a *Archive) readComponentArchive() error {
	data, err := a.file(descriptorName)
	if errors.Is(err, component.ErrNotFound) {
		return fmt.Errorf("it has neither %s nor %s at its top: %w", indexName, descriptorName, ErrNotCTF)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", descriptorName, err)
	}
	if a.index.single, err = component.Decode(data); err != nil {
		return fmt.Errorf("read %s: %w", descriptorName, err)
	}
	return nil
}

// file reads a file that has no digest.
func (a *Archive) file(name string) ([]byte, error) {
	content, size, err := a.files.open(name)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	return readAll(content, size, a.cfg.MaxDocumentBytes)
}

func parseIndex(data []byte) (index, error) {
	var document struct {
		SchemaVersion int        `json:"schemaVersion"`
		Artifacts     []artifact `json:"artifacts"`
	}
	if err := json.Unmarshal(data, &document); err != nil {
		return index{}, fmt.Errorf("%s is no JSON index: %v: %w", indexName, err, ErrNotCTF)
	}
	if document.SchemaVersion != 1 {
		return index{}, fmt.Errorf("%s has the schemaVersion %d, want 1: %w", indexName, document.SchemaVersion, ErrNotCTF)
	}
	parsed := index{tagged: map[string]map[string]artifact{}, mediaTypes: map[string]string{}}
	for _, a := range document.Artifacts {
		parsed.add(a)
	}
	return parsed, nil
}

// conflict is the digest of a tag that the index gives twice, with different manifests.
const conflict = "twice"

func (i *index) add(a artifact) {
	if a.MediaType != "" {
		i.mediaTypes[a.Digest] = a.MediaType
	}
	if a.Tag == "" {
		return // a superseded or nested manifest
	}
	tags := i.tagged[a.Repository]
	if tags == nil {
		tags = map[string]artifact{}
		i.tagged[a.Repository] = tags
	}
	if other, twice := tags[a.Tag]; twice && other.Digest != a.Digest {
		a.Digest = conflict
	}
	tags[a.Tag] = a
}

func (i *index) components() []string {
	if i.single != nil {
		return []string{i.single.Name}
	}
	var names []string
	for _, repository := range slices.Sorted(maps.Keys(i.tagged)) {
		if name, ok := strings.CutPrefix(repository, ocimapping.Folder); ok {
			names = append(names, name)
		}
	}
	return names
}

// find returns the manifest of a repository and tag.
func (i *index) find(repository, tag string) (artifact, error) {
	a, ok := i.tagged[repository][tag]
	switch {
	case !ok:
		return a, fmt.Errorf("%s has no repository %q with the tag %q: %w", indexName, repository, tag, component.ErrNotFound)
	case a.Digest == conflict:
		return a, fmt.Errorf("%s lists repository %q with the tag %q more than once, with different digests: remove the wrong one", indexName, repository, tag)
	}
	return a, nil
}
