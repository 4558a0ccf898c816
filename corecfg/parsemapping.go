package corecfg

import (
	"errors"
	"fmt"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/internal/pyregexp"
	"github.com/opendeliverygear/odg/internal/strictyaml"
)

type rawMapping struct {
	Type       string           `yaml:"type" default:"oci" oneof:"oci virtual"`
	Repository *string          `yaml:"repository"`
	Prefix     []string         `yaml:"prefix,scalar,nullable"`
	Prefixes   []string         `yaml:"prefixes,scalar,nullable"`
	Filters    []extcfg.Pattern `yaml:"component_filter,scalar,nullable"`
	Labels     []string         `yaml:"labels,scalar,nullable"`
	Versions   VersionFilter    `yaml:"version_filter,nullable" default:"any"`
	Name       *string          `yaml:"name"`
	Selectors  []rawSelector    `yaml:"selectors,scalar,nullable"`
}

type rawSelector struct {
	Labels   []string      `yaml:"required_labels,scalar,nullable"`
	Versions VersionFilter `yaml:"version_filter_overwrite,nullable"`
}

func (r *reader) mappings(root *strictyaml.Node) *Mappings {
	strictyaml.Use(&r.d, func(n *strictyaml.Node) extcfg.Pattern { return readPattern(&r.d, n) })
	m := &Mappings{}
	if root.Kind != strictyaml.List && root.Kind != strictyaml.Null {
		r.d.WrongType(root, "a list")
		return m
	}
	var virtual []*strictyaml.Node
	sound, auto := true, false
	for _, n := range root.Items {
		var raw rawMapping
		if !r.d.Decode(n, &raw) {
			sound = false
			continue // there may be more to tell
		}
		if raw.Type == "virtual" {
			entry := r.virtual(n, raw)
			virtual = append(virtual, n)
			m.Entries = append(m.Entries, Mapping{Virtual: entry})
			auto = auto || entry.Name == Auto
		} else {
			m.Entries = append(m.Entries, Mapping{OCI: r.oci(n, raw)})
		}
	}
	if sound {
		r.checkSelectors(virtual, m)
	}
	if !auto {
		first := Mapping{Virtual: &VirtualMapping{Name: Auto, Selectors: []Selector{{}}}}
		m.Entries = append([]Mapping{first}, m.Entries...)
	}
	return m
}

func (r *reader) oci(n *strictyaml.Node, raw rawMapping) *OCIMapping {
	if raw.Repository == nil || *raw.Repository == "" {
		r.d.Missing(n, "repository")
		return &OCIMapping{}
	}
	m := &OCIMapping{Repository: *raw.Repository, Prefixes: raw.Prefixes, Filters: raw.Filters, Labels: raw.Labels, Versions: raw.Versions}
	if raw.Prefix != nil {
		m.oldPrefix = n.Get("prefix").Plain()
		if len(m.Prefixes) == 0 && m.oldPrefix != "" && len(raw.Prefix) > 0 {
			m.Prefixes = raw.Prefix
		}
	}
	if len(m.Prefixes) > 0 && len(m.Filters) > 0 {
		r.d.Fault(n.Get("component_filter"), "the repository has prefixes too", "keep either prefixes or component_filter")
	}
	for _, key := range []string{"name", "selectors"} {
		if at := n.Get(key); at != nil {
			r.d.Warn(at, key+" is for virtual repositories, ignored")
		}
	}
	return m
}

func (r *reader) virtual(n *strictyaml.Node, raw rawMapping) *VirtualMapping {
	if raw.Name == nil || *raw.Name == "" {
		r.d.Missing(n, "name")
		return &VirtualMapping{}
	}
	m := &VirtualMapping{Name: *raw.Name, Selectors: []Selector{{}}}
	if len(raw.Selectors) > 0 {
		m.Selectors = nil
		for _, s := range raw.Selectors {
			m.Selectors = append(m.Selectors, Selector(s))
		}
	}
	for _, key := range []string{"repository", "prefix", "prefixes", "component_filter", "labels", "version_filter"} {
		if at := n.Get(key); at != nil {
			r.d.Warn(at, key+" is for repositories that are not virtual, ignored")
		}
	}
	return m
}

// checkSelectors tells about selectors that pick nothing, which would fail each
// request. nodes are those of the virtual repositories.
func (r *reader) checkSelectors(nodes []*strictyaml.Node, m *Mappings) {
	for _, entry := range m.Entries {
		if entry.Virtual == nil {
			continue
		}
		n := nodes[0]
		nodes = nodes[1:]
		for k, s := range entry.Virtual.Selectors {
			if len(m.selected(s)) == 0 {
				r.d.Fault(selectorNode(n, k), fmt.Sprintf("the virtual repository %s selects no repository", entry.Virtual.Name), "give a repository all of the required labels")
			}
		}
	}
}

// selectorNode is where a selector of the virtual repository n is written.
func selectorNode(n *strictyaml.Node, i int) *strictyaml.Node {
	switch selectors := n.Get("selectors"); {
	case selectors == nil || selectors.Kind == strictyaml.Null:
		return n
	case selectors.Kind == strictyaml.List:
		return selectors.Items[i]
	default:
		return selectors
	}
}

func readVersionFilter(d *strictyaml.Decoder, n *strictyaml.Node) VersionFilter {
	if n.Kind != strictyaml.Text {
		d.WrongType(n, "text")
		return VersionFilter{}
	}
	filter, err := component.ParseFilter(n.Text)
	if err != nil {
		d.FaultFrom(n, err, err.Error(), "")
	}
	return VersionFilter{n.Text, filter}
}

func readPattern(d *strictyaml.Decoder, n *strictyaml.Node) extcfg.Pattern {
	if n.Kind != strictyaml.Text {
		d.WrongType(n, "text")
		return extcfg.Pattern{}
	}
	p, err := extcfg.ParsePattern(n.Text)
	var refused *pyregexp.Error
	if errors.As(err, &refused) {
		d.FaultFrom(n, err, refused.Error(), "correct the pattern")
	}
	return p
}
