package corecfg

import (
	"encoding/json"

	"github.com/opendeliverygear/odg/extcfg"
)

// MarshalJSON writes the list of the API: each entry in its normal form, with the
// repositories that it stands for.
func (m *Mappings) MarshalJSON() ([]byte, error) {
	all := make([]any, len(m.Entries))
	for i, entry := range m.Entries {
		if entry.Virtual != nil {
			all[i] = m.virtualJSON(entry.Virtual)
		} else {
			all[i] = ociJSON(entry.OCI)
		}
	}
	return json.Marshal(all)
}

type virtualEntry struct {
	Type         string          `json:"type"`
	Name         string          `json:"name"`
	Selectors    []selectorEntry `json:"selectors"`
	Repositories []string        `json:"repositories"`
}

type selectorEntry struct {
	Labels   []string `json:"required_labels"`
	Versions *string  `json:"version_filter_overwrite"`
}

func (m *Mappings) virtualJSON(v *VirtualMapping) virtualEntry {
	entry := virtualEntry{Type: "virtual", Name: v.Name, Selectors: []selectorEntry{}, Repositories: []string{}}
	for _, s := range v.Selectors {
		selector := selectorEntry{Labels: s.Labels}
		if s.Versions.text != "" {
			selector.Versions = &s.Versions.text
		}
		entry.Selectors = append(entry.Selectors, selector)
	}
	for _, repository := range m.behind(v) {
		entry.Repositories = append(entry.Repositories, repository.Repository)
	}
	return entry
}

type ociEntry struct {
	Type         string           `json:"type"`
	Repository   string           `json:"repository"`
	Prefix       any              `json:"prefix"`
	Prefixes     []string         `json:"prefixes"`
	Filters      []extcfg.Pattern `json:"component_filter"`
	Labels       []string         `json:"labels"`
	Versions     string           `json:"version_filter"`
	Repositories []string         `json:"repositories"`
}

func ociJSON(m *OCIMapping) ociEntry {
	versions := m.Versions.text
	if versions == "" {
		versions = "any"
	}
	return ociEntry{
		Type: "oci", Repository: m.Repository, Prefix: m.oldPrefix, Prefixes: m.Prefixes,
		Filters: m.Filters, Labels: m.Labels, Versions: versions, Repositories: []string{m.Repository},
	}
}
