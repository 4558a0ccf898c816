package ocimapping_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/ocimapping"
)

// FuzzTag holds that a version is found again by its tag, and that its tag says
// which version it is, or that it could be several.
func FuzzTag(f *testing.F) {
	for _, version := range []string{"1.0.0", "1.0.0+a", "1.0.0+a.build-b", "1.0.0-x.build-1", "1.0.0-x.build-1+2", "v1.0-build-1"} {
		f.Add(version)
	}
	f.Fuzz(func(t *testing.T, version string) {
		if !component.IsVersion(version) {
			return
		}
		tag := ocimapping.TagOf(version)
		if strings.Contains(tag, "+") {
			t.Fatalf("tag %q", tag)
		}
		decoded, ambiguous := ocimapping.VersionOf(tag)
		if decoded != version && !ambiguous {
			t.Fatalf("%q became %q", version, decoded)
		}
		if ocimapping.TagOf(decoded) != tag {
			t.Fatalf("%q has another tag than %q", decoded, version)
		}
	})
}

// FuzzParse holds that whatever a registry sends as a manifest is read or refused, and
// that nothing but a digest leads from it to the next.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"digest":"sha256:0"},"layers":[{"digest":"x","size":-1}]}`,
		`{"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"digest":"x","annotations":{"software.ocm.descriptor":"true"}}]}`,
		`{"manifests":[null]}`, `{"layers":{}}`, `[]`, `null`, "", `{"annotations":{"a":1}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ocimapping.Parse(data, "sha256:0")
		if err != nil {
			if !errors.Is(err, component.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		parts := len(m.Layers) + len(m.Manifests)
		if m.Config.Digest != "" {
			parts++
		}
		if len(m.Parts()) != parts {
			t.Fatalf("%d parts, want %d", len(m.Parts()), parts)
		}
		if version, ok := m.Version("acme.org/shop", "1.0.0"); ok && ocimapping.TagOf(version) != "1.0.0" {
			t.Fatalf("version %q has another tag", version)
		}
		id := component.ID{Name: "acme.org/shop", Version: "1.0.0"}
		document, _, err := ocimapping.Document(id, ocimapping.Pointer{Digest: "sha256:0"}, only(data))
		if err == nil && len(document) == 0 {
			t.Fatal("there is no document")
		}
	})
}

// only is a registry that has one manifest, which is a blob too.
type only []byte

func (o only) Manifest(ocimapping.Pointer) ([]byte, error) { return o, nil }

func (o only) Blob(ocimapping.Pointer) ([]byte, error) { return o, nil }
