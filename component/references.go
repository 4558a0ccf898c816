package component

import (
	"encoding/json"
	"fmt"
)

// LabelExtraReferences is the label on a component that names further component
// versions which belong to it: a list of
// {"component_reference": {"name": …, "version": …}}.
const LabelExtraReferences = "ocm.software/ocm-gear/extra-component-references"

// Targets returns the component versions that d refers to, each once: its
// references in the order of the document, then those of [LabelExtraReferences].
// If that label is malformed, the error says so, and the rest is returned.
func (d *Descriptor) Targets() ([]ID, error) {
	var targets []ID
	seen := map[ID]bool{}
	add := func(id ID) {
		if !seen[id] {
			seen[id] = true
			targets = append(targets, id)
		}
	}
	for _, ref := range d.References {
		add(ref.Target())
	}
	extra, err := d.extraReferences()
	for _, id := range extra {
		add(id)
	}
	return targets, err
}

func (d *Descriptor) extraReferences() ([]ID, error) {
	label, ok := FindLabel(d.Labels, LabelExtraReferences)
	if !ok {
		return nil, nil
	}
	var entries []struct {
		Reference ID `json:"component_reference"`
	}
	if err := json.Unmarshal(label.Value, &entries); err != nil {
		return nil, fmt.Errorf("read label %s of component version %s: %w", LabelExtraReferences, d.ID, err)
	}
	var ids []ID
	for i, entry := range entries {
		if entry.Reference.Name == "" || entry.Reference.Version == "" {
			return ids, fmt.Errorf("read label %s of component version %s: entry %d lacks name or version", LabelExtraReferences, d.ID, i)
		}
		ids = append(ids, entry.Reference)
	}
	return ids, nil
}
