package httpapi

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
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
