package ctf_test

import (
	"io"
	"testing"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

// FuzzOpen reads everything there is in an archive of any content. Limits are
// small, so that what they do not hold shows. Run it with -fuzzminimizetime 5x:
// shrinking tars takes longer than finding them.
func FuzzOpen(f *testing.F) {
	layer := string(packed(f, file("component-descriptor.yaml", "meta: {schemaVersion: v2}\ncomponent: {name: acme.org/x, version: 1.0.0, provider: p}\n")))
	descriptor, descriptorDigest := blobEntry(layer)
	manifest, manifestDigest := blobEntry(`{"config":{"mediaType":"application/vnd.ocm.software.component.config.v1+json"},"layers":[{"mediaType":"application/vnd.ocm.software.component-descriptor.v2+yaml+tar","digest":"` + descriptorDigest + `"}]}`)
	index := file("artifact-index.json", `{"schemaVersion":1,"artifacts":[{"repository":"component-descriptors/acme.org/x","tag":"1.0.0","digest":"`+manifestDigest+`"}]}`)
	f.Add(packed(f, index, manifest, descriptor))
	f.Add(zipped(f, packed(f, index, manifest, descriptor)))
	f.Add(packed(f, file("component-descriptor.yaml", "meta: {schemaVersion: v2}\ncomponent: {name: acme.org/x, version: 1.0.0, provider: p}\n")))
	f.Fuzz(func(t *testing.T, data []byte) {
		archive, err := ctf.OpenBytes(data, ctf.Config{
			MaxEntries: 1000, MaxTotalBytes: 1 << 20, MaxBlobBytes: 1 << 18, MaxDocumentBytes: 1 << 18, MaxMemoryBytes: 1 << 16, MaxCachedBlobBytes: 1 << 14,
		})
		if err != nil {
			return
		}
		readEverything(t, archive)
	})
}

func readEverything(t *testing.T, archive *ctf.Archive) {
	names, err := archive.Components(t.Context())
	must(t, err)
	for _, name := range names {
		versions, err := archive.Versions(t.Context(), name)
		must(t, err)
		for _, version := range versions {
			id := component.ID{Name: name, Version: version}
			d, err := archive.Descriptor(t.Context(), id)
			if err != nil {
				continue
			}
			if d.ID != id {
				t.Fatalf("asked for %s, got %s", id, d.ID)
			}
			for _, a := range d.Artefacts() {
				local, _ := a.Access.LocalBlob()
				for _, digest := range local.Digests {
					if blob, err := archive.OpenBlob(t.Context(), id, digest); err == nil {
						_, _ = io.Copy(io.Discard, blob)
					}
				}
			}
		}
	}
	must(t, archive.Close())
}
