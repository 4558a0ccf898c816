package vex

import (
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// matcher is [Match] at work.
type matcher struct {
	*Input
	faults     faults
	findings   []finding
	byID       map[string]reach // findings by the id of the vulnerability
	known      *Knowledge
	work       work
	rescores   *rescore.Index
	outcomes   []outcome
	rescorings []metadata.Entry
}

// finding is a vulnerability that was found, with what is said of it.
type finding struct {
	entry metadata.Entry
	ref   metadata.VulnerabilityRef
	pkg   pkg
	// claim is the statement that counts, nil if there is none; by are the outcomes
	// of its products that the finding is in.
	claim *claim
	by    []int
}

// claim is what a statement says of findings.
type claim struct {
	remark   remark
	decision Decision
	decides  bool
	at       time.Time
}

// outcome counts what became of the findings that it is about.
type outcome struct {
	Outcome
	counts map[Result]int
}

func newMatcher(in *Input) *matcher {
	m := &matcher{Input: in, byID: map[string]reach{}, known: in.Known, work: work{MaxComparisons}, rescores: rescore.NewIndex(in.Rescorings, in.Options)}
	if m.known == nil {
		m.known = newKnowledge(in)
	}
	for _, e := range in.Findings {
		f, ok := findingOf(e)
		if !ok {
			continue
		}
		m.findings = append(m.findings, f)
		key := vulnerabilityKey(f.ref.CVE)
		if m.byID[key] == nil {
			m.byID[key] = reach{}
		}
		m.byID[key].add(len(m.findings)-1, f)
		if in.Known == nil {
			m.known.add(f.pkg, e.Artefact)
		}
	}
	return m
}

func findingOf(e metadata.Entry) (finding, bool) {
	var v metadata.VulnerabilityFinding
	if e.Meta.Type != metadata.TypeVulnerability || e.Data.Decode(&v) != nil {
		return finding{}, false
	}
	return finding{
		entry: e, ref: metadata.VulnerabilityRef{PackageName: v.PackageName, CVE: v.CVE},
		pkg: pkg{v.PackageName, artefact.Text(v.PackageVersion), artefact.Text(v.PURL)},
	}, true
}

// statement finds what s is about. It tells if there is time for more.
func (m *matcher) statement(doc Document, s Statement) bool {
	decision, decides, err := m.decide(s)
	m.faults.addIn(doc.Name, s.Path, err)
	at := s.Time
	if at.IsZero() || at.After(m.Now) {
		at = m.Now // nobody decides in advance
	}
	c := &claim{remark: remarkOf(s), decision: decision, decides: decides && !decision.ValidUntil.Over(m.Now), at: at}
	if !s.Time.IsZero() {
		c.remark.at = at
	}
	reaches := m.reachesOf(s)
	for _, p := range s.Products {
		m.outcomes = append(m.outcomes, outcome{counts: map[Result]int{}, Outcome: Outcome{
			Document: doc.Name, Path: p.Path, Product: p.String(), Vulnerability: s.Vulnerability,
			Status: s.Status, Justification: s.Justification, Severity: decision.Severity,
		}})
		here, wanted := len(m.outcomes)-1, wantedOf(p)
		candidates, ok := m.candidates(reaches, wanted)
		if !ok {
			m.faults.addIn(doc.Name, p.Path, errTooMuch)
			return false
		}
		for _, i := range candidates {
			if wanted.matches(m.findings[i].entry.Artefact, m.findings[i].pkg) {
				m.claim(&m.findings[i], c, here)
			}
		}
		if o := &m.outcomes[here]; o.Findings == 0 {
			o.Result = UnknownProduct
			if m.known.has(wanted, &m.work) {
				o.Result = NoFinding
			}
		}
	}
	return true
}

// About tells which vulnerabilities documents are about. Of all that is stored, [Match]
// needs no others in [Input.Findings], if [Input.Known] knows where they are.
func About(docs []Document) func(e metadata.Entry) bool {
	ids := map[string]bool{}
	for _, doc := range docs {
		for _, s := range doc.Statements {
			ids[vulnerabilityKey(s.Vulnerability)] = true
			for _, alias := range s.Aliases {
				ids[vulnerabilityKey(alias)] = true
			}
		}
	}
	return func(e metadata.Entry) bool {
		var about struct {
			CVE string `json:"cve"`
		}
		return e.Meta.Type == metadata.TypeVulnerability && e.Data.Decode(&about) == nil && ids[vulnerabilityKey(about.CVE)]
	}
}

// claimed is what it costs, in comparisons, to remember that a product is about a finding.
const claimed = 10

// claim lets c speak for a finding, unless something younger does.
func (m *matcher) claim(f *finding, c *claim, outcome int) {
	m.outcomes[outcome].Findings++
	m.work.spend(claimed)
	switch {
	case f.claim == c:
		f.by = append(f.by, outcome)
	case f.claim != nil && c.at.Before(f.claim.at):
		m.outcomes[outcome].counts[Superseded]++
	default:
		m.count(f, Superseded)
		f.claim, f.by = c, []int{outcome}
	}
}

// count notes what became of a finding, for each product that it was found by.
func (m *matcher) count(f *finding, r Result) {
	for _, i := range f.by {
		m.outcomes[i].counts[r]++
	}
}

// results in the order in which they are told.
var results = []Result{Uncovered, Decided, Superseded, Unchanged, Undecided}

func (m *matcher) result() []Outcome {
	list := make([]Outcome, len(m.outcomes))
	for i, o := range m.outcomes {
		for _, r := range results {
			if o.Result == "" && o.counts[r] > 0 {
				o.Result = r
			}
		}
		o.Decided = o.counts[Decided]
		list[i] = o.Outcome
	}
	return list
}
