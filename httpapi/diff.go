package httpapi

import (
	"encoding/json"
	"net/http"

	"github.com/opendeliverygear/odg/component"
)

func (s *Server) componentsDiff(w http.ResponseWriter, r *http.Request) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	var ids struct {
		Left  *component.ID `json:"left_component"`
		Right *component.ID `json:"right_component"`
	}
	if err := json.Unmarshal(body, &ids); err != nil {
		return badRequest("%v", err)
	}
	if ids.Left == nil || ids.Right == nil {
		return badRequest("left_component and right_component are required, each with name and version")
	}
	finder, err := s.finder(r.Context(), "", false)
	if err != nil {
		return err
	}
	left, err := walk(r.Context(), finder, *ids.Left)
	if err != nil {
		return err
	}
	right, err := walk(r.Context(), finder, *ids.Right)
	if err != nil {
		return err
	}
	return writeJSON(w, diffJSON(component.Diff(left, right)))
}

func diffJSON(d component.Difference) any {
	return map[string]any{
		"components_added":   append([]component.ID{}, d.Added...),
		"components_removed": append([]component.ID{}, d.Removed...),
		"components_changed": each(d.Changed, func(c component.Change) any {
			return map[string]any{
				"left": c.From,
				"right": map[string]any{
					"name": c.To.Name, "version": c.To.Version,
					"resources": map[string]any{
						"added":   each(c.Resources.Added, resourceJSON),
						"removed": each(c.Resources.Removed, resourceJSON),
						"changed": each(c.Resources.Changed, resourceChange),
					},
					"label_diff": labelPairs(c.Labels),
				},
			}
		}),
	}
}

func resourceChange(c component.ResourceChange) any {
	return map[string]any{
		"from": resourceJSON(c.From),
		"to": struct {
			resourceForm
			Labels any `json:"label_diff"`
		}{resourceJSON(c.To), map[string]any{
			"added":   each(c.Labels.Added, labelJSON),
			"removed": each(c.Labels.Removed, labelJSON),
			"changed": each(c.Labels.Changed, func(l component.LabelChange) any {
				return map[string]labelForm{"from": labelJSON(l.From), "to": labelJSON(l.To)}
			}),
		}},
	}
}

func labelPairs(c component.LabelChanges) any {
	return map[string]any{
		"labels_only_left":  each(c.Removed, labelJSON),
		"labels_only_right": each(c.Added, labelJSON),
		"label_pairs_changed": each(c.Changed, func(l component.LabelChange) []labelForm {
			return []labelForm{labelJSON(l.From), labelJSON(l.To)}
		}),
	}
}
