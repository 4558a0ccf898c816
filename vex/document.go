package vex

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// Format is a format of VEX documents, in JSON.
type Format string

// The formats.
const (
	OpenVEX   Format = "openvex"
	CycloneDX Format = "cyclonedx"
)

// Document is a VEX document, in whichever format it is written.
type Document struct {
	// Name is where the document is from, such as its file, for messages.
	Name   string
	Format Format
	// ID is the IRI of an OpenVEX document or the serial number of a CycloneDX one.
	ID string
	// Author is who issued the document, empty if it does not say.
	Author string
	// Time is when it was issued, zero if it does not say.
	Time time.Time
	// About is what an exported document is about, as [ScopeID] writes it.
	About      string
	Statements []Statement
}

// Statement says what is known of a vulnerability in some products.
type Statement struct {
	// Path leads to the statement in its document: statements[2].
	Path string
	// Vulnerability is an id of CVE or another database, Aliases are other ids of it.
	Vulnerability string
	Aliases       []string
	Products      []Product
	Status        Status
	// Justification says why products are not affected, in the words of either
	// format; empty if only Notes do.
	Justification Justification
	// Responses are those of CycloneDX; OpenVEX has none.
	Responses []Response
	// Notes are free text, Action is what to do about the vulnerability.
	Notes, Action string
	// Author and Time are those of the statement, else of its document.
	Author string
	Time   time.Time
	// Decision is what VEX has no words for, from documents that ODG wrote.
	Decision Decision
}

// Product is what a statement is about: an artefact, or a package in it.
type Product struct {
	// Path leads to the product in its document: statements[2].products[0].
	Path string
	// IDs name the product, each of them on its own, see [Match].
	IDs []string
	// Packages restrict the statement to packages in the product; none means all.
	Packages []Package
}

// Package is a package in a product, by any of its names.
type Package struct {
	IDs []string
}

// String names the product for people, with no more than twenty of its packages.
func (p Product) String() string {
	const most = 20
	s := strings.Join(p.IDs[:min(1, len(p.IDs))], "")
	for i, pkg := range p.Packages[:min(most, len(p.Packages))] {
		s += [2]string{" ", ", "}[min(i, 1)] + strings.Join(pkg.IDs[:min(1, len(pkg.IDs))], "")
	}
	if more := len(p.Packages) - most; more > 0 {
		s += fmt.Sprintf(", and %d more", more)
	}
	return s
}

// Status says how it stands with a vulnerability in a product. The values are
// those of OpenVEX.
type Status string

// The statuses.
const (
	NotAffected        Status = "not_affected"
	Affected           Status = "affected"
	Fixed              Status = "fixed"
	UnderInvestigation Status = "under_investigation"
)

var statuses = []Status{NotAffected, Affected, Fixed, UnderInvestigation}

// Validate returns an error that names the statuses if s is none of them.
func (s Status) Validate() error {
	if slices.Contains(statuses, s) {
		return nil
	}
	return fmt.Errorf("status %q is unknown, want one of not_affected, affected, fixed, under_investigation", string(s))
}

// solves tells that nothing has to be done about the vulnerability.
func (s Status) solves() bool { return s == NotAffected || s == Fixed }

// Decision is a rescoring as ODG writes it into a document. The zero Decision
// means that the statement's status decides alone.
type Decision struct {
	// Severity is the id of a category.
	Severity string
	// AllowedProcessingTime and DueDate are those of the rescoring.
	AllowedProcessingTime string
	DueDate               metadata.Date
	// ValidUntil is the end of the rescoring, empty if it has none.
	ValidUntil metadata.Expiry
	// User is who decided.
	User string
}
