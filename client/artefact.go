package client

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/opendeliverygear/odg/component"
)

const artefactPath = "/ocm/artefacts/blob"

// ArtefactRef names a resource or source of a component version.
type ArtefactRef struct {
	Component component.ID
	Name      string
	// Version and ExtraIdentity tell artefacts of one name apart; what is not set may
	// be anything. Of several that fit, the first one counts.
	Version       string
	ExtraIdentity map[string]string
}

// Artefact is the content of an artefact that is being read. The server verifies it on
// the way: what is damaged ends with an error, not with [io.EOF].
type Artefact struct {
	io.ReadCloser
	// MediaType is that of the local blob, or, if it was inflated, the artefact's type.
	MediaType string
	// FileName is what the server would call a file of it, without folders.
	FileName string
	// Size is in bytes, -1 if it is not known before the end.
	Size int64
}

// OpenArtefact streams an artefact that is stored with a component version as a local
// blob; images in registries are none. It is as it is stored, or inflated if inflate is
// set and it is compressed with gzip. The caller closes it.
func (c Components) OpenArtefact(ctx context.Context, ref ArtefactRef, inflate bool) (*Artefact, error) {
	names := maps.Clone(ref.ExtraIdentity)
	if names == nil {
		names = map[string]string{}
	}
	names["name"] = ref.Name
	if ref.Version != "" {
		names["version"] = ref.Version
	}
	asked, err := json.Marshal(names)
	if err != nil {
		return nil, fmt.Errorf("open artefact %s of %s: %w", ref.Name, ref.Component, err)
	}
	query := url.Values{"component": {ref.Component.String()}, "artefact": {string(asked)}, "unzip": {fmt.Sprint(inflate)}}
	if c.lookup.Repository != "" {
		query.Set("ocm_repository", c.lookup.Repository)
	}
	resp, err := c.client.do(ctx, call{method: http.MethodGet, path: artefactPath, query: query, accept: "*/*"})
	if err != nil {
		return nil, err
	}
	a := &Artefact{MediaType: resp.Header.Get("Content-Type"), Size: resp.ContentLength}
	a.ReadCloser = struct {
		io.Reader
		io.Closer
	}{contextReader{ctx, resp.Body}, resp.Body}
	if _, params, err := mime.ParseMediaType(resp.Header.Get("Content-Disposition")); err == nil {
		a.FileName = base(params["filename"])
	}
	return a, nil
}

// base is a file name without folders, whoever sent it; empty if nothing is left.
func base(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	if strings.Trim(name, ".") == "" {
		return ""
	}
	return name
}
