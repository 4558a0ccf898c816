package vex

import (
	"strings"
	"time"

	"github.com/opendeliverygear/odg/artefact"
)

// remark is what a rescoring remembers of a statement, in its comment:
//
//	VEX not_affected code_not_reachable will_not_fix 2026-10-01T12:00:00Z
//	Author: Acme
//	The function is never called.
//
// The author is there if somebody else answers for the rescoring. A comment without
// that first line is the notes alone.
type remark struct {
	status        Status
	justification Justification
	responses     []Response
	at            time.Time // of the statement, zero if it has none
	author        string    // of the statement, empty if it is the user of the rescoring
	notes         string
}

const (
	remarkHead   = "VEX "
	remarkAuthor = "Author: "
)

func (r remark) String() string {
	head := []string{"VEX", string(r.status)}
	if r.justification != "" {
		head = append(head, string(r.justification))
	}
	for _, response := range r.responses {
		head = append(head, string(response))
	}
	if !r.at.IsZero() {
		head = append(head, r.at.UTC().Format(time.RFC3339Nano))
	}
	s := strings.Join(head, " ")
	if r.author != "" || strings.HasPrefix(r.notes, remarkAuthor) { // notes are no author
		s += "\n" + remarkAuthor + r.author
	}
	if r.notes != "" {
		s += "\n" + r.notes
	}
	return s
}

func parseRemark(comment *string) remark {
	text := clean(artefact.Text(comment))
	head, notes, _ := strings.Cut(text, "\n")
	words := strings.Fields(head)
	if !strings.HasPrefix(head, remarkHead) || len(words) < 2 || Status(words[1]).Validate() != nil {
		return remark{notes: text}
	}
	r := remark{status: Status(words[1]), notes: strings.TrimSpace(notes)}
	if author, found := strings.CutPrefix(r.notes, remarkAuthor); found {
		author, notes, _ = strings.Cut(author, "\n")
		r.author, r.notes = strings.TrimSpace(author), strings.TrimSpace(notes)
	}
	for _, word := range words[2:] {
		at, err := time.Parse(time.RFC3339Nano, word)
		switch {
		case err == nil:
			r.at = at.UTC()
		case Justification(word).known():
			r.justification = Justification(word)
		case Response(word).known():
			r.responses = append(r.responses, Response(word))
		default:
			return remark{notes: text}
		}
	}
	return r
}

// beside returns the remark as it reads beside a category: its status says the same.
func (r remark) beside(solved bool) remark {
	switch {
	case solved && !r.status.solves():
		r.status = NotAffected
	case !solved && (r.status == "" || r.status.solves()):
		r.status = Affected
	}
	if r.status != NotAffected {
		r.justification = ""
	}
	return r
}

// same tells if two remarks say the same, whoever says it, and when.
func (r remark) same(other remark) bool {
	other.at, other.author = r.at, r.author
	return r.String() == other.String()
}

// remarkOf is what is remembered of s.
func remarkOf(s Statement) remark {
	notes := s.Notes
	if s.Status == Affected && s.Decision.Severity == "" { // what ODG writes there is no reason
		notes = joinTexts(notes, s.Action)
	}
	r := remark{status: s.Status, responses: s.Responses, notes: strings.TrimSpace(notes)}
	if s.Status == NotAffected {
		r.justification = s.Justification
	}
	return r
}
