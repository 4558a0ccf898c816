package ctf_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"sigs.k8s.io/yaml"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

// BenchmarkWalk opens the archive of 300 components and walks it from its root,
// against a baseline that reads and decodes the same blobs and does nothing else.
// The baseline knows beforehand which blobs it needs.
//
//	go test -run '^$' -bench Walk -benchmem ./component/ctf
func BenchmarkWalk(b *testing.B) {
	path := fixture(b, "large/large.tgz")
	root := id("acme.org/large/c000:1.0.0")
	graph := walk(b, open(b, path), root)
	b.Run("baseline", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if got := baseline(b, path, graph); got != len(graph.Nodes) {
				b.Fatalf("%d descriptors, want %d", got, len(graph.Nodes))
			}
		}
	})
	for name, parallel := range map[string]int{"sequential": 1, "parallel": 0} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				archive, err := ctf.Open(path, ctf.Config{})
				must(b, err)
				got, err := component.Walk(b.Context(), archive, component.WalkConfig{Parallel: parallel}, root)
				must(b, err)
				must(b, archive.Close())
				if len(got.Nodes) != len(graph.Nodes) {
					b.Fatalf("%d nodes, want %d", len(got.Nodes), len(graph.Nodes))
				}
			}
		})
	}
}

// baseline decodes index, manifests and descriptors with nothing but the decoders.
func baseline(b *testing.B, path string, graph *component.Graph) (decoded int) {
	blobs := unzip(b, path)
	var index struct {
		Artifacts []struct {
			Repository, Tag, Digest string
		}
	}
	must(b, json.Unmarshal(blobs["artifact-index.json"], &index))
	for _, a := range index.Artifacts {
		name := strings.TrimPrefix(a.Repository, "component-descriptors/")
		if graph.Node(component.ID{Name: name, Version: a.Tag}) == nil {
			continue
		}
		var m manifest
		must(b, json.Unmarshal(blobs[blobPath(a.Digest)], &m))
		layer := tar.NewReader(bytes.NewReader(blobs[blobPath(m.Layers[0].Digest)]))
		_, err := layer.Next()
		must(b, err)
		data, err := io.ReadAll(layer)
		must(b, err)
		var descriptor struct {
			Component struct {
				Name, Version string
				Resources     []plainElement
				Sources       []plainElement
				References    []plainElement `json:"componentReferences"`
			} `json:"component"`
		}
		must(b, yaml.Unmarshal(data, &descriptor))
		decoded++
	}
	return decoded
}

type plainElement struct {
	Name, Version, Type, Relation, ComponentName string
	ExtraIdentity                                map[string]string
	Labels                                       []component.Label
	Access                                       json.RawMessage
	Digest                                       *component.Digest
}

func blobPath(digest string) string { return "blobs/" + strings.Replace(digest, ":", ".", 1) }

func unzip(b *testing.B, path string) map[string][]byte {
	file, err := os.Open(path)
	must(b, err)
	defer file.Close()
	stream, err := gzip.NewReader(file)
	must(b, err)
	blobs := map[string][]byte{}
	for reader := tar.NewReader(stream); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return blobs
		}
		must(b, err)
		data := make([]byte, header.Size)
		_, err = io.ReadFull(reader, data)
		must(b, err)
		blobs[header.Name] = data
	}
}
