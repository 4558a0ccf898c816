package rescore

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// Outcome says what became of a rescoring.
type Outcome string

// The outcomes of a rescoring.
const (
	Won        Outcome = "won"        // it decides
	Outranked  Outcome = "outranked"  // it applies, but another one goes before it
	Ended      Outcome = "ended"      // its valid_until has passed
	Elsewhere  Outcome = "elsewhere"  // it is about the same, in other artefacts
	Unreadable Outcome = "unreadable" // its data cannot be decoded
)

// Considered is a rescoring with what became of it.
type Considered struct {
	Rescoring   *metadata.Entry
	Specificity metadata.Specificity
	Automatic   bool // made by an extension, see [Automatic]
	Outcome     Outcome
	// Reason is a sentence for people.
	Reason string
}

// Explanation says why a finding is as severe as it is.
type Explanation struct {
	Decision
	// Considered are all rescorings of the finding's type and subject: in the order of
	// their precedence those that apply, ended ones among them, then, in this order
	// too, those that are about other artefacts.
	Considered []Considered
}

// Explain decides as [Decide] does, and tells of every rescoring that is about the
// same subject why it won or lost. Rescorings of other subjects are left out.
func Explain(finding metadata.Entry, rescorings []metadata.Entry, o Options, now time.Time) Explanation {
	e := Explanation{Decision: Decide(finding, Applicable(finding, rescorings, o), now)}
	var winner *ranked
	if e.Rescored() {
		winner = rank(e.Rescorings[0])
	}
	var list []*ranked
	for i := range rescorings {
		if concerns(finding, rescorings[i]) {
			list = append(list, rank(&rescorings[i]))
		}
	}
	slices.SortStableFunc(list, (*ranked).compare)
	for _, r := range list {
		c := Considered{Rescoring: r.entry, Specificity: r.specificity, Automatic: r.automatic}
		c.Outcome, c.Reason = o.outcome(finding, r, winner, now)
		e.Considered = append(e.Considered, c)
	}
	slices.SortStableFunc(e.Considered, func(a, b Considered) int { return cmp.Compare(a.rank(), b.rank()) })
	return e
}

func (c Considered) rank() int {
	if c.Outcome == Elsewhere {
		return 1
	}
	return 0
}

// outcome tells what became of r, in a sentence, too.
func (o Options) outcome(finding metadata.Entry, r, winner *ranked, now time.Time) (Outcome, string) {
	if attr := o.outside(r.entry.Artefact, finding.Artefact); attr != "" {
		return Elsewhere, fmt.Sprintf("it is for another %s: %s, and the finding is of %s",
			attr, value(r.entry.Artefact, attr), value(finding.Artefact, attr))
	}
	var given decided
	if err := r.entry.Data.Decode(&given); err != nil {
		return Unreadable, fmt.Sprintf("its data cannot be read: %v", err)
	}
	if given.ValidUntil.Over(now) {
		return Ended, fmt.Sprintf("it was valid until %s", given.ValidUntil)
	}
	if r.entry == winner.entry {
		return Won, "no other that applies is more specific, or, being as specific, of a person where it is not, or newer"
	}
	return Outranked, r.lost(winner)
}

// lost says by which rule the winner goes before r.
func (r *ranked) lost(winner *ranked) string {
	switch {
	case r.specificity != winner.specificity:
		return fmt.Sprintf("scope %s is wider than %s, that of the winner", r.specificity, winner.specificity)
	case r.automatic != winner.automatic:
		return "an extension made it, and a person the winner, for the same scope"
	case r.created.IsZero() && !winner.created.IsZero():
		return "its creation date is no time, that of the winner is"
	case !r.created.Equal(winner.created):
		return fmt.Sprintf("it was created %s, before the winner (%s), for the same scope", r.entry.Meta.CreationDate, winner.entry.Meta.CreationDate)
	}
	return "it was created at the same time as the winner, for the same scope, and has the greater id"
}
