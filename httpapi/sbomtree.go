package httpapi

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// sbomTree are the artefacts of the components of a tree.
type sbomTree map[component.ID][]component.Artefact

func newSBOMTree(descriptors iter.Seq[*component.Descriptor]) sbomTree {
	tree := sbomTree{}
	for d := range descriptors {
		tree[d.ID] = d.Artefacts()
	}
	return tree
}

// query asks for all SBOMs of the tree at once.
func (t sbomTree) query() store.Query {
	q := store.Query{Types: []metadata.Type{metadata.TypeScanInfo}, Datasources: []metadata.Datasource{metadata.SourceSBOM}}
	for id, artefacts := range t {
		s := store.Selector{ID: artefact.ID{ComponentName: &id.Name, ComponentVersion: &id.Version}}
		for _, a := range artefacts {
			s.Versionless = append(s.Versionless, a.ID.Local())
		}
		q.Artefacts = append(q.Artefacts, s)
	}
	return q
}

// sbomFile is an SBOM, and what it is called.
type sbomFile struct {
	name, version, digest string
}

// sbomFiles returns the files for scan infos about artefacts of the tree, by name.
// Those about others, and those without an SBOM, are left out.
func sbomFiles(infos iter.Seq2[metadata.Entry, error], tree sbomTree) ([]sbomFile, error) {
	digests := map[string]string{} // by key of the artefact
	for info, err := range infos {
		if err != nil {
			return nil, err
		}
		if digest, ok := sbomDigest(info); ok {
			id := info.Artefact
			id.References = nil
			digests[id.Key()] = digest
		}
	}
	var files []sbomFile
	for id, artefacts := range tree {
		for _, a := range artefacts {
			shared := a.ID
			shared.ComponentVersion = nil
			digest, ok := digests[a.ID.Key()]
			if !ok {
				digest, ok = digests[shared.Key()]
			}
			if ok {
				files = append(files, sbomFile{sbomName(id, a), a.Version, digest})
			}
		}
	}
	slices.SortFunc(files, func(a, b sbomFile) int {
		return cmp.Or(cmp.Compare(a.name, b.name), component.CompareVersions(a.version, b.version), cmp.Compare(a.digest, b.digest))
	})
	return distinct(files), nil
}

// distinct numbers files of one name: artefacts may differ in nothing but the version.
func distinct(files []sbomFile) []sbomFile {
	names := map[string]bool{}
	for i, file := range files {
		name := file.name
		for n := 2; names[name]; n++ {
			name = fmt.Sprintf("%s_%d.json", strings.TrimSuffix(file.name, ".json"), n)
		}
		names[name] = true
		files[i].name = name
	}
	return files
}

func sbomDigest(info metadata.Entry) (string, bool) {
	var data struct {
		Digest string `json:"digest"`
	}
	if info.Data.Decode(&data) != nil || data.Digest == "" {
		return "", false
	}
	digest, err := store.ParseDigest(data.Digest)
	return digest, err == nil
}

// sbomName is what existing installations call the file.
func sbomName(id component.ID, a component.Artefact) string {
	name := a.Name + "_" + a.Type
	if extra := artefact.NormaliseExtraID(a.ExtraIdentity); extra != "" {
		name += "_" + extra
	}
	return inTar.Replace(id.Name+"_"+id.Version) + "/" + inTar.Replace(name) + ".json"
}

// inTar replaces what would mean something in the name of a file.
var inTar = strings.NewReplacer("/", "_", ":", "_", "\x00", "_")
