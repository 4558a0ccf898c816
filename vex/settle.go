package vex

import (
	"slices"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// group is the findings that one rescoring would decide about.
type group struct {
	scope    artefact.ID
	findings []*finding
	// others are those of groups of their own for which the rescoring holds, too: a
	// finding that all versions of a component share, and those of the versions.
	others []*finding
}

// settle makes the rescorings.
func (m *matcher) settle() error {
	for _, g := range m.groups() {
		if err := m.settleGroup(g); err != nil {
			return err
		}
	}
	return nil
}

// groups are those with a finding that something is said about, in the order of
// the findings.
func (m *matcher) groups() []*group {
	byKey := map[string]*group{}
	var list []*group
	claimed := map[*group]bool{}
	for i := range m.findings {
		f := &m.findings[i]
		scope := scopeOf(m.Scope, f.entry.Artefact)
		key := groupKey(scope, f)
		g := byKey[key]
		if g == nil {
			g = &group{scope: scope}
			byKey[key] = g
			list = append(list, g)
		}
		g.findings = append(g.findings, f)
		claimed[g] = claimed[g] || f.claim != nil
	}
	relate(list)
	return slices.DeleteFunc(list, func(g *group) bool { return !claimed[g] })
}

// relate finds the others of each group. For wide scopes there are none.
func relate(list []*group) {
	artefacts := map[string][]*group{} // whatever the version of the component
	for _, g := range list {
		key := g.versionless()
		artefacts[key] = append(artefacts[key], g)
	}
	for _, g := range list {
		for _, other := range artefacts[g.versionless()] {
			if g.versioned() != other.versioned() {
				g.others = append(g.others, other.findings...)
			}
		}
	}
}

func (g *group) versioned() bool { return artefact.Text(g.scope.ComponentVersion) != "" }

// versionless is the key of g without the version of the component.
func (g *group) versionless() string {
	scope := g.scope
	scope.ComponentVersion = nil
	return groupKey(scope, g.findings[0])
}

func groupKey(scope artefact.ID, f *finding) string {
	subject, _ := f.entry.Subject()
	return scope.Key() + "\x00" + subject
}

// scopeOf is the part of an artefact's identity for which a rescoring holds.
func scopeOf(scope findingcfg.Scope, id artefact.ID) artefact.ID {
	local := id.Local()
	switch scope {
	case findingcfg.ScopeGlobal:
		return artefact.ID{Artefact: &artefact.LocalID{}}
	case findingcfg.ScopeComponent:
		return artefact.ID{ComponentName: id.ComponentName, Artefact: &artefact.LocalID{}}
	case findingcfg.ScopeArtefact:
		return artefact.ID{ComponentName: id.ComponentName, Kind: id.Kind, Artefact: &artefact.LocalID{Name: local.Name, Type: local.Type}}
	}
	return id
}

func (m *matcher) settleGroup(g *group) error {
	deciding := g.deciding()
	covered := deciding != nil && (m.Scope != findingcfg.ScopeSingle || g.agrees(deciding))
	var e metadata.Entry
	if covered {
		var err error
		if e, err = m.rescoring(g, deciding); err != nil {
			return err
		}
	}
	decided := false
	for _, f := range g.findings {
		switch {
		case f.claim == nil:
		case !f.claim.decides:
			m.count(f, Undecided)
		case !covered:
			m.count(f, Uncovered)
		default:
			result := m.beside(f, e, deciding)
			m.count(f, result)
			decided = decided || result == Decided
		}
	}
	if decided {
		m.rescorings = append(m.rescorings, e)
	}
	return nil
}

// deciding is the youngest claim of the group that decides, nil if there is none.
func (g *group) deciding() *claim {
	var youngest *claim
	for _, f := range g.findings {
		if c := f.claim; c != nil && c.decides && (youngest == nil || c.at.After(youngest.at)) {
			youngest = c
		}
	}
	return youngest
}

// agrees tells if all findings of the group are decided like c.
func (g *group) agrees(c *claim) bool {
	for _, f := range slices.Concat(g.findings, g.others) {
		if f.claim == nil || !f.claim.decides {
			return false
		}
		a, b := f.claim.decision, c.decision
		if a.User = b.User; a != b {
			return false
		}
	}
	return true
}

// beside tells what the rescoring e does beside those that are there.
func (m *matcher) beside(f *finding, e metadata.Entry, c *claim) Result {
	now := rescore.Decide(f.entry, m.rescores.For(f.entry), m.Now)
	if !now.Rescored() {
		return Decided
	}
	present, x, y := now.Rescorings[0], saidOf(*now.Rescorings[0], m.Config), saidOf(e, m.Config)
	switch {
	case x.same(y):
		return Unchanged
	case present.Specificity() > e.Specificity(), x.at().After(c.at) && !rescore.Automatic(*present):
		return Superseded
	}
	return Decided
}

// said is a rescoring in the terms of VEX.
type said struct {
	Decision
	remark  remark
	created time.Time // zero if it is not known
}

// at is when it was said: for what is from a VEX document, when that says, not when
// it was read.
func (s said) at() time.Time {
	if !s.remark.at.IsZero() {
		return s.remark.at
	}
	return s.created
}

// same tells if two rescorings say the same, whoever says it, when, and for how much.
func (s said) same(other said) bool {
	other.User = s.User
	return s.Decision == other.Decision && s.remark.same(other.remark)
}

func saidOf(e metadata.Entry, cfg *findingcfg.Finding) said {
	var r metadata.CustomRescoring
	_ = e.Data.Decode(&r) // a rescoring that cannot be read says nothing
	var user metadata.User
	_ = r.User.Decode(&user)
	category, known := cfg.Category(r.Severity)
	created, _ := e.Meta.CreationDate.Time() // the zero time is before all others
	return said{
		created: created,
		Decision: Decision{
			Severity: r.Severity, AllowedProcessingTime: artefact.Text(r.AllowedProcessingTime),
			DueDate: r.DueDate, ValidUntil: r.ValidUntil, User: user.Username,
		},
		remark: parseRemark(r.Comment).beside(known && category.Value == 0),
	}
}

// rescoring makes the entry that decides a group.
func (m *matcher) rescoring(g *group, c *claim) (metadata.Entry, error) {
	remark, user := c.remark, metadata.User{Username: c.decision.User, Type: UserType}
	if m.By != (metadata.User{}) {
		if user.Username != UnknownAuthor && user.Username != m.By.Username {
			remark.author = oneLine(user.Username)
		}
		user = m.By
	}
	data, err := metadata.NewPayload(metadata.TypeRescoring, metadata.CustomRescoring{
		Finding:               metadata.ObjectOf(g.findings[0].ref),
		ReferencedType:        metadata.TypeVulnerability,
		Severity:              c.decision.Severity,
		User:                  metadata.ObjectOf(user),
		MatchingRules:         []string{metadata.RuleCustomRescoring},
		Comment:               new(remark.String()),
		AllowedProcessingTime: orNil(c.decision.AllowedProcessingTime),
		DueDate:               c.decision.DueDate,
		ValidUntil:            c.decision.ValidUntil,
	})
	now := metadata.TimestampOf(m.Now)
	return metadata.Entry{
		Artefact: g.scope,
		Meta:     metadata.Meta{Datasource: Datasource, Type: metadata.TypeRescoring, CreationDate: now, LastUpdate: now},
		Data:     data,
	}, err
}
