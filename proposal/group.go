package proposal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/rawjson"
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
// then by type, data, datasource and artefact, so that the order of arrival does not
// matter.
func byDiscovery(findings []metadata.Entry) []*metadata.Entry {
	list := make([]*metadata.Entry, len(findings))
	for i := range findings {
		list[i] = &findings[i]
	}
	slices.SortStableFunc(list, func(a, b *metadata.Entry) int {
		if c := cmp.Or(compareDates(a.DiscoveryDate, b.DiscoveryDate), cmp.Compare(a.Meta.Type, b.Meta.Type)); c != 0 {
			return c
		}
		if c := cmp.Or(bytes.Compare(a.Data.Raw(), b.Data.Raw()), cmp.Compare(a.Meta.Datasource, b.Meta.Datasource)); c != 0 {
			return c
		}
		return cmp.Compare(a.Artefact.Key(), b.Artefact.Key()) // the same in one version, and in all
	})
	return list
}

func compareDates(a, b metadata.Date) int {
	if a == "" || b == "" {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

// named returns the package that data is about, and its version, or nil.
func named(raw json.RawMessage) (name string, version *string) {
	name, _ = rawjson.String(member(raw, "package_name")) // what is no text is none
	if text, ok := rawjson.String(member(raw, "package_version")); ok {
		version = &text
	}
	return name, version
}

// packageOf returns the name of the package and its versions, each once, sorted.
func packageOf(group []*metadata.Entry) (name string, versions []string) {
	for _, e := range group {
		var version *string
		if name, version = named(e.Data.Raw()); version != nil {
			versions = append(versions, *version)
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

// pathsOf finds where packages are.
func pathsOf(structures []metadata.Entry) map[pkg][]json.RawMessage {
	all := map[pkg][]json.RawMessage{}
	for _, e := range structures {
		paths, ok := rawjson.Elements(member(e.Data.Raw(), "filesystem_paths"))
		if e.Meta.Type != metadata.TypeStructureInfo || !ok {
			continue
		}
		name, version := named(e.Data.Raw())
		p := pkg{name, artefact.Text(version), version == nil}
		all[p] = append(all[p], paths...)
	}
	return all
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
		name, _ := named(e.Data.Raw())
		all[name] = append(all[name], e)
	}
	return all
}
