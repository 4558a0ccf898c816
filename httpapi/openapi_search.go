package httpapi

import (
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"github.com/opendeliverygear/odg/search"
)

// attributesDoc is what a user interface offers.
type attributesDoc struct {
	Fields        []search.Field `json:"fields" nullable:"false"`
	DefaultFields []string       `json:"defaultSearchFields" nullable:"false"`
}

func describeSearch(r huma.Registry) operations {
	const request = `{
  "criteria": [
    {"type": "ocm", "value": "acme.org/shop:1.0.0", "recursive": true},
    {"type": "artefact-metadata", "attr": "type", "value": "finding/vulnerability"},
    {"type": "fulltext", "value": "openssl"}
  ],
  "limit": 50
}`
	return operations{
		"GET /artefacts/metadata/query-attributes": {
			OperationID: "queryAttributes", Tags: []string{tagMetadata},
			Summary: "What can be searched",
			Responses: answers{200: answer("The attributes that a user interface offers, and those in which tokens are looked for.",
				jsonContent(schemaOf[attributesDoc](r), ""))}.with(r, nil),
		},
		"POST /artefacts/metadata/query/by-search-expression": {
			OperationID: "searchMetadata", Tags: []string{tagMetadata},
			Summary: "Search entries, page by page",
			Description: "Components are ORed, values of one attribute too; attributes and tokens are ANDed. A page has a nextCursor while there is more, " +
				"even if it is not full. effective.severity is compared by value, as data.severity; effective.due is a date; effective.due and " +
				"effective.rescoring are an empty text where there is none. " + fmt.Sprintf("A search has at most %d criteria; a text in them has at most %d characters, all values and fields together have at most %d bytes.",
				search.MaxCriteria, search.MaxText, search.MaxTexts),
			RequestBody: jsonBody(schemaOf[searchDoc](r), request),
			Responses: answers{200: answer("A page of entries.", jsonContent(schemaOf[resultDoc](r), ""))}.with(r, map[int]string{
				400: "Something is wrong with the search: the sentence says what, and at which path.",
				413: "The body is larger than this server takes.",
			}),
		},
	}
}
