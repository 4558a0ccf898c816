package httpapi

import "github.com/danielgtaylor/huma/v2"

func describeDocumentation(r huma.Registry) operations {
	page := func(id string) *huma.Operation {
		return &huma.Operation{
			OperationID: id, Tags: []string{tagService},
			Summary:   "This documentation, to read",
			Responses: answers{200: answer("A page that needs nothing else.", content("text/html", text(), ""))}.with(r, nil),
		}
	}
	document := func(id string) *huma.Operation {
		return &huma.Operation{
			OperationID: id, Tags: []string{tagService},
			Summary: "This documentation, for programs",
			Responses: answers{
				200: answer("An OpenAPI 3.1 document.", jsonContent(&huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}, "")),
				304: answer("The document is the one of If-None-Match.", nil),
			}.with(r, nil),
		}
	}
	return operations{
		"GET /api/v1/doc":              page("documentation"),
		"GET /api/v1/doc/{$}":          page("documentationFolder"),
		"GET /api/v1/doc/swagger.json": document("swagger"),
		"GET /api/v1/openapi.json":     document("openapi"),
	}
}

func describeService(r huma.Registry) operations {
	return operations{
		"GET /ready": {
			OperationID: "ready", Tags: []string{tagService},
			Summary:     "Is the server there?",
			Description: "For probes: says nothing about the database. With verbose, it tells people more.",
			Parameters:  []*huma.Param{query("verbose", "Tell the state of configuration and store.", boolType())},
			Responses: answers{
				200: answer("The server serves. The body is empty unless verbose is set.", jsonContent(schemaOf[readiness](r), "")),
				400: answer("verbose is neither true nor false.", content("text/plain", text(), "")),
				503: answer("With verbose only: the store does not answer.", jsonContent(schemaOf[readiness](r), "")),
			}.with(r, nil),
		},
		"GET /metrics": {
			OperationID: "metrics", Tags: []string{tagService},
			Summary:   "Metrics",
			Responses: answers{200: answer("What was counted, in the text form of Prometheus.", content("text/plain", text(), ""))}.with(r, nil),
		},
	}
}
