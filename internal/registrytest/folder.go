package registrytest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/opendeliverygear/odg/component"
)

// WriteReferring is [Registry.PushReferring] into a CTF archive, a new folder: the images
// are in the registry only.
func WriteReferring(file, folder string, images Registry) error {
	blobs := filepath.Join(folder, "blobs")
	if err := os.MkdirAll(blobs, 0o700); err != nil {
		return err
	}
	write := func(mediaType string, data []byte) (Pointer, error) {
		pointer := Pointer{MediaType: mediaType, Digest: digestOf(data), Size: len(data)}
		return pointer, os.WriteFile(filepath.Join(blobs, strings.Replace(pointer.Digest, ":", ".", 1)), data, 0o600)
	}
	type listed struct {
		Repository string `json:"repository"`
		Tag        string `json:"tag"`
		Digest     string `json:"digest"`
		MediaType  string `json:"mediaType"`
	}
	var all []listed
	err := referring(file, images, func(id component.ID, document []byte) error {
		data, err := versionManifest(document, write)
		if err != nil {
			return err
		}
		main, err := write(manifestType, data)
		all = append(all, listed{"component-descriptors/" + id.Name, id.Version, main.Digest, main.MediaType})
		return err
	})
	if err != nil {
		return err
	}
	index, err := json.Marshal(map[string]any{"schemaVersion": 1, "artifacts": all})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "artifact-index.json"), index, 0o600)
}
