package httpapi

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"github.com/opendeliverygear/odg/component"
)

type dependenciesDoc struct {
	Components []componentForm `json:"componentDependencies" nullable:"false"`
}

type dependencyPathsDoc struct {
	Components []dependencyPathDoc `json:"componentDependencies" nullable:"false"`
}

type dependencyPathDoc struct {
	Name               string            `json:"name"`
	Version            string            `json:"version"`
	RepositoryContexts []json.RawMessage `json:"repositoryContexts" nullable:"false"`
	Path               []referencedForm  `json:"comp_ref" doc:"The path from the root to this component." nullable:"false"`
}

type diffDoc struct {
	Left  component.ID `json:"left_component"`
	Right component.ID `json:"right_component"`
}

type differenceDoc struct {
	Added   []component.ID        `json:"components_added" nullable:"false"`
	Removed []component.ID        `json:"components_removed" nullable:"false"`
	Changed []changedComponentDoc `json:"components_changed" doc:"Pairs of the same name: left is a component, right one with its changed resources and labels." nullable:"false"`
}

type changedComponentDoc struct {
	Left  component.ID `json:"left"`
	Right changedDoc   `json:"right"`
}

type changedDoc struct {
	Name      string              `json:"name"`
	Version   string              `json:"version"`
	Resources changedResourcesDoc `json:"resources"`
	Labels    labelPairsDoc       `json:"label_diff"`
}

type changedResourcesDoc struct {
	Added   []resourceForm       `json:"added" nullable:"false"`
	Removed []resourceForm       `json:"removed" nullable:"false"`
	Changed []changedResourceDoc `json:"changed" nullable:"false"`
}

type changedResourceDoc struct {
	From resourceForm   `json:"from"`
	To   map[string]any `json:"to" doc:"A resource, with its changed labels in label_diff: added, removed, and changed with from and to."`
}

type labelPairsDoc struct {
	Left    []labelForm   `json:"labels_only_left" nullable:"false"`
	Right   []labelForm   `json:"labels_only_right" nullable:"false"`
	Changed [][]labelForm `json:"label_pairs_changed" doc:"Pairs of left and right." nullable:"false"`
}

// aboutVersion are the parameters that name a component version, and more.
func aboutVersion(more ...*huma.Param) []*huma.Param {
	return append([]*huma.Param{
		needed("component_name", "Name of the component, such as acme.org/shop.", text()),
		query("version", "Version of the component; the greatest one if it is missing or greatest.", text()),
		query("ocm_repo_url", "An OCI repository to look into before the configured ones.", text()),
		query("ignore_lookup", "Look into ocm_repo_url only.", boolType()),
	}, more...)
}

// versionFaults are the answers about a component version that went wrong.
func versionFaults() map[int]string {
	return map[int]string{
		400: "A parameter is missing or malformed.", 404: "There is no such component version.",
		422: "The component is larger than this server takes.", 424: "The component descriptor is malformed.",
		502: "A repository keeps the component from this server, or answers wrongly.",
		503: "A repository does not answer; try again after the time in Retry-After.",
	}
}

// walkFaults are those about a component version and all that it refers to.
func walkFaults() map[int]string {
	all := versionFaults()
	all[422] = "A component refers to one that is missing or back to itself, or there are too many of them."
	return all
}

func describeComponents(r huma.Registry) operations {
	return operations{
		"GET /ocm/component": {
			OperationID: "component", Tags: []string{tagComponents},
			Summary:     "Component descriptor",
			Description: "The descriptor of a component version with all keys, or as it was written.",
			Parameters: aboutVersion(query("raw", "The document as it was written, as a text.", boolType()),
				query("ignore_cache", "Ask the repositories even if the descriptor is remembered.", boolType())),
			Responses: answers{
				200: answer("The descriptor. Its ETag may be sent as If-None-Match.",
					jsonContent(&huma.Schema{AnyOf: []*huma.Schema{schemaOf[descriptorForm](r), text()}}, "")),
				304: answer("The descriptor is the one of If-None-Match.", nil),
			}.with(r, versionFaults()),
		},
		"GET /ocm/component/versions": {
			OperationID: "componentVersions", Tags: []string{tagComponents},
			Summary: "Versions of a component",
			Parameters: aboutVersion(
				query("max", "How many versions, the greatest ones. It does not count with start_date.", &huma.Schema{Type: huma.TypeInteger, Default: 5}),
				query("version_filter", "any, semver_any, semver_releases, semver_non_releases, or a regular expression for the whole version. It replaces the filters of the repositories.", text()),
				query("start_date", "Only versions that were created on this day or later, the latest first.", date()),
				query("end_date", "And not after this day; today if it is missing.", date())),
			Responses: answers{200: answer("Versions, the greatest last.", jsonContent(listOf(text()), `["0.9.0", "1.0.0"]`))}.with(r, versionFaults()),
		},
	}
}

func describeDependencies(r huma.Registry) operations {
	return operations{
		"GET /ocm/component/dependencies": {
			OperationID: "componentDependencies", Tags: []string{tagComponents},
			Summary:     "Component with all that it refers to",
			Description: "One element per path from the root, the root itself first.",
			Parameters:  aboutVersion(query("populate", "Whole components, or names and versions only.", oneOf("all", "componentReferences"))),
			Responses: answers{200: answer("Components with the path to each.", jsonContent(&huma.Schema{
				AnyOf: []*huma.Schema{schemaOf[dependenciesDoc](r), schemaOf[dependencyPathsDoc](r)},
			}, ""))}.with(r, walkFaults()),
		},
		"POST /components/diff": {
			OperationID: "componentsDiff", Tags: []string{tagComponents},
			Summary: "Compare two component versions",
			RequestBody: jsonBody(schemaOf[diffDoc](r),
				`{"left_component": {"name": "acme.org/shop", "version": "1.0.0"}, "right_component": {"name": "acme.org/shop", "version": "1.1.0"}}`),
			Responses: answers{200: answer("What was added, removed and changed among all components of both; empty lists if they are equal.",
				jsonContent(schemaOf[differenceDoc](r), ""))}.with(r, walkFaults()),
		},
	}
}
