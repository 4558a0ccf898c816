package corecfg

import "slices"

// Resolve returns the repositories in which a request is to look, in their order.
// The request may name a virtual repository or a repository, or none, which means
// [Auto]. A repository that is not mapped is one without restrictions.
//
// A repository can be listed more than once, with different version filters.
func (m *Mappings) Resolve(requested string) []OCIMapping {
	if requested == "" {
		requested = Auto
	}
	var found []OCIMapping
	known := false
	for _, entry := range m.Entries {
		switch {
		case entry.Virtual != nil && entry.Virtual.Name == requested:
			known = true
			found = append(found, m.behind(entry.Virtual)...)
		case entry.OCI != nil && entry.OCI.Repository == requested:
			known = true
			found = append(found, *entry.OCI)
		}
	}
	if !known && requested != Auto {
		return []OCIMapping{{Repository: requested}}
	}
	return found
}

// behind returns the repositories that a virtual one stands for.
func (m *Mappings) behind(v *VirtualMapping) []OCIMapping {
	var all []OCIMapping
	for _, s := range v.Selectors {
		all = append(all, m.selected(s)...)
	}
	return all
}

// selected returns the repositories that a selector picks, with its version filter.
func (m *Mappings) selected(s Selector) []OCIMapping {
	var picked []OCIMapping
	for _, entry := range m.Entries {
		if entry.OCI == nil || !entry.OCI.hasLabels(s.Labels) {
			continue
		}
		repository := *entry.OCI
		if s.Versions.text != "" {
			repository.Versions = s.Versions
		}
		picked = append(picked, repository)
	}
	return picked
}

func (m *OCIMapping) hasLabels(required []string) bool {
	for _, label := range required {
		if !slices.Contains(m.Labels, label) {
			return false
		}
	}
	return true
}
