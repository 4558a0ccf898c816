package httpapi

import (
	"encoding/json"
	"slices"

	"github.com/opendeliverygear/odg/component"
)

// referencedForm names a component on the path from the root to another one.
type referencedForm struct {
	Name               string            `json:"name"`
	Version            string            `json:"version"`
	RepositoryContexts []json.RawMessage `json:"repositoryContexts"`
}

func referenced(graph *component.Graph, id component.ID) referencedForm {
	form := referencedForm{Name: id.Name, Version: id.Version, RepositoryContexts: []json.RawMessage{}}
	if d := graph.Node(id).Descriptor; d != nil {
		form.RepositoryContexts = append(form.RepositoryContexts, d.RepositoryContexts...)
	}
	return form
}

func pathForm(graph *component.Graph, path []component.ID) []referencedForm {
	return each(path, func(id component.ID) referencedForm { return referenced(graph, id) })
}

// componentReference names the end of a path.
func componentReference(graph *component.Graph, path []component.ID) any {
	return struct {
		referencedForm
		Path []referencedForm `json:"comp_ref"`
	}{referenced(graph, path[len(path)-1]), pathForm(graph, path)}
}

// wholeComponent is the component at the end of a path.
func wholeComponent(graph *component.Graph, path []component.ID) any {
	form := componentJSON(graph.Node(path[len(path)-1]).Descriptor)
	form.Path = pathForm(graph, path)
	markMainSource(form.Sources)
	return form
}

const labelSource = "cloud.gardener/cicd/source"

// markMainSource labels the first source as the main one if no source tells its
// classification.
func markMainSource(sources []sourceForm) {
	classified := slices.ContainsFunc(sources, func(s sourceForm) bool {
		return slices.ContainsFunc(s.Labels, func(l labelForm) bool { return l.Name == labelSource })
	})
	if len(sources) > 0 && !classified {
		sources[0].Labels = append(sources[0].Labels, labelForm{
			Name: labelSource, Value: json.RawMessage(`{"repository-classification":"main"}`),
		})
	}
}
