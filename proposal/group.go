package proposal

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// aboutPackage tells if findings of a type are about a package, and are grouped without
// its version.
func aboutPackage(t metadata.Type) bool {
	return t == metadata.TypeVulnerability || t == metadata.TypeLicense || t == metadata.TypeIP
}

// groups puts the findings of one type that one decision is about together. The groups,
// and the findings of each, are in the order of discovery.
func groups(findings []metadata.Entry) [][]*metadata.Entry {
	type subject struct {
		about metadata.Type
		name  string
	}
	at := map[subject]int{}
	var all [][]*metadata.Entry
	for _, e := range byDiscovery(findings) {
		name, ok := e.Subject()
		if !ok || !aboutPackage(e.Meta.Type) {
			all = append(all, []*metadata.Entry{e})
			continue
		}
		s := subject{e.Meta.Type, name}
		i, known := at[s]
		if !known {
			i = len(all)
			at[s] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], e)
	}
	return all
}

// byDiscovery returns the findings ordered by discovery date, those without one last,
// then by type, data key and datasource, so that the order of arrival does not matter.
func byDiscovery(findings []metadata.Entry) []*metadata.Entry {
	type keyed struct {
		*metadata.Entry
		key string
	}
	list := make([]keyed, len(findings))
	for i := range findings {
		key, _ := findings[i].DataKey() // those without one are alone of their type
		list[i] = keyed{&findings[i], key}
	}
	slices.SortStableFunc(list, func(a, b keyed) int {
		return cmp.Or(
			compareDates(a.DiscoveryDate, b.DiscoveryDate),
			cmp.Compare(a.Meta.Type, b.Meta.Type), cmp.Compare(a.key, b.key), cmp.Compare(a.Meta.Datasource, b.Meta.Datasource),
		)
	})
	out := make([]*metadata.Entry, len(list))
	for i := range list {
		out[i] = list[i].Entry
	}
	return out
}

func compareDates(a, b metadata.Date) int {
	if a == "" || b == "" {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

// named is what findings and structure infos say of their package.
type named struct {
	Name    string  `json:"package_name"`
	Version *string `json:"package_version"`
}

// packageOf returns the name of the package and its versions, each once, sorted.
func packageOf(group []*metadata.Entry) (name string, versions []string) {
	for _, e := range group {
		var p named
		if e.Data.Decode(&p) != nil {
			continue
		}
		name = p.Name
		if p.Version != nil {
			versions = append(versions, *p.Version)
		}
	}
	slices.Sort(versions)
	return name, slices.Compact(versions)
}

// pkg is a version of a package, or the package without version.
type pkg struct {
	name, version string
	versionless   bool
}

// pathsOf finds where packages are. Structure infos that cannot be read tell nothing.
func pathsOf(structures []metadata.Entry) map[pkg][]json.RawMessage {
	paths := map[pkg][]json.RawMessage{}
	for _, e := range structures {
		var s struct {
			named
			Paths []json.RawMessage `json:"filesystem_paths"`
		}
		if e.Meta.Type != metadata.TypeStructureInfo || e.Data.Decode(&s) != nil {
			continue
		}
		p := pkg{s.Name, artefact.Text(s.Version), s.Version == nil}
		paths[p] = append(paths[p], s.Paths...)
	}
	return paths
}

// pathsTo returns where the versions of a package are, or the package without version
// if there are none.
func (m *maker) pathsTo(name string, versions []string) []json.RawMessage {
	if len(versions) == 0 {
		return m.paths[pkg{name: name, versionless: true}]
	}
	var paths []json.RawMessage
	for _, v := range versions {
		paths = append(paths, m.paths[pkg{name: name, version: v}]...)
	}
	return paths
}

// byPackage sorts write-backs by the package that they are about.
func byPackage(writebacks []metadata.Entry) map[string][]metadata.Entry {
	all := map[string][]metadata.Entry{}
	for _, e := range writebacks {
		var p named
		if e.Data.Decode(&p) == nil {
			all[p.Name] = append(all[p.Name], e)
		}
	}
	return all
}
