package proposal

import (
	"encoding/json"
	"iter"
	"time"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/sprint"
)

// Facts are what is known of one artefact. All parts may be empty.
type Facts struct {
	// Findings are of any types. Those of types without a configuration are left out.
	Findings []metadata.Entry
	// Structures are the entries of type structure_info, which know where in the
	// artefact packages are.
	Structures []metadata.Entry
	// Rescorings and Writebacks may be more than those that apply.
	Rescorings, Writebacks []metadata.Entry
	// Categorisation is what the artefact is exposed to; nil means that nobody knows,
	// so that rulesets propose nothing.
	Categorisation *rescore.Categorisation
}

// Rules are those by which proposals are made.
type Rules struct {
	// Findings is the configuration; nil means that there are no finding types.
	Findings *findingcfg.Config
	// Sprints are those to which due dates belong; nil means that there are none.
	Sprints *sprint.Calendar
	// Options say which rescorings apply.
	Options rescore.Options
	// Now is when the proposals are made: rescorings that have ended by then count for
	// nothing.
	Now time.Time
}

// Proposal is what one decision is about.
type Proposal struct {
	Type metadata.Type
	// Findings is the group, never empty. The first speaks for all: it is the one that
	// was discovered first, so that the due date is the earliest.
	Findings []*metadata.Entry
	// Judgement says how the first finding stands. Its Err is for people.
	findingcfg.Judgement
	// Severity is that of the Judgement, or what a ruleset proposes instead.
	Severity string
	// MatchingRules are those of the Judgement, or those of the ruleset.
	MatchingRules []string
	// Sprint is the one in which the findings are due, nil if there is none.
	Sprint *sprint.Sprint
	// Versions are those of the package, each once; none for findings without.
	Versions []string
	// Paths are where the package is in the artefact, as the scanner told it.
	Paths []json.RawMessage
	// Writebacks correct the package at the scanner, which has not scanned since.
	Writebacks []*metadata.Entry
}

// Of yields the proposals for an artefact in the order in which their first findings
// were discovered.
func Of(f Facts, r Rules) iter.Seq[Proposal] {
	return func(yield func(Proposal) bool) {
		if r.Findings == nil {
			return
		}
		m := maker{
			Rules: r, categorisation: f.Categorisation,
			rescorings: rescore.NewIndex(f.Rescorings, r.Options),
			writebacks: byPackage(f.Writebacks), paths: pathsOf(f.Structures),
		}
		for _, group := range groups(f.Findings) {
			if cfg, ok := r.Findings.For(group[0].Meta.Type); ok && !yield(m.propose(cfg, group)) {
				return
			}
		}
	}
}

type maker struct {
	Rules
	categorisation *rescore.Categorisation
	rescorings     *rescore.Index
	writebacks     map[string][]metadata.Entry
	paths          map[pkg][]json.RawMessage
}

func (m *maker) propose(cfg *findingcfg.Finding, group []*metadata.Entry) Proposal {
	first := group[0]
	p := Proposal{Type: cfg.Type, Findings: group, Judgement: cfg.Judge(*first, m.rescorings.For(*first), m.Now)}
	p.Severity, p.MatchingRules = p.Judgement.Severity, p.Judgement.MatchingRules
	if !p.Rescored() {
		m.applyRuleset(cfg, &p)
	}
	if p.Due != "" && m.Sprints != nil {
		if s, ok := m.Sprints.For(p.Due, cfg.SprintOffset); ok {
			p.Sprint = &s
		}
	}
	if aboutPackage(p.Type) {
		m.addPackage(&p)
	}
	return p
}

// applyRuleset replaces the severity by what the rules make of it. The due date stays:
// nobody has decided yet.
func (m *maker) applyRuleset(cfg *findingcfg.Finding, p *Proposal) {
	if cfg.Ruleset == nil || m.categorisation == nil || p.Type != metadata.TypeVulnerability {
		return
	}
	rules := cfg.Ruleset.Matching(*m.categorisation, Vector(*p.Findings[0]))
	p.Severity, p.MatchingRules = cfg.Ruleset.Apply(rules, p.Severity), rescore.RuleNames(rules)
}

func (m *maker) addPackage(p *Proposal) {
	var name string
	name, p.Versions = packageOf(p.Findings)
	p.Paths = m.pathsTo(name, p.Versions)
	first := p.Findings[0]
	p.Writebacks = rescore.PendingWritebacks(rescore.Package{
		Artefact: first.Artefact, Name: name, Versions: p.Versions, LastUpdate: first.Meta.LastUpdate,
	}, m.writebacks[name], m.Options)
}
