package osid_test

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/osid"
	"github.com/opendeliverygear/odg/scan/osid/eol"
)

// TestPlatforms reports one finding per distribution, that of the worst platform.
func TestPlatforms(t *testing.T) {
	t.Parallel()
	const up, behind, older, past, unknown, none = "ID=x\nVERSION_ID=13.2", "ID=x\nVERSION_ID=13.1", "ID=x\nVERSION_ID=13.0",
		"ID=x\nVERSION_ID=12.5", "ID=y\nVERSION_ID=1", ""
	cases := map[string]struct {
		platforms []string
		system    string   // what the entry osid says
		findings  []string // in their order
	}{
		"one":                        {[]string{up}, "x 13.2", nil},
		"equal":                      {[]string{behind, behind}, "x 13.1", []string{"x 13.1 patchlevelBehind"}},
		"worst first":                {[]string{past, up}, "x 12.5", []string{"x 12.5 branchReachedEol"}},
		"worst last":                 {[]string{up, behind, past}, "x 12.5", []string{"x 12.5 branchReachedEol"}},
		"lowest version of equals":   {[]string{behind, older, behind}, "x 13.0", []string{"x 13.0 patchlevelBehind"}},
		"two distributions":          {[]string{unknown, up, behind}, "x 13.1", []string{"x 13.1 patchlevelBehind", "y 1 noReleaseInfo"}},
		"one without an os-release":  {[]string{up, none}, " ", []string{"  emptyOsId"}},
		"worst that is rated counts": {[]string{"ID=x\nVERSION_ID=13", behind, up}, "x 13.1", []string{"x 13.1 patchlevelBehind"}},
		"unrated is no finding":      {[]string{"ID=x\nVERSION_ID=13", up}, "x 13", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			scanner := osid.New(one{multiPlatform(c.platforms)}, eol.Products{"x": some}, gardener(t), osid.Config{Now: clock})
			result, err := scanner.Scan(context.Background(), imageID("c", "1", "web", "1"))
			is.NoErr(err)
			var system metadata.OperatingSystemID
			is.NoErr(result.Entries[0].Data.Decode(&system))
			is.Equal(text(system.ID)+" "+text(system.VersionID), c.system)
			var got []string
			for _, e := range result.Entries[1:] {
				var f metadata.OSIDFinding
				is.NoErr(e.Data.Decode(&f))
				got = append(got, fmt.Sprintf("%s %s %s", text(f.OSID.ID), text(f.OSID.VersionID), f.OSStatus))
			}
			is.Equal(cmp.Diff(c.findings, got), "")
		})
	}
}

// platforms is a repository of one image.
type platforms struct {
	component.Repository
	blobs map[string][]byte
	index ocispec.Index
}

// multiPlatform returns an image with a platform for each of these os-releases.
func multiPlatform(releases []string) *platforms {
	p := &platforms{blobs: map[string][]byte{}}
	for _, release := range releases {
		var layer bytes.Buffer
		w := tar.NewWriter(&layer)
		if release != "" {
			_ = w.WriteHeader(&tar.Header{Name: "etc/os-release", Size: int64(len(release)), Mode: 0o644})
			_, _ = io.Copy(w, strings.NewReader(release))
		}
		_ = w.Close()
		p.index.Manifests = append(p.index.Manifests, p.add(ocispec.MediaTypeImageManifest, ocispec.Manifest{
			Config: ocispec.Descriptor{MediaType: ocispec.MediaTypeEmptyJSON},
			Layers: []ocispec.Descriptor{p.addBlob(ocispec.MediaTypeImageLayer, layer.Bytes())},
		}))
	}
	return p
}

func (p *platforms) add(mediaType string, v any) ocispec.Descriptor {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return p.addBlob(mediaType, text)
}

func (p *platforms) addBlob(mediaType string, content []byte) ocispec.Descriptor {
	d := digest.FromBytes(content)
	p.blobs[string(d)] = content
	return ocispec.Descriptor{MediaType: mediaType, Digest: d, Size: int64(len(content))}
}

func (p *platforms) Descriptor(_ context.Context, id component.ID) (*component.Descriptor, error) {
	index := p.add(ocispec.MediaTypeImageIndex, p.index)
	access, err := json.Marshal(map[string]string{"localReference": string(index.Digest), "mediaType": index.MediaType})
	return &component.Descriptor{ID: id, Resources: []component.Resource{{
		Element: component.Element{Name: "web", Version: "1"}, Type: "ociImage",
		Access: component.Access{Type: "localBlob/v1", Raw: access},
	}}}, err
}

func (p *platforms) OpenBlob(_ context.Context, _ component.ID, d string) (*component.Blob, error) {
	return &component.Blob{ReadCloser: io.NopCloser(bytes.NewReader(p.blobs[d]))}, nil
}
