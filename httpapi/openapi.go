package httpapi

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// operations describe routes, by method and path as they stand in routes.go.
type operations map[string]*huma.Operation

// described are all groups of routes. Every route of routes.go is in one of them,
// and nothing else is: a test sees to it.
var described = []func(huma.Registry) operations{
	describeMetadata, describeQuery, describeChanges, describeSearch, describeComponents, describeDependencies, describeArtefacts,
	describeDelivery, describeSprints, describeRescoring, describeUploads, describeBlobs, describeCache, describeDocumentation,
	describeExtensions, describeBacklog, describeRuntime, describeService, describeCompliance, describeVEX, describeHistory, describeInactive,
}

// document is the OpenAPI document of the routes of s.
func (s *Server) document() *huma.OpenAPI {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	all := operations{}
	for _, describe := range described {
		for route, operation := range describe(registry) {
			all[route] = operation
		}
	}
	nullableForms(registry)
	document := &huma.OpenAPI{
		OpenAPI:    "3.1.0",
		Info:       &huma.Info{Title: "ODG Core", Version: "1", Description: aboutAPI},
		Paths:      map[string]*huma.PathItem{},
		Components: &huma.Components{Schemas: registry},
		Tags:       tags,
	}
	if s.cfg.BaseURL != "" {
		document.Servers = []*huma.Server{{URL: strings.TrimSuffix(s.cfg.BaseURL, "/")}}
	}
	for _, r := range s.routes() {
		if operation := all[r.method+" "+r.path]; operation != nil {
			operation.Method, operation.Path = r.method, strings.TrimSuffix(r.path, "{$}")
			document.AddOperation(operation)
		}
	}
	return document
}

const aboutAPI = `The HTTP API of ODG Core, the heart of the Open Delivery Gear: findings, snapshots, rescorings and scan infos about the artefacts of a delivery, and the components that they belong to.

Request bodies may be compressed with gzip or deflate; limits count what comes out. Parameters that take several values are repeated. Booleans are true, True, t, yes, y, 1, on or false, False, f, no, n, 0, off.

Errors are a sentence of text, or RFC 9457 for requests that accept application/problem+json. Unknown paths answer 404, other methods of known paths 405, a body above the limit 413, an unknown content encoding 415. 503 says in Retry-After when to try again. Who sends an Origin that is allowed may read every answer from a browser; OPTIONS of any path answers 200. Every answer has the header X-Request-Id: that of the request, if it is one of up to 128 letters, digits and ._:/+=@-, or one of the server's; logs and the history of findings name it.`

const (
	tagMetadata   = "Metadata"
	tagComponents = "Components"
	tagDelivery   = "Delivery"
	tagRescoring  = "Rescoring"
	tagStorage    = "Blobs and cache"
	tagExtensions = "Extensions"
	tagService    = "Service"
	tagInactive   = "Not there yet"
)

var tags = []*huma.Tag{
	{Name: tagMetadata, Description: "What is known about artefacts: to write, to read, to search, to follow."},
	{Name: tagComponents, Description: "Component descriptors of the Open Component Model, as the configured repositories have them."},
	{Name: tagDelivery, Description: "What the web UI asks for at its start: features, profiles, sprints."},
	{Name: tagRescoring, Description: "What was found, what was decided about it, and to decide."},
	{Name: tagStorage, Description: "Files that are addressed by their digest, and what others have cached."},
	{Name: tagExtensions, Description: "Who scans, what waits to be scanned, and what was seen running."},
	{Name: tagService, Description: "Health, metrics and this documentation."},
	{Name: tagInactive, Description: "Routes of existing installations that this version answers with 400: the feature is inactive."},
}

// schemaName is that of the Go type, without what tells that it is a form.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for _, suffix := range []string{"Form", "Doc"} {
		name = strings.TrimSuffix(name, suffix)
	}
	return name
}

// schemaOf is the schema of a Go type as package json writes it.
func schemaOf[T any](r huma.Registry) *huma.Schema { return r.Schema(reflect.TypeFor[T](), true, "") }
