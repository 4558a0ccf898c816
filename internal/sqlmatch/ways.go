package sqlmatch

import (
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/store"
)

// Ways returns the ways in which a row m can match component name, component
// version and artefact name of a selector s of q, as far as its selectors ask for
// them, apart from each other so that each can use an index. No two of them match
// the same row and selector. shared is the condition that a row without component
// version belongs to the version that s asks for.
func Ways(q store.Query, shared string) []string {
	var list []string
	for _, component := range components(q) {
		for _, version := range componentVersions(q, shared) {
			for _, name := range artefactNames(q) {
				list = append(list, component+" AND "+version+" AND "+name)
			}
		}
	}
	return list
}

func components(q store.Query) (list []string) {
	if asks(q, func(s store.Selector) bool { return s.ComponentName != nil }) {
		list = append(list, "m.component_name = s.component")
	}
	if q.NullMatches {
		return append(list, "m.component_name IS NULL")
	}
	if asks(q, func(s store.Selector) bool { return s.ComponentName == nil }) {
		list = append(list, "m.component_name IS NULL AND s.component IS NULL")
	}
	return list
}

func componentVersions(q store.Query, shared string) (list []string) {
	if asks(q, func(s store.Selector) bool { return s.ComponentVersion == nil }) {
		list = append(list, "s.version IS NULL")
	}
	if !asks(q, func(s store.Selector) bool { return s.ComponentVersion != nil }) {
		return list
	}
	list = append(list, "m.component_version = s.version")
	const null = "m.component_version IS NULL AND s.version IS NOT NULL"
	if q.NullMatches {
		return append(list, null)
	}
	if asks(q, func(s store.Selector) bool { return len(s.Versionless) > 0 || artefact.Text(s.ComponentVersion) == "" }) {
		list = append(list, null+" AND (s.version = '' OR "+shared+")")
	}
	return list
}

func artefactNames(q store.Query) (list []string) {
	if asks(q, func(s store.Selector) bool { return artefact.Text(s.Local().Name) == "" }) {
		list = append(list, "s.name IS NULL")
	}
	if asks(q, func(s store.Selector) bool { return artefact.Text(s.Local().Name) != "" }) {
		list = append(list, "m.artefact_name = s.name")
		if q.NullMatches {
			list = append(list, "m.artefact_name IS NULL AND s.name IS NOT NULL")
		}
	}
	return list
}

// asks tells if f is true for a selector of q.
func asks(q store.Query, f func(store.Selector) bool) bool {
	return slices.ContainsFunc(q.Artefacts, f)
}
