package vex

import (
	"bytes"
	"slices"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	packageurl "github.com/package-url/packageurl-go"

	"github.com/opendeliverygear/odg/artefact"
)

// cycloneVersion is what we write: the newest that is widely read.
const cycloneVersion = cdx.SpecVersion1_6

// cycloneWriter gathers the components that statements refer to.
type cycloneWriter struct {
	components []cdx.Component
	places     map[string]int  // of components by bom-ref
	packages   map[string]bool // bom-refs of packages
}

func encodeCycloneDX(doc Document) ([]byte, error) {
	w := &cycloneWriter{places: map[string]int{}, packages: map[string]bool{}}
	vulnerabilities := make([]cdx.Vulnerability, len(doc.Statements))
	for i, s := range doc.Statements {
		vulnerabilities[i] = w.vulnerability(s)
	}
	bom := cdx.NewBOM()
	bom.SerialNumber = doc.ID
	bom.Metadata = metadataOf(doc)
	bom.Vulnerabilities = &vulnerabilities
	if len(w.components) > 0 {
		bom.Components = &w.components
	}
	var buf bytes.Buffer
	err := cdx.NewBOMEncoder(&buf, cdx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false).EncodeVersion(bom, cycloneVersion)
	return buf.Bytes(), err
}

func metadataOf(doc Document) *cdx.Metadata {
	m := &cdx.Metadata{Tools: &cdx.ToolsChoice{Components: &[]cdx.Component{{Type: cdx.ComponentTypeApplication, Name: "Open Delivery Gear"}}}}
	if !doc.Time.IsZero() {
		m.Timestamp = doc.Time.UTC().Format(time.RFC3339Nano)
	}
	if doc.Author != "" {
		m.Authors = &[]cdx.OrganizationalContact{{Name: doc.Author}}
	}
	if doc.About != "" {
		m.Component = new(componentOf([]string{doc.About}, cdx.ComponentTypeApplication))
	}
	return m
}

func (w *cycloneWriter) vulnerability(s Statement) cdx.Vulnerability {
	justification := s.Justification.cyclone()
	v := cdx.Vulnerability{
		ID: s.Vulnerability, Recommendation: s.Action, Properties: propertiesOf(s.factsOf(justification, true)),
		Analysis: &cdx.VulnerabilityAnalysis{
			State: s.Status.state(), Justification: cdx.ImpactAnalysisJustification(justification), Detail: s.Notes,
		},
		Affects: &[]cdx.Affects{},
	}
	if !s.Time.IsZero() {
		v.Analysis.LastUpdated = s.Time.UTC().Format(time.RFC3339Nano)
	}
	if len(s.Aliases) > 0 {
		refs := make([]cdx.VulnerabilityReference, len(s.Aliases))
		for i, alias := range s.Aliases {
			refs[i] = cdx.VulnerabilityReference{ID: alias, Source: &cdx.Source{}}
		}
		v.References = &refs
	}
	if len(s.Responses) > 0 {
		list := make([]cdx.ImpactAnalysisResponse, len(s.Responses))
		for i, r := range s.Responses {
			list[i] = cdx.ImpactAnalysisResponse(r)
		}
		v.Analysis.Response = &list
	}
	for _, p := range s.Products {
		for _, ref := range w.refs(p) {
			*v.Affects = append(*v.Affects, cdx.Affects{Ref: ref})
		}
	}
	return v
}

func propertiesOf(d factsOf) *[]cdx.Property {
	facts := d.facts()
	if len(facts) == 0 {
		return nil
	}
	list := make([]cdx.Property, len(facts))
	for i, f := range facts {
		list[i] = cdx.Property{Name: f.name, Value: f.value}
	}
	return &list
}

// refs returns the bom-refs of a product, or of its packages, and sees to it that
// the components are there.
func (w *cycloneWriter) refs(p Product) []string {
	ref := p.IDs[0]
	place, ok := w.places[ref]
	if !ok {
		w.components = append(w.components, componentOf(p.IDs, typeOf(p)))
		place = len(w.components) - 1
		w.places[ref] = place
	}
	if len(p.Packages) == 0 {
		return []string{ref}
	}
	refs := make([]string, len(p.Packages))
	for i, pkg := range p.Packages {
		refs[i] = ref + "#" + pkg.IDs[0]
		if w.packages[refs[i]] {
			continue
		}
		w.packages[refs[i]] = true
		inner := componentOf(pkg.IDs, cdx.ComponentTypeLibrary)
		inner.BOMRef = refs[i]
		if w.components[place].Components == nil {
			w.components[place].Components = &[]cdx.Component{}
		}
		*w.components[place].Components = append(*w.components[place].Components, inner)
	}
	return refs
}

// typeOf is what sort of component a product is, as far as its name tells.
func typeOf(p Product) cdx.ComponentType {
	scope, err := ParseScopeID(p.IDs[0])
	switch {
	case err == nil && !isImageType(scope.Local()):
		return cdx.ComponentTypeApplication
	case err == nil || isImage(p.IDs[0]) || len(p.Packages) > 0:
		return cdx.ComponentTypeContainer
	}
	return cdx.ComponentTypeLibrary
}

// componentOf describes what identifiers name as far as they tell.
func componentOf(ids []string, kind cdx.ComponentType) cdx.Component {
	c := cdx.Component{BOMRef: ids[0], Type: kind}
	for _, id := range slices.Backward(ids) { // the first one counts
		if strings.HasPrefix(id, "pkg:") {
			c.PackageURL = id
		} else if !isScopeID(id) {
			c.Name, c.Version = id, ""
			if i := strings.LastIndexByte(id, '@'); i > 0 && i < len(id)-1 {
				c.Name, c.Version = id[:i], id[i+1:]
			}
		}
	}
	if scope, err := ParseScopeID(ids[0]); err == nil {
		local := scope.Local()
		c.Name, c.Version = artefact.Text(local.Name), artefact.Text(local.Version)
		if c.Name == "" {
			c.Name, c.Version = artefact.Text(scope.ComponentName), artefact.Text(scope.ComponentVersion)
		}
	}
	if p, err := packageurl.FromString(c.PackageURL); c.Name == "" && err == nil {
		c.Name, c.Version = purlNames(p)[0].name, p.Version
	}
	if c.Name == "" { // a component must have a name
		c.Name = ids[0]
	}
	return c
}
