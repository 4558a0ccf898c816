package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/metadata"
)

// complianceSummary tells how a component and all that it refers to stand, one element
// per path from the root. Nothing is cached, so there is nothing to bypass.
func (s *Server) complianceSummary(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := checkShortcut(r); err != nil {
		return err
	}
	if _, err := required(params, "version"); err != nil {
		return err
	}
	depth, err := recursionDepth(params.Get("recursion_depth"))
	if err != nil {
		return err
	}
	l, err := s.lookup(r)
	if err != nil {
		return err
	}
	root, err := l.id(r.Context(), s.cfg.Now())
	if err != nil {
		return err
	}
	components, order, err := summarised(r.Context(), l.finder, root, depth)
	if err != nil {
		return err
	}
	standings, err := s.standings(r.Context(), components, s.cfg.Profiles.For(params.Get("profile")))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", contentTypeJSON)
	return sent(writeSummary(w, order, standings))
}

// summarised resolves a component and those that are at most so many references away,
// and tells in which order they are listed: one per path, depth first.
func summarised(ctx context.Context, finder finders, root component.ID, depth int) (components []*component.Descriptor, order []component.ID, err error) {
	if depth == 0 {
		d, err := finder.Descriptor(ctx, root)
		return []*component.Descriptor{d}, []component.ID{root}, err
	}
	graph, err := walk(ctx, finder, root, component.WalkConfig{MaxDepth: min(max(depth, 0), component.DefaultMaxDepth)})
	if err != nil {
		return nil, nil, err
	}
	if err := countPaths(graph); err != nil {
		return nil, nil, fmt.Errorf("compliance summary of component version %s: %w", root, err)
	}
	for path := range graph.Paths() {
		if depth == everywhere || len(path) <= depth+1 {
			order = append(order, path[len(path)-1])
		}
	}
	return slices.Collect(graph.Descriptors()), order, nil
}

// checkShortcut reads the switches by which clients bypass a cache.
func checkShortcut(r *http.Request) error {
	if _, err := boolean(r.URL.Query(), "shortcutCache"); err != nil {
		return err
	}
	header := r.Header.Get("Shortcut-Cache")
	if header == "" || slices.Contains(trueTexts, header) || slices.Contains(falseTexts, header) {
		return nil
	}
	return badRequest("The Shortcut-Cache header is neither true nor false: %q.", shorten(header))
}

// standings are the elements of the answer, by component.
func (s *Server) standings(ctx context.Context, components []*component.Descriptor, profile *corecfg.Profile) (map[component.ID]json.RawMessage, error) {
	var types []metadata.Type
	if s.cfg.Findings != nil {
		for _, f := range s.cfg.Findings.Findings {
			if profile.ShowsFinding(f.Type) {
				types = append(types, f.Type)
			}
		}
	}
	all, err := s.core.Compliance(ctx, components, types)
	if err != nil {
		return nil, err
	}
	elements := make(map[component.ID]json.RawMessage, len(all))
	for _, c := range all {
		if elements[c.ID], err = json.Marshal(newSummary(c)); err != nil {
			return nil, err
		}
	}
	return elements, nil
}

// writeSummary writes one element after the other, so that a long answer does not have
// to be in memory.
func writeSummary(w http.ResponseWriter, order []component.ID, elements map[component.ID]json.RawMessage) error {
	out := bufio.NewWriterSize(w, chunk)
	begin := `{"complianceSummary":[`
	for _, id := range order {
		_, _ = out.WriteString(begin) // the next write has its error
		if _, err := out.Write(elements[id]); err != nil {
			return err
		}
		begin = ","
	}
	_, _ = out.WriteString("]}") // Flush has the error
	return out.Flush()
}

// summaryForm is a component of the answer.
type summaryForm struct {
	ComponentID struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"componentId"`
	Entries   []standingForm         `json:"entries" nullable:"false"`
	Artefacts []artefactStandingForm `json:"artefacts" nullable:"false"`
}

type artefactStandingForm struct {
	Artefact json.RawMessage `json:"artefact"`
	Entries  []standingForm  `json:"entries" nullable:"false"`
}

type standingForm struct {
	Type           metadata.Type       `json:"type"`
	Source         metadata.Datasource `json:"source"`
	Categorisation string              `json:"categorisation"`
	Value          int                 `json:"value"`
	ScanStatus     string              `json:"scanStatus" enum:"ok,no_data"`
}

func newSummary(c odg.ComponentStanding) summaryForm {
	var f summaryForm
	f.ComponentID.Name, f.ComponentID.Version = c.ID.Name, c.ID.Version
	f.Entries = newStandings(c.Standings)
	f.Artefacts = make([]artefactStandingForm, len(c.Artefacts))
	for i, a := range c.Artefacts {
		f.Artefacts[i] = artefactStandingForm{a.Artefact.AppendJSON(nil), newStandings(a.Standings)}
	}
	return f
}

func newStandings(all []odg.Standing) []standingForm {
	forms := make([]standingForm, len(all))
	for i, s := range all {
		forms[i] = standingForm{s.Type, s.Source, s.Categorisation, s.Value, "ok"}
		if !s.Scanned {
			forms[i].ScanStatus = "no_data"
		}
	}
	return forms
}
