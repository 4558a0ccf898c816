package vex

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	packageurl "github.com/package-url/packageurl-go"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// Holding is what is known of a component version when it is exported.
type Holding struct {
	// Component and Version name the component version.
	Component, Version string
	// Findings are its vulnerabilities. Entries of other components, versions and
	// types are passed over, those without a version count as of all versions.
	Findings []metadata.Entry
	// Rescorings are the decisions about them, in any order.
	Rescorings []metadata.Entry
	// Config is the configuration of vulnerabilities; nil has no categories, so that
	// what was decided counts as affected.
	Config *findingcfg.Finding
	// Options say which rescorings apply.
	Options rescore.Options
	// Author is who issues the document, Now when.
	Author string
	Now    time.Time
}

// Export says of each vulnerability of a component version how it stands with it:
// not_affected or fixed where the rescoring that counts has a category with the
// value 0, affected where it has another one, and under_investigation where
// nobody decided. Findings that the scanner itself gives the value 0 are left out.
//
// Statements are ordered by vulnerability, then by product. Those that say the same
// of several products are one. Reading the document with [Match] gives findings in
// the same artefacts the same severities, due dates and ends again.
func Export(h Holding) Document {
	doc := Document{
		Author: h.Author, Time: h.Now.UTC(),
		About: ScopeID(artefact.ID{ComponentName: &h.Component, ComponentVersion: orNil(h.Version)}),
	}
	if h.Config == nil {
		h.Config = &findingcfg.Finding{Type: metadata.TypeVulnerability}
	}
	index := rescore.NewIndex(h.Rescorings, h.Options)
	for _, e := range h.Findings {
		if !h.has(e.Artefact) {
			continue
		}
		if f, ok := findingOf(e); ok {
			if s, ok := h.statement(f, index); ok {
				doc.Statements = append(doc.Statements, s)
			}
		}
	}
	doc.Statements = merged(doc.Statements)
	return doc
}

func (h *Holding) has(id artefact.ID) bool {
	version := artefact.Text(id.ComponentVersion)
	return artefact.Text(id.ComponentName) == h.Component && (version == "" || version == h.Version)
}

func (h *Holding) statement(f finding, index *rescore.Index) (Statement, bool) {
	d := rescore.Decide(f.entry, index.For(f.entry), h.Now)
	s := Statement{Vulnerability: f.ref.CVE, Status: UnderInvestigation, Time: h.Now.UTC(), Products: []Product{productOf(f)}}
	if !d.Rescored() {
		category, known := h.Config.Category(d.Severity)
		return s, !known || category.Value != 0
	}
	said := saidOf(*d.Rescorings[0], h.Config)
	s.Status, s.Justification, s.Responses = said.remark.status, said.remark.justification, said.remark.responses
	s.Notes, s.Decision, s.Author = said.remark.notes, said.Decision, orDefault(said.remark.author, said.User)
	s.Decision.User = s.Author // whoever took it over from another document
	if at := said.at(); !at.IsZero() {
		s.Time = at
	}
	if s.Status == Affected {
		s.Action = h.action(f, said)
	}
	return s, true
}

// action says by when something must be done.
func (h *Holding) action(f finding, said said) string {
	category, _ := h.Config.Category(said.Severity)
	if category == nil {
		return ""
	}
	due, err := category.EffectiveDueDate(findingcfg.Open{
		Discovered: f.entry.DiscoveryDate,
		Rescoring:  &findingcfg.Rescored{DueDate: said.DueDate, AllowedProcessingTime: orNil(said.AllowedProcessingTime)},
	})
	if err != nil || due == "" {
		return ""
	}
	return fmt.Sprintf("To be dealt with by %s.", due)
}

// productOf names the artefact exactly, for us, and by package URL, for others.
func productOf(f finding) Product {
	ids := []string{ScopeID(f.entry.Artefact)}
	local := f.entry.Artefact.Local()
	if name := artefact.Text(local.Name); isImageType(local) && name != "" {
		var q packageurl.Qualifiers
		if version := artefact.Text(local.Version); version != "" {
			q = packageurl.QualifiersFromMap(map[string]string{"tag": version})
		}
		ids = append(ids, packageurl.NewPackageURL(packageurl.TypeOCI, "", lastSegment(name), "", q, "").ToString())
	}
	id := f.pkg.purl
	if id == "" {
		id = f.pkg.name
		if f.pkg.version != "" {
			id += "@" + f.pkg.version
		}
	}
	return Product{IDs: ids, Packages: []Package{{IDs: []string{id}}}}
}

// merged joins statements that say the same of several products.
func merged(list []Statement) []Statement {
	slices.SortStableFunc(list, compareStatements)
	var out []Statement
	byKey := map[string]int{}
	for _, s := range list {
		key := fmt.Sprintf("%q", []any{s.Vulnerability, remarkOf(s), s.Action, s.Decision, s.Time})
		if i, ok := byKey[key]; ok {
			out[i].Products = withProduct(out[i].Products, s.Products[0])
			continue
		}
		byKey[key] = len(out)
		out = append(out, s)
	}
	return out
}

// withProduct adds a product, or its package if the product is there.
func withProduct(list []Product, p Product) []Product {
	for i := range list {
		if list[i].IDs[0] != p.IDs[0] {
			continue
		}
		if !slices.ContainsFunc(list[i].Packages, func(q Package) bool { return q.IDs[0] == p.Packages[0].IDs[0] }) {
			list[i].Packages = append(list[i].Packages, p.Packages[0])
		}
		return list
	}
	return append(list, p)
}

// compareStatements orders by vulnerability, then by product.
func compareStatements(a, b Statement) int {
	return cmp.Or(cmp.Compare(a.Vulnerability, b.Vulnerability), cmp.Compare(a.Products[0].String(), b.Products[0].String()))
}
