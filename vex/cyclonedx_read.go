package vex

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/opendeliverygear/odg/metadata"
)

// cycloneReader is a CycloneDX document while it is read.
type cycloneReader struct {
	faults
	doc      Document
	product  Product              // what the document describes, no IDs if it does not say
	places   map[string]component // by bom-ref
	products int
}

// component is a component of a CycloneDX document with what it is part of.
type component struct {
	ids      []string
	artefact bool    // an image or the like, not a package
	within   Product // no IDs if it is part of nothing
}

// parseCycloneDX reads part by part, so that faults have a path, and only what
// VEX is about, so that faults elsewhere in a large SBOM do not matter.
func parseCycloneDX(top members) (Document, error) {
	r := &cycloneReader{doc: Document{Format: CycloneDX, ID: top.text("serialNumber")}, places: map[string]component{}}
	r.metadata(top["metadata"])
	if err := r.components("components", top["components"], r.product); err != nil && err != errFull {
		return Document{}, err
	}
	found := 0
	err := each("vulnerabilities", top["vulnerabilities"], func(path string, element json.RawMessage) error {
		if r.full() {
			return errFull
		}
		var v cdx.Vulnerability
		if err := decode(path, element, &v); err != nil {
			r.add(err.Path, err.Err)
			return nil
		}
		found++
		return r.vulnerability(path, v)
	})
	if err != nil && err != errFull {
		return Document{}, err
	}
	if found == 0 && len(r.list) == 0 {
		r.add("vulnerabilities", errors.New("there are none, so the document says nothing"))
	}
	if err := r.err(); err != nil {
		return Document{}, err
	}
	return r.doc, nil
}

func (r *cycloneReader) metadata(value json.RawMessage) {
	if value == nil {
		return
	}
	var m cdx.Metadata
	if err := decode("metadata", value, &m); err != nil {
		r.add(err.Path, err.Err)
		return
	}
	r.doc.Time = r.time("metadata.timestamp", m.Timestamp)
	r.doc.Author = authorOf(m)
	if m.Component != nil {
		ids := cycloneIDs(*m.Component, true)
		r.product = Product{IDs: ids}
		r.place(*m.Component, component{ids: ids, artefact: true})
	}
}

// authorOf is who issued a document: its first author, supplier or manufacturer.
func authorOf(m cdx.Metadata) string {
	if m.Authors != nil {
		for _, a := range *m.Authors {
			if name := orDefault(a.Name, a.Email); name != "" {
				return name
			}
		}
	}
	for _, org := range []*cdx.OrganizationalEntity{m.Supplier, m.Manufacturer, m.Manufacture} {
		if org != nil && org.Name != "" {
			return org.Name
		}
	}
	return ""
}

func (r *cycloneReader) time(path, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := metadata.Timestamp(s).Time()
	if err != nil {
		r.add(path, errors.New("want a time such as 2026-11-01T12:00:00Z"))
	}
	return t
}

// components remembers components by their bom-ref, with what they are part of.
func (r *cycloneReader) components(path string, list json.RawMessage, within Product) error {
	return each(path, list, func(path string, element json.RawMessage) error {
		if r.full() {
			return errFull
		}
		var c cdx.Component
		if err := decode(path, element, &c); err != nil {
			r.add(err.Path, err.Err)
			return nil
		}
		r.component(c, within)
		return nil
	})
}

func (r *cycloneReader) component(c cdx.Component, within Product) {
	here := component{artefact: isArtefact(c), within: within}
	here.ids = cycloneIDs(c, here.artefact)
	r.place(c, here)
	if c.Components == nil {
		return
	}
	if here.artefact {
		within = Product{IDs: here.ids}
	}
	for _, inner := range *c.Components {
		r.component(inner, within)
	}
}

func (r *cycloneReader) place(c cdx.Component, here component) {
	if c.BOMRef != "" && len(here.ids) > 0 {
		r.places[c.BOMRef] = here
	}
}

// isArtefact tells an image from a package in it.
func isArtefact(c cdx.Component) bool {
	if c.Type == cdx.ComponentTypeContainer {
		return true
	}
	return isScopeID(c.BOMRef) || isImage(purlOf(c))
}

// purlOf is the package URL of a component, which many tools take as bom-ref.
func purlOf(c cdx.Component) string {
	if c.PackageURL == "" && strings.HasPrefix(c.BOMRef, "pkg:") {
		return c.BOMRef
	}
	return c.PackageURL
}

