package vex

import (
	"bytes"
	"errors"
	"strings"
	"time"

	openvex "github.com/openvex/go-vex/pkg/vex"
)

func encodeOpenVEX(doc Document) ([]byte, error) {
	out := openvex.VEX{Metadata: openvex.Metadata{
		Context: openContext, ID: doc.ID, Author: orDefault(doc.Author, UnknownAuthor), Version: 1, Tooling: "Open Delivery Gear",
	}}
	if doc.Time.IsZero() {
		return nil, errors.New("it has no time, which OpenVEX demands")
	}
	out.Timestamp = &doc.Time
	out.Statements = make([]openvex.Statement, len(doc.Statements))
	for i, s := range doc.Statements {
		out.Statements[i] = s.openVEX()
	}
	var buf bytes.Buffer
	err := out.ToJSON(&buf)
	return buf.Bytes(), err
}

func (s Statement) openVEX() openvex.Statement {
	justification := s.Justification.open()
	facts := paragraph(s.factsOf(justification, false).facts())
	stmt := openvex.Statement{
		Vulnerability: openvex.Vulnerability{Name: openvex.VulnerabilityID(s.Vulnerability)},
		Status:        openvex.Status(s.Status),
		StatusNotes:   joinTexts(s.Notes, facts),
	}
	for _, alias := range s.Aliases {
		stmt.Vulnerability.Aliases = append(stmt.Vulnerability.Aliases, openvex.VulnerabilityID(alias))
	}
	if !s.Time.IsZero() {
		stmt.Timestamp = new(time.Time)
		*stmt.Timestamp = s.Time
	}
	switch s.Status {
	case NotAffected:
		stmt.Justification = openvex.Justification(justification)
		stmt.ImpactStatement, stmt.StatusNotes = s.Notes, facts
		if justification == "" {
			stmt.ImpactStatement = orDefault(s.Notes, noReason)
		}
	case Affected:
		stmt.ActionStatement = orDefault(s.Action, noAction)
	}
	for _, p := range s.Products {
		stmt.Products = append(stmt.Products, p.openVEX())
	}
	return stmt
}

func (p Product) openVEX() openvex.Product {
	out := openvex.Product{Component: openComponent(p.IDs)}
	for _, pkg := range p.Packages {
		out.Subcomponents = append(out.Subcomponents, openvex.Subcomponent{Component: openComponent(pkg.IDs)})
	}
	return out
}

func openComponent(ids []string) openvex.Component {
	var c openvex.Component
	for i, id := range ids {
		if i == 0 {
			c.ID = id
		}
		if strings.HasPrefix(id, "pkg:") && c.Identifiers == nil {
			c.Identifiers = map[openvex.IdentifierType]string{openvex.PURL: id}
		}
	}
	return c
}
