package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"

	"github.com/opendeliverygear/odg/artefact"
)

// runtimeArtefacts reads RuntimeArtefact resources from the files of a folder, one
// resource a file, as they would be applied to a cluster.
type runtimeArtefacts struct{ dir string }

// maxRuntimeArtefact bounds a file, in bytes.
const maxRuntimeArtefact = 1 << 20

// RuntimeArtefacts yields the identities in the order of the file names. A file
// that is malformed yields an error and does not stop the others.
func (r runtimeArtefacts) RuntimeArtefacts(context.Context) iter.Seq2[artefact.ID, error] {
	return func(yield func(artefact.ID, error) bool) {
		for _, pattern := range []string{"*.yaml", "*.yml", "*.json"} {
			files, _ := filepath.Glob(filepath.Join(r.dir, pattern)) // the patterns are well-formed
			for _, file := range files {
				id, err := readRuntimeArtefact(file)
				if err != nil {
					err = fmt.Errorf("read %s: %w", file, err)
				}
				if !yield(id, err) {
					return
				}
			}
		}
	}
}

func readRuntimeArtefact(file string) (artefact.ID, error) {
	f, err := os.Open(file)
	if err != nil {
		return artefact.ID{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxRuntimeArtefact+1))
	if err != nil {
		return artefact.ID{}, err
	}
	if len(data) > maxRuntimeArtefact {
		return artefact.ID{}, fmt.Errorf("larger than %d bytes; a RuntimeArtefact is far smaller", maxRuntimeArtefact)
	}
	return parseRuntimeArtefact(data)
}

func parseRuntimeArtefact(data []byte) (artefact.ID, error) {
	var resource struct {
		Kind string `json:"kind"`
		Spec struct {
			Artefact json.RawMessage `json:"artefact"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(data, &resource); err != nil {
		return artefact.ID{}, err
	}
	if resource.Kind != "RuntimeArtefact" {
		return artefact.ID{}, fmt.Errorf("kind is %q, want RuntimeArtefact", resource.Kind)
	}
	if len(resource.Spec.Artefact) == 0 {
		return artefact.ID{}, fmt.Errorf("spec.artefact is missing; name at least component_name and artefact")
	}
	id, err := artefact.Parse(resource.Spec.Artefact)
	if err != nil {
		return artefact.ID{}, fmt.Errorf("spec.artefact: %w", err)
	}
	return id, nil
}
