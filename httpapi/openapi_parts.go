package httpapi

import (
	"encoding/json"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/opendeliverygear/odg/internal/problem"
)

func text() *huma.Schema     { return &huma.Schema{Type: huma.TypeString} }
func boolType() *huma.Schema { return &huma.Schema{Type: huma.TypeBoolean, Default: false} }

func oneOf(first any, others ...any) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Default: first, Enum: append([]any{first}, others...)}
}

func number(least, most, usual int) *huma.Schema {
	low, high := float64(least), float64(most)
	return &huma.Schema{Type: huma.TypeInteger, Minimum: &low, Maximum: &high, Default: usual}
}

func date() *huma.Schema { return &huma.Schema{Type: huma.TypeString, Format: "date"} }

func listOf(items *huma.Schema) *huma.Schema { return &huma.Schema{Type: huma.TypeArray, Items: items} }

// query is a parameter of the query.
func query(name, description string, schema *huma.Schema) *huma.Param {
	return &huma.Param{Name: name, In: "query", Description: description, Schema: schema}
}

// needed is a parameter of the query that must be there.
func needed(name, description string, schema *huma.Schema) *huma.Param {
	p := query(name, description, schema)
	p.Required = true
	return p
}

// repeated is a parameter of the query that may occur several times.
func repeated(name, description string) *huma.Param { return query(name, description, listOf(text())) }

func header(name, description string) *huma.Param {
	return &huma.Param{Name: name, In: "header", Description: description, Required: true, Schema: text()}
}

// content is a body of one media type. The example is JSON, or text if it is none.
func content(mediaType string, schema *huma.Schema, example string) map[string]*huma.MediaType {
	m := &huma.MediaType{Schema: schema}
	switch {
	case json.Valid([]byte(example)):
		m.Example = json.RawMessage(example)
	case example != "":
		m.Example = example
	}
	return map[string]*huma.MediaType{mediaType: m}
}

func jsonContent(schema *huma.Schema, example string) map[string]*huma.MediaType {
	return content("application/json", schema, example)
}

func jsonBody(schema *huma.Schema, example string) *huma.RequestBody {
	return &huma.RequestBody{Content: jsonContent(schema, example), Required: true}
}

// answers are responses by status.
type answers map[int]*huma.Response

func answer(description string, content map[string]*huma.MediaType) *huma.Response {
	return &huma.Response{Description: description, Content: content}
}

// with adds what goes wrong: a sentence per status.
func (a answers) with(r huma.Registry, faults map[int]string) map[string]*huma.Response {
	responses := map[string]*huma.Response{}
	for status, response := range a {
		responses[strconv.Itoa(status)] = response
	}
	for status, description := range faults {
		body := content("text/plain", text(), "")
		body[problem.ContentType] = &huma.MediaType{Schema: schemaOf[problemDoc](r)}
		responses[strconv.Itoa(status)] = answer(description, body)
	}
	return responses
}

// problemDoc is an error of RFC 9457.
type problemDoc problem.Details

// inactiveDoc is the one error that is always JSON.
type inactiveDoc struct {
	ErrorID         string   `json:"error_id" enum:"feature-inactive"`
	MissingFeatures []string `json:"missing_features" doc:"Names of the features that are not there." nullable:"false"`
}

// orInactive adds to the answer 400 that the feature may be inactive.
func orInactive(r huma.Registry, feature string, responses map[string]*huma.Response) map[string]*huma.Response {
	inactive := inactiveAnswer(r, feature)
	if responses["400"] == nil {
		responses["400"] = inactive
		return responses
	}
	responses["400"].Description += " Or, as JSON: the feature " + feature + " is inactive."
	responses["400"].Content["application/json"] = inactive.Content["application/json"]
	return responses
}

func inactiveAnswer(r huma.Registry, feature string) *huma.Response {
	return answer("The feature "+feature+" is inactive.", jsonContent(schemaOf[inactiveDoc](r),
		`{"error_id": "feature-inactive", "missing_features": ["`+feature+`"]}`))
}
