package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Routes are all routes of s as METHOD path.
func (s *Server) Routes() []string {
	return each(s.routes(), func(r route) string { return r.method + " " + r.path })
}

// Described are the routes that have a description, as METHOD path.
func Described() []string {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	var routes []string
	for _, describe := range described {
		for route := range describe(registry) {
			routes = append(routes, route)
		}
	}
	return routes
}

// CheckAnswer checks an answer against the description of its route.
func (s *Server) CheckAnswer(method, path string, status int, contentType string, body []byte) error {
	document := s.document()
	item := document.Paths[path]
	if item == nil {
		return nil // not a route
	}
	i := slices.IndexFunc(operationsOf(item), func(o *huma.Operation) bool { return o.Method == method })
	if i < 0 {
		return nil
	}
	response := operationsOf(item)[i].Responses[strconv.Itoa(status)]
	if response == nil {
		return fmt.Errorf("status %d is not described", status)
	}
	if len(body) == 0 {
		return nil
	}
	contentType, _, _ = strings.Cut(contentType, ";")
	described := response.Content[contentType]
	if described == nil {
		described = response.Content["application/octet-stream"] // which stands for any content
	}
	if described == nil {
		return fmt.Errorf("content type %q of %d is not described", contentType, status)
	}
	if contentType != "application/json" {
		return nil
	}
	return checkJSON(document.Components.Schemas, described.Schema, body)
}

func checkJSON(registry huma.Registry, schema *huma.Schema, body []byte) error {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return err
	}
	for _, s := range registry.Map() {
		s.PrecomputeMessages()
	}
	schema.PrecomputeMessages()
	result := &huma.ValidateResult{}
	huma.Validate(registry, schema, huma.NewPathBuffer([]byte{}, 0), huma.ModeReadFromServer, value, result)
	return errors.Join(result.Errors...)
}

// CheckExamples checks the examples of the document against their schemas, and
// returns how many there are.
func (s *Server) CheckExamples() (count int, err error) {
	document := s.document()
	check := func(where string, content map[string]*huma.MediaType) {
		if m := content["application/json"]; m != nil && m.Example != nil {
			count++
			if fault := checkJSON(document.Components.Schemas, m.Schema, m.Example.(json.RawMessage)); fault != nil {
				err = errors.Join(err, fmt.Errorf("%s: %w", where, fault))
			}
		}
	}
	for path, item := range document.Paths {
		for _, o := range operationsOf(item) {
			if o.RequestBody != nil {
				check(o.Method+" "+path, o.RequestBody.Content)
			}
			for status, response := range o.Responses {
				check(o.Method+" "+path+" "+status, response.Content)
			}
		}
	}
	return count, err
}
