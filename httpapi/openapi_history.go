package httpapi

import (
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// lifeDoc is odg.LifeDocument, whose entries write their own JSON.
type lifeDoc struct {
	Finding   []versionDoc `json:"finding" nullable:"false" doc:"What was stored under the id, the oldest first."`
	Decisions []versionDoc `json:"decisions" nullable:"false" doc:"The rescorings that are or were about it, of whatever scope, the oldest first."`
	Truncated bool         `json:"truncated" doc:"There are more versions than are told."`
	Since     *time.Time   `json:"history_since" doc:"From when on changes and deletions are known; null if all are."`
}

type versionDoc struct {
	ID    string   `json:"id"`
	Began turnDoc  `json:"began"`
	Ended *turnDoc `json:"ended" doc:"Null if it is stored at present."`
	Entry entryDoc `json:"entry"`
}

type turnDoc struct {
	What    string     `json:"what" enum:"inserted,changed,deleted,adopted" doc:"adopted: it was there when the history began."`
	At      *time.Time `json:"at" doc:"Null if it is not known."`
	Who     string     `json:"who" doc:"A user, or the datasource that wrote in nobody's name; empty if it is not known."`
	Request string     `json:"request" doc:"X-Request-Id of the request, or the command; empty if it is not known."`
}

// evidenceDoc is odg.EvidenceDocument.
type evidenceDoc struct {
	Component     string         `json:"component"`
	Version       string         `json:"version"`
	Released      time.Time      `json:"released"`
	AsOf          time.Time      `json:"as_of" doc:"The moment of verdict_then."`
	Since         *time.Time     `json:"history_since" doc:"From when on changes and deletions are known; null if all are."`
	Verdict       string         `json:"verdict" enum:"clean,failed,unable" doc:"By what was known then and what is known now, the worse counts."`
	VerdictThen   string         `json:"verdict_then" enum:"clean,failed,unable" doc:"By what was known at as_of alone."`
	Violations    []violationDoc `json:"violations" nullable:"false" doc:"By deadline."`
	Components    int            `json:"components"`
	Findings      int            `json:"findings" doc:"How many were judged by what is known now."`
	FindingsThen  int            `json:"findings_then" doc:"How many were judged by what was known then."`
	FoundLater    int            `json:"found_later" doc:"Discovered after the release; they do not count."`
	CouldNotJudge []string       `json:"could_not_judge" nullable:"false"`
	Unscanned     []unlookedDoc  `json:"unscanned" nullable:"false" doc:"Artefacts at which a datasource of the configured types has not looked until today."`
}

type violationDoc struct {
	ID               string `json:"id"`
	Known            string `json:"known" enum:"then,since,both" doc:"By which knowledge it was overdue."`
	Component        string `json:"component"`
	ComponentVersion string `json:"component_version"`
	Artefact         string `json:"artefact"`
	ArtefactVersion  string `json:"artefact_version"`
	Type             string `json:"type"`
	Finding          string `json:"finding" doc:"What was found, for people."`
	Severity         string `json:"severity"`
	Discovered       string `json:"discovered" format:"date"`
	Due              string `json:"due" format:"date" doc:"The first deadline that was missed."`
	DaysLate         int    `json:"days_late"`
	OpenAtRelease    bool   `json:"open_at_release"`
	DecidedOn        string `json:"decided_on,omitempty" format:"date" doc:"Day of the decision that came too late."`
	DecidedBy        string `json:"decided_by,omitempty"`
}

type unlookedDoc struct {
	Artefact   artefactDoc `json:"artefact"`
	Datasource string      `json:"datasource"`
}

func describeHistory(r huma.Registry) operations {
	return operations{
		"GET /findings/{id}/history": {
			OperationID: "findingHistory", Tags: []string{tagRescoring},
			Summary: "What became of a finding, and what was decided about it",
			Description: "Tells what was stored under the id from when until when, and the same of every rescoring that is or was about it: who did it, and by which request. " +
				"Also of findings that are not stored any more. Scans that find the same again make no version.",
			Parameters: []*huma.Param{{Name: "id", In: "path", Description: "Id of the finding.", Required: true, Schema: text()}},
			Responses: answers{200: answer("The history.", map[string]*huma.MediaType{"application/json": {Schema: schemaOf[lifeDoc](r)}})}.with(r, map[int]string{
				404: "No finding was ever stored under this id.",
				501: "The database keeps no history.",
			}),
		},
		"GET /components/sla": {
			OperationID: "sla", Tags: []string{tagComponents},
			Summary: "Whether anything was overdue when a component version was released",
			Description: "Judges the component version and all that it refers to at its release, twice: by the findings and decisions that were stored then, and by what is known today about it. " +
				"What was found later counts with its discovery date; decisions count that had been made before the release.",
			Parameters: []*huma.Param{
				needed("component_name", "Name of the component.", text()),
				needed("version", "Its version, or greatest.", text()),
				query("released", "When it was released, such as 2026-11-01 (its beginning, UTC) or 2026-11-01T12:00:00Z; when it was made if it is missing, as its descriptor says.", text()),
				query("as_of", "The moment whose knowledge verdict_then is by; the release if it is missing.", text()),
				repeated("type", "Types of findings; all that are configured if there are none."),
				query("ocm_repo_url", "Where the component is looked up first.", text()),
			},
			Responses: answers{200: answer("The evidence.", map[string]*huma.MediaType{"application/json": {Schema: schemaOf[evidenceDoc](r)}})}.with(r, historyFaults()),
		},
	}
}

// historyFaults are those of a walk, and of databases without a history.
func historyFaults() map[int]string {
	faults := walkFaults()
	faults[404] += " Or a type is not configured."
	faults[501] = "The database keeps no history."
	return faults
}
