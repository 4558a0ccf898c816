package httpapi

import (
	"net/http"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/rawjson"
)

func (s *Server) componentsDiff(w http.ResponseWriter, r *http.Request) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	from, to, err := readPair(body)
	if err != nil {
		return err
	}
	finder, err := s.finder(r.Context(), "", false)
	if err != nil {
		return err
	}
	left, err := walk(r.Context(), finder, from, component.WalkConfig{})
	if err != nil {
		return err
	}
	right, err := walk(r.Context(), finder, to, component.WalkConfig{})
	if err != nil {
		return err
	}
	return writeJSON(w, diffJSON(component.Diff(left, right)))
}

// readPair reads which component versions are compared.
func readPair(body []byte) (from, to component.ID, err error) {
	members, err := rawjson.Members(body)
	if err != nil {
		return from, to, badRequest("%v", err)
	}
	given := 0
	for _, m := range members {
		id := &from
		switch m.Key {
		case "right_component":
			id = &to
		case "left_component":
		default:
			continue
		}
		if rawjson.IsNull(m.Value) {
			continue
		}
		given++
		if *id, err = readID(m.Key, m.Value); err != nil {
			return from, to, err
		}
	}
	if given < 2 {
		return from, to, badRequest("left_component and right_component are required, each with name and version")
	}
	return from, to, nil
}

func readID(path string, value []byte) (id component.ID, err error) {
	members, err := rawjson.Inner(value)
	if err != nil {
		return id, badRequest("%s: %v", path, err)
	}
	for _, m := range members {
		text, ok := rawjson.String(m.Value)
		switch m.Key {
		case "name":
			id.Name = text
		case "version":
			id.Version = text
		default:
			continue
		}
		if !ok {
			return id, badRequest("%s.%s: want a string, got %s", path, m.Key, rawjson.Kind(m.Value))
		}
	}
	return id, nil
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
