package httpapi

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/opendeliverygear/odg/responsible"
)

// responsiblesDoc is [responsible.Result].
type responsiblesDoc struct {
	Responsibles [][]responsible.Identifier `json:"responsibles" doc:"One list per person, of all identifiers that are known." nullable:"false"`
	Statuses     []responsible.Status       `json:"statuses" doc:"What to know about how they were found, of type error or info." nullable:"false"`
}

// describeArtefacts describes the routes about what components consist of.
func describeArtefacts(r huma.Registry) operations {
	return operations{
		"GET /ocm/artefacts/blob": {
			OperationID: "artefactBlob", Tags: []string{tagComponents},
			Summary: "Download an artefact",
			Description: "The first local blob of an artefact that is a resource or source of this name. It is verified on the way: " +
				"if it turns out to be wrong or too long, the connection breaks before the end.",
			Parameters: []*huma.Param{
				needed("component", "Name and version of the component with a colon between, such as acme.org/shop:1.0.0; the version may be greatest.", text()),
				needed("artefact", `Name of the artefact, or a JSON object with name, version and attributes of the extra identity, such as {"name": "tool", "os": "linux"}.`, text()),
				query("ocm_repository", "An OCI repository to look into before the configured ones.", text()),
				query("unzip", "Inflate content that is compressed with gzip.", &huma.Schema{Type: huma.TypeBoolean, Default: true}),
			},
			Responses: answers{
				200: answer("The content, with its media type; inflated content has the type of the artefact. Its ETag may be sent as If-None-Match.", anyContent()),
				304: answer("The content is that of If-None-Match.", nil),
			}.with(r, artefactFaults()),
		},
		"GET /ocm/component/responsibles": {
			OperationID: "componentResponsibles", Tags: []string{tagComponents},
			Summary: "Who is responsible for a component",
			Description: "Those whom the label of the resource or source of the name lists, or else that of the component, " +
				"with what the address book knows of them. What only a code host knows, such as the members of a team, is told in statuses.",
			Parameters: aboutVersion(
				query("artifact_name", "Name of a resource or source of the component.", text()),
				query("ignore_cache", "Ask the repositories even if the descriptor is remembered.", boolType())),
			Responses: answers{200: answer("Who is responsible.", jsonContent(schemaOf[responsiblesDoc](r), ""))}.with(r, versionFaults()),
		},
		"GET /components/sbom": {
			OperationID: "componentSBOMs", Tags: []string{tagComponents},
			Summary: "Download the SBOMs of a component",
			Description: "A tar of the SBOMs of all artefacts of the component and of those that it refers to, compressed with gzip as Content-Encoding. " +
				"Its files are <component>_<version>/<artefact>_<type>[_<extra identity>].json. Artefacts without an SBOM are left out.",
			Parameters: aboutVersion(query("recursion_depth", "How many references to follow; 0 is the component only, -1 all.",
				&huma.Schema{Type: huma.TypeInteger, Default: -1})),
			Responses: orInactive(r, "delivery-db", answers{200: answer("The archive.", content("application/x-tar", text(), ""))}.with(r, walkFaults())),
		},
	}
}

func artefactFaults() map[int]string {
	all := versionFaults()
	all[400] = "A parameter is missing or malformed, there is no such artefact, or it is not stored with the component."
	all[503] = "A repository does not answer, or there are too many downloads; try again after the time in Retry-After."
	return all
}
