package findingcfg

import (
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// Effective returns how a finding stands, given the rescorings that apply to it, best
// first, as [rescore.Index.For] returns them. It returns false if the finding's type is
// not configured, or does not concern its artefact.
func (c *Config) Effective(finding metadata.Entry, applicable []*metadata.Entry, now time.Time) (rescore.Effective, bool) {
	f, ok := c.For(finding.Meta.Type)
	if !ok || !f.Matches(finding.Artefact) {
		return rescore.Effective{}, false
	}
	return f.Judge(finding, applicable, now).Effective(), true
}

// Effective is the part of j that a database keeps. What is solved has no due date.
func (j Judgement) Effective() rescore.Effective {
	e := rescore.Effective{Severity: j.Severity, Value: rescore.UnknownValue, Due: j.Due}
	if j.Category != nil {
		e.Value = j.Category.Value
	}
	if e.Value == 0 {
		e.Due = ""
	}
	if j.Rescored() {
		e.Rescoring = j.Rescorings[0].ID()
		e.Until, _ = j.ValidUntil.Time() // there is none: zero
	}
	return e
}
