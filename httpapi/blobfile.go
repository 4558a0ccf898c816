package httpapi

import (
	"strings"

	"github.com/opendeliverygear/odg/component"
)

// blobFile names a local blob that is sent.
type blobFile struct {
	id        component.ID
	artefact  component.Artefact
	mediaType string
	inflated  bool
}

// String names it for messages.
func (f blobFile) String() string {
	return "artefact " + f.artefact.Name + " of component version " + f.id.String()
}

// contentType is the type of the artefact once its compression is gone: the media type
// is that of the compressed content.
func (f blobFile) contentType() string {
	switch {
	case f.inflated:
		return f.artefact.Type
	case f.mediaType == "":
		return "application/data" // as component descriptors say
	}
	return f.mediaType
}

func (f blobFile) name() string {
	return f.id.Name + "_" + f.id.Version + "_" + f.artefact.Name + f.ending()
}

func (f blobFile) ending() string {
	name := mediaTypeName(f.mediaType)
	tar := strings.Contains(name, "tar") || strings.Contains(name, "tgz")
	switch {
	case name == "application/pdf":
		return ".pdf"
	case isGzip(name) && !f.inflated:
		return ".tar.gz"
	case tar || f.inflated && f.artefact.Type == "directoryTree":
		return ".tar"
	}
	return ""
}

// isGzip tells if content of a media type is compressed.
func isGzip(mediaType string) bool {
	name := mediaTypeName(mediaType)
	switch name {
	case "application/gzip", "application/x-gzip", "application/x-tgz":
		return true
	}
	return strings.HasSuffix(name, "+gzip") || strings.HasSuffix(name, ".gzip")
}

// mediaTypeName is a media type without its parameters, in lower case.
func mediaTypeName(mediaType string) string {
	name, _, _ := strings.Cut(mediaType, ";")
	return strings.ToLower(strings.TrimSpace(name))
}
