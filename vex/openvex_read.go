package vex

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	openvex "github.com/openvex/go-vex/pkg/vex"
)

const (
	openNamespace = openvex.Context
	openContext   = openvex.Context + "/v" + openvex.SpecVersion
)

// parseOpenVEX reads statement by statement, so that faults have a path.
func parseOpenVEX(top members) (Document, error) {
	doc := Document{Format: OpenVEX, ID: top.text("@id"), Author: top.text("author")}
	var all faults
	doc.Time = openTime(&all, top)
	products := 0
	err := each("statements", top["statements"], func(path string, element json.RawMessage) error {
		if all.full() {
			return errFull
		}
		var stmt openvex.Statement
		if err := decode(path, element, &stmt); err != nil {
			all.add(err.Path, err.Err)
			return nil
		}
		for _, p := range stmt.Products {
			products += 1 + len(p.Subcomponents)
		}
		if products > MaxProducts || len(doc.Statements) == MaxProducts {
			return &Error{Path: path, Err: fmt.Errorf("the statements name more than %d products and packages", MaxProducts)}
		}
		doc.Statements = append(doc.Statements, openStatement(&all, path, stmt, doc))
		return nil
	})
	if err != nil && err != errFull {
		return Document{}, err
	}
	if len(doc.Statements) == 0 && len(all.list) == 0 {
		all.add("statements", errors.New("there are none, so the document says nothing"))
	}
	if err := all.err(); err != nil {
		return Document{}, err
	}
	return doc, nil
}

// openTime is when the document was last changed.
func openTime(all *faults, top members) (issued time.Time) {
	for _, key := range []string{"timestamp", "last_updated"} {
		value, given := top[key]
		if !given {
			continue
		}
		var t *time.Time
		if json.Unmarshal(value, &t) != nil {
			all.add(key, errors.New("want a time such as 2026-11-01T12:00:00Z"))
		} else if t != nil && t.After(issued) {
			issued = instant(*t)
		}
	}
	return issued
}

// instant is a time as precise as ODG keeps it.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func openStatement(all *faults, path string, stmt openvex.Statement, doc Document) Statement {
	s := Statement{
		Path: path, Vulnerability: string(stmt.Vulnerability.Name), Status: Status(stmt.Status),
		Justification: Justification(stmt.Justification), Author: doc.Author, Time: doc.Time,
	}
	if s.Vulnerability == "" {
		s.Vulnerability = lastSegment(stmt.Vulnerability.ID)
	}
	if s.Vulnerability == "" {
		all.add(path+".vulnerability.name", errors.New("is missing"))
	}
	for _, alias := range stmt.Vulnerability.Aliases {
		s.Aliases = append(s.Aliases, string(alias))
	}
	for _, t := range []*time.Time{stmt.Timestamp, stmt.LastUpdated} {
		if t != nil {
			s.Time = instant(*t)
		}
	}
	all.add(path+".status", s.Status.Validate())
	if s.Justification != "" && openJustifications[s.Justification] == "" {
		all.add(path+".justification", fmt.Errorf("%q is unknown, want one of %q", s.Justification, openvex.Justifications()))
	}
	if s.Status == NotAffected && s.Justification == "" && stmt.ImpactStatement == "" {
		all.add(path, errors.New("not_affected needs a justification or an impact_statement"))
	}
	for i, p := range stmt.Products {
		s.Products = append(s.Products, openProduct(all, fmt.Sprintf("%s.products[%d]", path, i), p))
	}
	if len(s.Products) == 0 {
		all.add(path+".products", errors.New("there are none; ODG does not take products from elsewhere"))
	}
	notes, decision, err := splitFacts(stmt.StatusNotes)
	all.add(path+".status_notes", err)
	return s.withTexts(decision, withoutDefault(stmt.ImpactStatement, noReason), notes, withoutDefault(stmt.ActionStatement, noAction))
}

// withTexts sets what is written as text.
func (s Statement) withTexts(d factsOf, impact, notes, action string) Statement {
	s.Notes, s.Action, s.Decision = joinTexts(impact, notes), action, d.Decision
	if d.User != "" {
		s.Author = d.User
	}
	if d.justification != "" {
		s.Justification = d.justification
	}
	s.Responses = append(s.Responses, d.responses...)
	return s
}

func openProduct(all *faults, path string, p openvex.Product) Product {
	product := Product{Path: path, IDs: openIDs(p.Component)}
	if len(product.IDs) == 0 {
		all.add(path, errors.New("has neither @id nor identifiers"))
	}
	for i, sub := range p.Subcomponents {
		pkg := Package{IDs: openIDs(sub.Component)}
		if len(pkg.IDs) == 0 {
			all.add(fmt.Sprintf("%s.subcomponents[%d]", path, i), errors.New("has neither @id nor identifiers"))
		}
		product.Packages = append(product.Packages, pkg)
	}
	return product
}

// openIDs are all names of a component but its hashes, which findings do not have.
func openIDs(c openvex.Component) []string {
	var ids []string
	if c.ID != "" {
		ids = append(ids, c.ID)
	}
	for _, kind := range slices.Sorted(maps.Keys(c.Identifiers)) {
		if id := c.Identifiers[kind]; id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
