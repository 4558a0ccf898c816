package httpapi

import "github.com/danielgtaylor/huma/v2"

func describeVEX(r huma.Registry) operations {
	object := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
	const given = `{
  "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://acme.org/vex/1", "author": "Acme", "timestamp": "2026-10-30T00:00:00Z", "version": 1,
  "statements": [{"vulnerability": {"name": "CVE-2024-1"}, "products": [{"@id": "pkg:oci/web?tag=1.4.2"}],
    "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path"}]
}`
	return operations{
		"GET /components/vex": {
			OperationID: "exportVEX", Tags: []string{tagRescoring},
			Summary: "VEX document of a component version",
			Description: "Says of every vulnerability that was found in a component version how it stands with it: not_affected or fixed if it was rescored to a category with the value 0, " +
				"affected if it was rescored to another one, else under_investigation. Components that it refers to are not part of it.",
			Parameters: []*huma.Param{
				needed("component_name", "Name of the component.", text()),
				needed("version", "Its version, or greatest.", text()),
				needed("format", "OpenVEX 0.2.0 or CycloneDX 1.6, both in JSON.", &huma.Schema{Type: huma.TypeString, Enum: []any{"openvex", "cyclonedx"}}),
				query("author", "Who issues the document; Open Delivery Gear if it is missing.", text()),
				query("ocm_repo_url", "Where greatest is looked up first.", text()),
				query("ignore_lookup", "Look it up nowhere else.", boolType()),
			},
			Responses: answers{200: answer("The document.", map[string]*huma.MediaType{
				"application/json":   {Schema: object},
				contentTypeCycloneDX: {Schema: object},
			})}.with(r, map[int]string{
				400: "A parameter is missing or malformed.",
				404: "Nothing is known of the component version, or no vulnerability was found in it, or finding/vulnerability is not configured.",
				502: "A registry denies the component, or sends what is none.",
				503: "A registry does not answer.",
			}),
		},
		"POST /components/vex": {
			OperationID: "importVEX", Tags: []string{tagRescoring},
			Summary: "Take over what a VEX document says",
			Description: "Turns the statements of an OpenVEX 0.2.0 or CycloneDX 1.4 to 1.7 document in JSON into rescorings of the vulnerabilities that they are about, all or none. " +
				"The author is the caller; that of the document is named in the comment. The youngest statement about a finding counts; a rescoring that is younger, or holds for less, stays as it is. " +
				"The tracking issues of the artefacts follow.",
			Parameters: []*huma.Param{
				query("scope", "For how much the decisions hold.", oneOf("single", "artefact", "component", "global")),
				query("valid_until", "When they end, unless a statement says it: the last day, or an instant.", text()),
				repeated("status", "What a status means, as STATUS=CATEGORY. By default, not_affected and fixed mean the first category with the value 0 to which people may rescore, affected and under_investigation nothing."),
				query("partial", "Take over what can be, though the document names products that nothing here is.", boolType()),
				query("dry_run", "Tell what would be decided, and store nothing.", boolType()),
			},
			RequestBody: jsonBody(object, given),
			Responses: answers{
				200: answer("What would be decided.", jsonContent(schemaOf[importedForm](r), "")),
				201: answer("What was decided is stored.", jsonContent(schemaOf[importedForm](r), "")),
			}.with(r, map[int]string{
				400: "The document has faults, or names products that nothing here is, each told with its path; or a parameter is malformed; or nobody is known as the author. Nothing is stored.",
				404: "finding/vulnerability is not configured.",
				409: "Another entry has the same id. Nothing is stored.",
				413: "The body is larger than this server takes.",
				507: "There is no space left.",
			}),
		},
	}
}