// cycloneIDs are the names of a component, the exact ones before others. A bom-ref
// names it only within the document, unless it is a package URL or ours. The
// package URL of an image may have nothing but a digest, so its name counts too.
func cycloneIDs(c cdx.Component, artefact bool) []string {
	purl := purlOf(c)
	switch {
	case isScopeID(c.BOMRef):
		return []string{c.BOMRef}
	case purl != "" && !artefact:
		return []string{purl}
	}
	ids := slices.DeleteFunc([]string{purl}, func(s string) bool { return s == "" })
	for _, name := range groupNames(c.Group, c.Name) {
		if c.Version != "" {
			name += "@" + c.Version
		}
		ids = append(ids, name)
	}
	return ids
}

// groupNames are the ways in which scanners write the name of a package with a group.
func groupNames(group, name string) []string {
	switch {
	case name == "":
		return nil
	case group == "":
		return []string{name}
	}
	return []string{group + "/" + name, group + ":" + name}
}

func (r *cycloneReader) vulnerability(path string, v cdx.Vulnerability) error {
	if v.Analysis == nil || v.Analysis.State == "" {
		return nil
	}
	s := Statement{Path: path, Vulnerability: v.ID, Author: r.doc.Author, Time: r.doc.Time, Action: joinTexts(v.Recommendation, v.Workaround)}
	if v.ID == "" {
		r.add(path+".id", errors.New("is missing"))
	}
	if v.References != nil {
		for _, ref := range *v.References {
			s.Aliases = append(s.Aliases, ref.ID)
		}
	}
	d, err := cycloneFacts(v.Properties)
	r.add(path+".properties", err)
	s = s.withTexts(d, v.Analysis.Detail, "", s.Action)
	r.analysis(path+".analysis", *v.Analysis, &s)
	if v.Affects != nil {
		for i, a := range *v.Affects {
			s.Products = append(s.Products, r.affected(fmt.Sprintf("%s.affects[%d].ref", path, i), a.Ref))
		}
	}
	if len(s.Products) == 0 {
		r.add(path+".affects", errors.New("there are none, so it does not say what of"))
	}
	if r.products += len(s.Products); r.products > MaxProducts {
		return &Error{Path: path, Err: fmt.Errorf("the vulnerabilities affect more than %d components", MaxProducts)}
	}
	r.doc.Statements = append(r.doc.Statements, s)
	return nil
}

func cycloneFacts(properties *[]cdx.Property) (d factsOf, err error) {
	var all []error
	if properties != nil {
		for _, p := range *properties {
			all = append(all, d.set(fact{p.Name, p.Value}))
		}
	}
	return d, errors.Join(all...)
}

func (r *cycloneReader) analysis(path string, a cdx.VulnerabilityAnalysis, s *Statement) {
	var err error
	s.Status, err = statusOf(a.State)
	r.add(path+".state", err)
	for _, t := range []struct{ key, value string }{{"firstIssued", a.FirstIssued}, {"lastUpdated", a.LastUpdated}} {
		if issued := r.time(path+"."+t.key, t.value); !issued.IsZero() {
			s.Time = issued
		}
	}
	if j := Justification(a.Justification); j != "" {
		if cycloneJustifications[j] == "" {
			r.add(path+".justification", fmt.Errorf("%q is unknown to CycloneDX", j))
		}
		if s.Justification.cyclone() != j {
			s.Justification = j
		}
	}
	if a.Response == nil {
		return
	}
	for i, known := range *a.Response {
		if !Response(known).known() {
			r.add(fmt.Sprintf("%s.response[%d]", path, i), fmt.Errorf("%q is unknown, want one of %q", known, responses))
		}
		s.Responses = append(s.Responses, Response(known))
	}
}

// affected finds out what a reference means: a component of this document, or a
// BOM-Link (urn:cdx:SERIAL/VERSION#REF) to one of another, whose bom-ref must be
// the package URL then, as it commonly is.
func (r *cycloneReader) affected(path, ref string) Product {
	if here, ok := r.places[ref]; ok {
		if here.artefact || len(here.within.IDs) == 0 {
			return Product{Path: path, IDs: here.ids}
		}
		return Product{Path: path, IDs: here.within.IDs, Packages: []Package{{IDs: here.ids}}}
	}
	name := ref
	if _, fragment, ok := strings.Cut(ref, "#"); ok && strings.HasPrefix(ref, "urn:cdx:") {
		name = fragment
		if plain, err := url.PathUnescape(fragment); err == nil && !strings.HasPrefix(fragment, "pkg:") {
			name = plain
		}
	}
	switch {
	case ref == "":
		r.add(path, errors.New("is missing"))
	case !strings.HasPrefix(name, "pkg:") && !isScopeID(name):
		r.add(path, fmt.Errorf("%q is no component of this document, and names none by package URL", ref))
	case strings.HasPrefix(name, "pkg:") && len(r.product.IDs) > 0 && !isImage(name):
		return Product{Path: path, IDs: r.product.IDs, Packages: []Package{{IDs: []string{name}}}}
	}
	return Product{Path: path, IDs: []string{name}}
}
