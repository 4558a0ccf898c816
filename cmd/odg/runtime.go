package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/opendeliverygear/odg/artefact"
)

// runtimeArtefacts reads RuntimeArtefact resources from the files of a folder, as
// they would be applied to a cluster. The folder need not exist.
type runtimeArtefacts struct{ dir string }

// maxRuntimeFile bounds a file, in bytes.
const maxRuntimeFile = 16 << 20

var runtimeEndings = []string{".yaml", ".yml", ".json"}

// RuntimeArtefacts yields the identities in the order of the file names. A file or
// resource that is malformed yields an error and does not stop the others.
func (r runtimeArtefacts) RuntimeArtefacts(context.Context) iter.Seq2[artefact.ID, error] {
	return func(yield func(artefact.ID, error) bool) {
		files, err := os.ReadDir(r.dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			yield(artefact.ID{}, err)
			return
		}
		for _, file := range files {
			if slices.Contains(runtimeEndings, filepath.Ext(file.Name())) && !yieldAll(filepath.Join(r.dir, file.Name()), yield) {
				return
			}
		}
	}
}

// yieldAll yields what a file holds, and returns false if no more is wanted.
func yieldAll(file string, yield func(artefact.ID, error) bool) bool {
	data, err := readRegular(file)
	if err != nil {
		return yield(artefact.ID{}, err)
	}
	for i, document := range documents(data) {
		id, err := parseRuntimeArtefact(document)
		if err != nil {
			err = fmt.Errorf("%s, resource %d: %w", file, i+1, err)
		}
		if !yield(id, err) {
			return false
		}
	}
	return true
}

// readRegular reads a file, but no device or pipe, from which reading might not end.
func readRegular(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file; remove it, or put a file in its place", file)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxRuntimeFile+1))
	if err == nil && len(data) > maxRuntimeFile {
		err = fmt.Errorf("%s is larger than %d MiB; split it", file, maxRuntimeFile>>20)
	}
	return data, err
}

var separator = regexp.MustCompile(`(?m)^---([ \t].*)?\r?$`)

// documents takes a YAML stream apart. Empty documents are left out.
func documents(data []byte) [][]byte {
	var list [][]byte
	for _, text := range separator.Split(string(data), -1) {
		if len(bytes.TrimSpace([]byte(text))) > 0 {
			list = append(list, []byte(text))
		}
	}
	return list
}

func parseRuntimeArtefact(document []byte) (artefact.ID, error) {
	data, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return artefact.ID{}, err
	}
	var resource struct {
		Kind string `json:"kind"`
		Spec struct {
			Artefact json.RawMessage `json:"artefact"`
		} `json:"spec"`
	}
	if json.Unmarshal(data, &resource) != nil {
		return artefact.ID{}, errors.New("want a mapping with kind: RuntimeArtefact and spec: {artefact: …}")
	}
	if resource.Kind != "RuntimeArtefact" {
		return artefact.ID{}, fmt.Errorf("kind is %q, want RuntimeArtefact", resource.Kind)
	}
	if len(resource.Spec.Artefact) == 0 {
		return artefact.ID{}, errors.New("spec.artefact is missing; name at least component_name and artefact")
	}
	id, err := artefact.Parse(resource.Spec.Artefact)
	if err != nil {
		return artefact.ID{}, fmt.Errorf("spec.artefact: %w", err)
	}
	if artefact.Text(id.ComponentName) == "" {
		return artefact.ID{}, errors.New("spec.artefact.component_name is missing; say to what the artefact belongs")
	}
	return id, nil
}
