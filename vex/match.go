package vex

import (
	"errors"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// Input is what is stored, and how statements are to be read.
type Input struct {
	// Findings are the vulnerabilities, Rescorings the decisions about them so far.
	// Entries of other types are passed over.
	Findings, Rescorings []metadata.Entry
	// Artefacts and Packages are known although nothing may have been found in them;
	// Packages are entries of type structure_info. They tell products without a
	// finding from products that nobody knows.
	Artefacts []artefact.ID
	Packages  []metadata.Entry
	// Known stands in for Artefacts and Packages if there is much of them. It must know
	// where all vulnerabilities are; those that no document is about may be left out of
	// Findings then, see [About]. Match does not change it.
	Known *Knowledge
	// Config is the configuration of vulnerabilities; nil has no categories, so that
	// nothing is decided.
	Config *findingcfg.Finding
	// Mapping says what statuses mean; nil is [DefaultMapping].
	Mapping Mapping
	// Scope is that of the rescorings; empty is [findingcfg.ScopeSingle], the very
	// artefacts that the statements are about. A wider scope decides about more than
	// the documents say: also about other versions of artefacts and packages.
	Scope findingcfg.Scope
	// ValidUntil ends rescorings of statements that do not say it themselves, as VEX
	// has no words for it; empty means that they do not end.
	ValidUntil metadata.Expiry
	// By is who answers for the rescorings, and is their user: the authors of documents
	// are named in the comments then. Zero means the authors themselves.
	By metadata.User
	// Options say which rescorings apply.
	Options rescore.Options
	// Now is the creation date of the rescorings.
	Now time.Time
}

// Result says what became of a product of a statement.
type Result string

// The results. Of several that hold, for different findings, an outcome has the
// first in this order.
const (
	// Uncovered: the artefact has the package in another version too, with the same
	// vulnerability, and no statement says the same of that. Nothing was decided, as
	// a rescoring holds for all versions.
	Uncovered Result = "uncovered"
	// Decided: there are rescorings.
	Decided Result = "decided"
	// Superseded: another statement, or a rescoring, is younger.
	Superseded Result = "superseded"
	// Unchanged: a rescoring says the same already.
	Unchanged Result = "unchanged"
	// Undecided: the status decides nothing, see [Mapping].
	Undecided Result = "undecided"
	// NoFinding: the product is known, and the vulnerability was not found there.
	NoFinding Result = "no-finding"
	// UnknownProduct: nothing that is stored is the product.
	UnknownProduct Result = "unknown-product"
)

// Outcome tells what became of a product of a statement.
type Outcome struct {
	// Document, Path and Product say where it is and how it is called there.
	Document string `json:"document"`
	Path     string `json:"path"`
	Product  string `json:"product"`
	// Vulnerability, Status and Justification are those of the statement.
	Vulnerability string        `json:"vulnerability"`
	Status        Status        `json:"status"`
	Justification Justification `json:"justification,omitempty"`
	Result        Result        `json:"result"`
	// Severity is the id of the category that was decided, or would have been.
	Severity string `json:"severity,omitempty"`
	// Findings is the number of findings that the statement is about, Decided how
	// many of them it decides.
	Findings int `json:"findings"`
	Decided  int `json:"decided"`
}

// Plan is what [Match] found.
type Plan struct {
	// Rescorings are to be stored, all or none. Each id is there once.
	Rescorings []metadata.Entry
	// Outcomes are in the order of documents, statements and products.
	Outcomes []Outcome
}

// Unmatched returns the outcomes that say that a product was not found, or not
// decided about because of what the documents do not say.
func (p Plan) Unmatched() []Outcome {
	var list []Outcome
	for _, o := range p.Outcomes {
		if o.Result == UnknownProduct || o.Result == Uncovered {
			list = append(list, o)
		}
	}
	return list
}

// Match finds what the statements of documents are about, and turns them into
// rescorings. The youngest statement about a finding counts, of equally old ones
// the last. A rescoring that is younger than the statement stays as it is.
//
// A product is found by each of these names:
//
//   - the IRI of an artefact in a document of ODG, see [ScopeID];
//   - a package URL of type oci or docker: images with that name and, if it has a
//     tag, that version. One with a digest and no tag is found only if the version
//     of the artefact is that digest, since findings do not have digests;
//   - NAME, NAME:VERSION or NAME@VERSION of a component, or of an artefact, for
//     images also with registry and path before the name;
//   - another package URL, or name and version of a package: the package in every
//     artefact that has it. Package URLs are compared if the finding has one, as
//     OpenVEX says: what the statement leaves out matches any.
//
// Vulnerabilities are found by their id or an alias. A statement with a category
// that is unknown, or does not fit its status, is a fault. Errors join [*Error].
func Match(docs []Document, in Input) (Plan, error) {
	if in.Config == nil {
		in.Config = &findingcfg.Finding{Type: metadata.TypeVulnerability}
	}
	if in.Mapping == nil {
		in.Mapping = DefaultMapping(in.Config)
	}
	if in.Scope == "" {
		in.Scope = findingcfg.ScopeSingle
	}
	if err := errors.Join(in.Mapping.Validate(in.Config), in.Scope.Validate()); err != nil {
		return Plan{}, err
	}
	m := newMatcher(&in)
	for _, doc := range docs {
		for _, s := range doc.Statements {
			if !m.statement(doc, s) {
				return Plan{}, m.faults.err()
			}
		}
	}
	if err := m.faults.err(); err != nil {
		return Plan{}, err
	}
	if err := m.settle(); err != nil {
		return Plan{}, err
	}
	return Plan{Rescorings: m.rescorings, Outcomes: m.result()}, nil
}

// vulnerabilityKey makes ids of vulnerabilities equal that differ in case only.
func vulnerabilityKey(id string) string { return strings.ToUpper(strings.TrimSpace(id)) }
