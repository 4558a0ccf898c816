package odg

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/sla"
)

// Verdict is what an [Evidence] comes to.
type Verdict string

// Verdicts.
const (
	VerdictClean  Verdict = "clean"
	VerdictFailed Verdict = "failed" // something was overdue
	VerdictUnable Verdict = "unable" // nothing was, but something cannot be judged
)

// Knowledge says by which knowledge something was overdue.
type Knowledge string

// Knowledges.
const (
	KnownThen  Knowledge = "then"  // by what was known then, but not by what is known now
	KnownSince Knowledge = "since" // by what is known now, but not by what was known then
	KnownBoth  Knowledge = "both"
)

// EvidenceDocument is an [Evidence] as JSON. Fields are added, never renamed.
type EvidenceDocument struct {
	Component string    `json:"component"`
	Version   string    `json:"version"`
	Released  time.Time `json:"released"`
	// AsOf is the moment of VerdictThen.
	AsOf time.Time `json:"as_of"`
	// Since is from when on deletions and changes are known, nil if all are.
	Since *time.Time `json:"history_since"`
	// Verdict is by what was known then and is known now, the worse counts; VerdictThen
	// is by what was known at AsOf alone.
	Verdict     Verdict             `json:"verdict"`
	VerdictThen Verdict             `json:"verdict_then"`
	Violations  []ViolationDocument `json:"violations"` // by deadline
	Components  int                 `json:"components"`
	// Findings is how many were judged by what is known now, FindingsThen by what was
	// known then; FoundLater were discovered after the release and do not count.
	Findings      int      `json:"findings"`
	FindingsThen  int      `json:"findings_then"`
	FoundLater    int      `json:"found_later"`
	CouldNotJudge []string `json:"could_not_judge"`
	// Unscanned are the artefacts at which a datasource of the configured types has not
	// looked until today.
	Unscanned []UnscannedDocument `json:"unscanned"`
}

// ViolationDocument is a finding that was overdue.
type ViolationDocument struct {
	ID               string         `json:"id"`
	Known            Knowledge      `json:"known"`
	Component        string         `json:"component"`
	ComponentVersion string         `json:"component_version"`
	Artefact         string         `json:"artefact"`
	ArtefactVersion  string         `json:"artefact_version"`
	Type             metadata.Type  `json:"type"`
	Finding          string         `json:"finding"`
	Severity         string         `json:"severity"`
	Discovered       metadata.Date  `json:"discovered"`
	Due              metadata.Date  `json:"due"`
	DaysLate         int            `json:"days_late"`
	OpenAtRelease    bool           `json:"open_at_release"`
	DecidedOn        *metadata.Date `json:"decided_on,omitempty"` // of the decision that came too late
	DecidedBy        string         `json:"decided_by,omitempty"`
}

// UnscannedDocument is an artefact at which nobody has looked.
type UnscannedDocument struct {
	Artefact   artefact.ID         `json:"artefact"`
	Datasource metadata.Datasource `json:"datasource"`
}

// Document returns e, which is about the component version root and so many components,
// as JSON tells it. What else could not be judged, such as components that cannot be
// read, makes a verdict that would be clean unable.
func (e Evidence) Document(root component.ID, components int, unable ...string) EvidenceDocument {
	d := EvidenceDocument{
		Component: root.Name, Version: root.Version, Released: e.Released.UTC(), AsOf: e.AsOf.UTC(), Since: known(e.Began),
		Violations: violations(e.Then.Violations, e.Now.Violations), Components: components,
		Findings: e.Now.Findings, FindingsThen: e.Then.Findings, FoundLater: e.Now.Later,
		CouldNotJudge: append([]string{}, unable...), Unscanned: []UnscannedDocument{},
	}
	for _, f := range slices.Concat(e.Then.Unable, e.Now.Unable) {
		if reason := fmt.Sprintf("%s of %s: %v", subject(f.Finding), placeOf(f.Finding.Artefact), f.Err); !slices.Contains(d.CouldNotJudge, reason) {
			d.CouldNotJudge = append(d.CouldNotJudge, reason)
		}
	}
	if !e.Scanned {
		d.CouldNotJudge = append(d.CouldNotJudge, fmt.Sprintf("no artefact of %s was ever scanned", root))
	}
	for _, u := range e.Unscanned {
		d.Unscanned = append(d.Unscanned, UnscannedDocument{u.Artefact, metadata.Datasource(u.Service)})
	}
	incomplete := !e.Scanned || len(unable) > 0
	d.Verdict = verdict(e.Overdue(), incomplete || e.Unable())
	d.VerdictThen = verdict(len(e.Then.Violations) > 0, incomplete || len(e.Then.Unable) > 0)
	return d
}

func verdict(overdue, unable bool) Verdict {
	switch {
	case overdue:
		return VerdictFailed
	case unable:
		return VerdictUnable
	}
	return VerdictClean
}

// violations are those of then and of now, each finding once: as it was known then, if
// it was.
func violations(then, now []sla.Violation) []ViolationDocument {
	all := []ViolationDocument{}
	place := map[string]int{}
	for _, v := range then {
		place[v.Finding.Key()] = len(all)
		all = append(all, violationDocument(v, KnownThen))
	}
	for _, v := range now {
		if i, ok := place[v.Finding.Key()]; ok {
			all[i].Known = KnownBoth
			continue
		}
		all = append(all, violationDocument(v, KnownSince))
	}
	slices.SortStableFunc(all, func(a, b ViolationDocument) int { return cmp.Compare(a.Due, b.Due) })
	return all
}

func violationDocument(v sla.Violation, known Knowledge) ViolationDocument {
	id := v.Finding.Artefact
	d := ViolationDocument{
		ID: v.Finding.ID(), Known: known, Component: artefact.Text(id.ComponentName), ComponentVersion: artefact.Text(id.ComponentVersion),
		Artefact: artefact.Text(id.Local().Name), ArtefactVersion: artefact.Text(id.Local().Version),
		Type: v.Finding.Meta.Type, Finding: subject(v.Finding), Severity: v.Severity,
		Discovered: v.Finding.DiscoveryDate, Due: v.Due, DaysLate: v.DaysLate(), OpenAtRelease: v.Open,
	}
	if v.Rescoring != nil {
		var by struct {
			User metadata.User `json:"user"`
		}
		_ = v.Rescoring.Data.Decode(&by) // nobody is named then
		d.DecidedOn, d.DecidedBy = new(metadata.DateOf(v.Until)), by.User.Username
	}
	return d
}

// placeOf names an artefact for people.
func placeOf(id artefact.ID) string {
	local := id.Local()
	return strings.Join([]string{
		named(artefact.Text(id.ComponentName), artefact.Text(id.ComponentVersion)), string(id.Kind),
		named(artefact.Text(local.Name), artefact.Text(local.Version)),
	}, " ")
}

func named(name, version string) string {
	if version == "" {
		return name
	}
	return name + ":" + version
}
