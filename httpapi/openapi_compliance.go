package httpapi

import "github.com/danielgtaylor/huma/v2"

type summaryDoc struct {
	Summary []summaryElementDoc `json:"complianceSummary" nullable:"false"`
}

type summaryElementDoc struct {
	ComponentID struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"componentId"`
	Entries   []standingForm     `json:"entries" nullable:"false" doc:"The worst of its artefacts, per type of findings. A type that concerns none of them is missing."`
	Artefacts []artefactStateDoc `json:"artefacts" nullable:"false"`
}

type artefactStateDoc struct {
	Artefact artefactDoc    `json:"artefact"`
	Entries  []standingForm `json:"entries" nullable:"false" doc:"categorisation is the id of the worst category after rescoring; CLEAN (0) if there is none, or none above 0; UNKNOWN (-1) if nobody has looked, or no category is configured."`
}

func describeCompliance(r huma.Registry) operations {
	return operations{
		"GET /components/compliance-summary": {
			OperationID: "complianceSummary", Tags: []string{tagComponents},
			Summary:     "How a component and all that it refers to stand",
			Description: "One element per path from the root, the root itself first. It is computed when it is asked for, by the findings, rescorings and configuration of that moment.",
			Parameters: []*huma.Param{
				needed("component_name", "Name of the component.", text()),
				needed("version", "Its version, or greatest.", text()),
				query("ocm_repo_url", "Where the component is looked up first.", text()),
				query("recursion_depth", "How many references to follow; -1 for all.", &huma.Schema{Type: huma.TypeInteger, Default: -1}),
				query("profile", "The profile whose finding types are told; the first one if it is missing. An unknown one restricts nothing.", text()),
				query("shortcutCache", "Without effect, as nothing is cached.", boolType()),
			},
			Responses: answers{200: answer("The components.", jsonContent(schemaOf[summaryDoc](r), `{"complianceSummary": [{"componentId": {"name": "acme.org/shop", "version": "1.0.0"},
				"entries": [{"type": "finding/vulnerability", "source": "bdba", "categorisation": "HIGH", "value": 4, "scanStatus": "ok"}], "artefacts": []}]}`))}.with(r, walkFaults()),
		},
	}
}
