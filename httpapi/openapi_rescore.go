package httpapi

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"github.com/opendeliverygear/odg/explain"
)

// proposalDoc is what there is to decide about one finding, or about several that are
// the same in different versions of a package.
type proposalDoc struct {
	Finding    json.RawMessage `json:"finding" doc:"Vulnerabilities, licenses and IP findings: severity, package_name, package_versions and what else is known of all versions together. Others: the data as it is stored."`
	Type       string          `json:"finding_type"`
	Severity   string          `json:"severity" doc:"Id of the category: as it was decided, or as the rules propose, or as the scanner found it."`
	Rules      []string        `json:"matching_rules" nullable:"false" doc:"What led to the severity; original-severity if nothing did."`
	Rescorings []storedDoc     `json:"applicable_rescorings" nullable:"false" doc:"All that apply and have not ended; the first one decides."`
	Discovered *string         `json:"discovery_date" format:"date"`
	Due        *string         `json:"due_date" format:"date" doc:"Null if there is nothing to do, or no date can be told."`
	Sprint     dueSprintDoc    `json:"sprint"`
	Writebacks []storedDoc     `json:"pending_scanner_writebacks" nullable:"true" doc:"Corrections that the scanner does not know yet; null for findings that are not about packages."`
	Fault      string          `json:"fault,omitempty" doc:"Why the finding cannot be judged, such as a severity that is not configured any more."`
}

// storedDoc is an entry with its id.
type storedDoc struct {
	Artefact       artefactDoc     `json:"artefact"`
	Meta           metaDoc         `json:"meta"`
	Data           json.RawMessage `json:"data"`
	DiscoveryDate  *string         `json:"discovery_date,omitempty" format:"date"`
	ProcessingTime *string         `json:"allowed_processing_time,omitempty"`
	ID             string          `json:"id"`
}

type dueSprintDoc struct {
	Name string `json:"name"`
	End  string `json:"end_date" format:"date" doc:"The day on which its findings are due."`
}

// explainDoc is explain.Document, whose entries write their own JSON.
type explainDoc struct {
	Finding       storedDoc            `json:"finding"`
	Original      string               `json:"original_severity" doc:"Id of the category that the scanner gave."`
	Severity      string               `json:"severity" doc:"Id of the category that holds."`
	Value         *int                 `json:"value" doc:"Value of the category; null if it is not configured."`
	Solved        bool                 `json:"solved" doc:"There is nothing to do."`
	Due           *string              `json:"due_date" format:"date"`
	DueBy         string               `json:"due_by" doc:"What the due date, or that there is none, follows from; empty if it cannot be told."`
	Sprint        dueSprintDoc         `json:"sprint"`
	ValidUntil    *string              `json:"valid_until" doc:"When the rescoring that decides ends; null if it does not, or none decides."`
	Rescorings    []consideredDoc      `json:"rescorings" nullable:"false" doc:"All about the same subject: those that apply in the order of their precedence, then others."`
	Rules         []explain.RuleResult `json:"rules" nullable:"false"`
	Proposed      *string              `json:"proposed_severity" doc:"What the rules propose for as long as nobody decides; null if nothing."`
	Configuration []explain.StepResult `json:"configuration" nullable:"false" doc:"What configuration contributed, in the order in which it counts."`
	Fault         string               `json:"fault,omitempty" doc:"Why the finding cannot be judged."`
}

type consideredDoc struct {
	Outcome     string    `json:"outcome" enum:"won,outranked,ended,elsewhere,unreadable"`
	Reason      string    `json:"reason" doc:"A sentence for people."`
	Specificity string    `json:"specificity" enum:"single,artefact,component,global"`
	Automatic   bool      `json:"automatic" doc:"An extension made it, not a person."`
	Rescoring   storedDoc `json:"rescoring"`
}

func describeRescoring(r huma.Registry) operations {
	const given = `{"entries": [{
  "artefact": {"component_name": "acme.org/shop", "artefact_kind": "resource", "artefact": {"artefact_name": "web", "artefact_type": "ociImage"}},
  "meta": {"datasource": "delivery-dashboard", "type": "rescorings"},
  "data": {"finding": {"package_name": "openssl", "cve": "CVE-2024-1"}, "referenced_type": "finding/vulnerability",
    "severity": "LOW", "matching_rules": ["custom-rescoring"], "comment": "not reachable", "valid_until": "2027-03-31"}
}]}`
	return operations{
		"GET /rescore": {
			OperationID: "proposals", Tags: []string{tagRescoring},
			Summary: "Findings of an artefact with what was decided",
			Description: "Tells for every finding of an artefact how severe it is, who decided that, and until when it is due. Findings in several versions of a package are one. " +
				"Where nobody has decided, rules may propose a severity by the artefact's label gardener.cloud/cve-categorisation; the due date stays that of the scanner's severity.",
			Parameters: []*huma.Param{
				needed("componentName", "Name of the component.", text()),
				needed("componentVersion", "Version of the component. Findings without one belong to all versions; greatest asks for these only.", text()),
				needed("artefactKind", "Kind of the artefact: artefact, resource, runtime or source.", text()),
				needed("artefactName", "Name of the artefact.", text()),
				needed("artefactVersion", "Version of the artefact.", text()),
				needed("artefactType", "Type of the artefact, such as ociImage.", text()),
				query("artefactExtraId", "Further parts of the identity as a JSON object.", text()),
				repeated("type", "Types of findings; all that are configured if there are none."),
			},
			Responses: answers{200: answer("What there is to decide, in the order of discovery.", map[string]*huma.MediaType{
				"application/json": {Schema: listOf(schemaOf[proposalDoc](r))},
				contentTypeNDJSON:  {Schema: schemaOf[proposalDoc](r)},
			})}.with(r, map[int]string{
				400: "A parameter is missing or malformed.",
				404: "A type is not configured.",
			}),
		},
		"GET /findings/{id}/explain": {
			OperationID: "explain", Tags: []string{tagRescoring},
			Summary: "Why a finding is as severe and as urgent as it is",
			Description: "Tells every rescoring, rule and piece of configuration that was considered, what became of it, and why. " +
				"A more specific rescoring wins over a wider one; for the same scope, a person's over an extension's, then the newer one.",
			Parameters: []*huma.Param{{Name: "id", In: "path", Description: "Id of the finding.", Required: true, Schema: text()}},
			Responses: answers{200: answer("The explanation.", map[string]*huma.MediaType{"application/json": {Schema: schemaOf[explainDoc](r)}})}.with(r, map[int]string{
				404: "No finding is stored under this id.",
			}),
		},
		"POST /rescore": {
			OperationID: "rescore", Tags: []string{tagRescoring},
			Summary: "Decide how severe findings are",
			Description: "Stores rescorings, all or none. What names more holds for less: an artefact version, an artefact, a component, or everything. " +
				"The author is the caller, whatever user says. Who decides the same once more, decides anew. valid_until is a day (the last one) or an instant: afterwards the rescoring counts for nothing. " +
				"The tracking issues of the artefacts follow.",
			RequestBody: jsonBody(schemaOf[entriesDoc](r), given),
			Responses: answers{201: answer("All rescorings are stored.", nil)}.with(r, map[int]string{
				400: "An entry is no rescoring, or is about a finding type, a category or a finding that there is not, or lacks the due date that its category asks for: " +
					"the sentence names the path of the fault. Or nobody is known as its author. Nothing is stored.",
				409: "Another entry has the same id. Nothing is stored.",
				413: "The body is larger than this server takes.",
				507: "There is no space left.",
			}),
		},
	}
}
