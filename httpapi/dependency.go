package httpapi

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/opendeliverygear/odg/component"
)

// dependencies tells each path from a component to all that it refers to.
func (s *Server) dependencies(w http.ResponseWriter, r *http.Request) error {
	l, err := s.lookup(r)
	if err != nil {
		return err
	}
	form := wholeComponent
	switch populate := r.URL.Query().Get("populate"); populate {
	case "", "all":
	case "componentReferences":
		form = componentReference
	default:
		return badRequest("populate: %q is unknown, want all or componentReferences", shorten(populate))
	}
	root, err := l.id(r.Context(), s.cfg.Now())
	if err != nil {
		return err
	}
	graph, err := walk(r.Context(), l.finder, root, component.WalkConfig{})
	if err != nil {
		return err
	}
	if err := countPaths(graph); err != nil {
		return fmt.Errorf("dependencies of component version %s: %w", root, err)
	}
	w.Header().Set("Content-Type", contentTypeJSON)
	return sent(writePaths(w, graph, form))
}

// The answer about dependencies repeats components, as there may be many paths to
// each: these limit the paths, and the steps of all of them together.
const (
	maxPaths = 10_000
	maxSteps = 200_000
)

func countPaths(graph *component.Graph) error {
	paths, steps := 0, 0
	for path := range graph.Paths() {
		paths, steps = paths+1, steps+len(path)
		if paths > maxPaths || steps > maxSteps {
			return fmt.Errorf("more than %d paths, or %d steps on them: %w", maxPaths, maxSteps, component.ErrLimit)
		}
	}
	return nil
}

// writePaths writes one element after the other, so that a long answer does not have
// to be in memory.
func writePaths(w io.Writer, graph *component.Graph, form func(*component.Graph, []component.ID) any) error {
	out := bufio.NewWriterSize(w, chunk)
	begin := `{"componentDependencies":[`
	for path := range graph.Paths() {
		element, err := json.Marshal(form(graph, path))
		if err != nil {
			return err
		}
		_, _ = out.WriteString(begin) // the next write has its error
		if _, err := out.Write(element); err != nil {
			return err
		}
		begin = ","
	}
	_, _ = out.WriteString("]}")
	return out.Flush()
}

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
