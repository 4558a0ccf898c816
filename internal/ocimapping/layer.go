package ocimapping

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/component"
)

// DescriptorFile is the name of the descriptor in the tar of its layer.
const DescriptorFile = "component-descriptor.yaml"

// configTypes are the media types of the config of a component version.
var configTypes = []string{
	"application/vnd.ocm.software.component.config.v1+json",
	"application/vnd.gardener.cloud.cnudie.component.config.v1+json",
	"application/vnd.oci.gardener.cloud.cnudie.component-descriptor-metadata.config.v2+json",
}

// layerTypes are what the media types of descriptor layers start with.
var layerTypes = []string{
	"application/vnd.ocm.software.component-descriptor.",
	"application/vnd.gardener.cloud.cnudie.component-descriptor.",
	"application/vnd.oci.gardener.cloud.cnudie.component-descriptor.config.",
}

// layerForms are what the media types of descriptor layers end with.
var layerForms = []string{"v2+yaml", "v2+json", "v2+yaml+tar", "v2+json+tar", "v3alpha1+yaml", "v3alpha1+json", "v3alpha1+yaml+tar", "v3alpha1+json+tar"}

// isDescriptorLayer tells if a media type is that of a component descriptor.
func isDescriptorLayer(mediaType string) bool {
	for _, prefix := range layerTypes {
		if form, ok := strings.CutPrefix(mediaType, prefix); ok {
			return slices.Contains(layerForms, form)
		}
	}
	return false
}

// unpack returns the document in a layer.
func unpack(layer Pointer, data []byte) ([]byte, error) {
	if !strings.HasSuffix(layer.MediaType, "+tar") {
		return data, nil
	}
	document, err := untar(data)
	if err != nil {
		return nil, fmt.Errorf("read descriptor layer %s: %w", layer.Digest, err)
	}
	return document, nil
}

// untar returns the first component descriptor in a tar.
func untar(data []byte) ([]byte, error) {
	reader := tar.NewReader(bytes.NewReader(data))
	for {
		header, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil, fmt.Errorf("the tar has no %s: %w", DescriptorFile, component.ErrMalformed)
		case err != nil:
			return nil, fmt.Errorf("the tar is damaged: %v: %w", err, component.ErrMalformed)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(header.Name, "."), "/")
		if header.Typeflag == tar.TypeReg && name == DescriptorFile {
			return io.ReadAll(io.LimitReader(reader, component.MaxDescriptorBytes+1))
		}
	}
}
