package httpapi

import (
	"bytes"
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/opendeliverygear/odg/internal/problem"
)

// The types here are what the page shows of an OpenAPI document.

type docView struct {
	Title  string
	About  []string // paragraphs
	Style  template.CSS
	Groups []groupView
	Forms  []formView
}

type groupView struct {
	Name, Anchor, Description string
	Operations                []operationView
}

type operationView struct {
	*huma.Operation
	Bodies    []bodyView
	Params    []fieldView
	Responses []responseView
}

type responseView struct {
	Status, Meaning, Description string
	Headers                      []fieldView
	Bodies                       []bodyView
}

type bodyView struct {
	MediaType string
	Type      typeView
	Example   string
}

// typeView is a type in words; Form is the form it is made of, if there is one.
type typeView struct{ Before, Form, After string }

type fieldView struct {
	Name, In, Description, Hint string
	Required                    bool
	Type                        typeView
}

type formView struct {
	Name   string
	Fields []fieldView
}

func viewOf(d *huma.OpenAPI) docView {
	view := docView{Title: d.Info.Title, About: strings.Split(d.Info.Description, "\n\n"), Style: template.CSS(docPageStyle)}
	for _, tag := range d.Tags {
		group := groupView{Name: tag.Name, Anchor: "group-" + strings.ReplaceAll(strings.ToLower(tag.Name), " ", "-"), Description: tag.Description}
		for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
			for _, operation := range operationsOf(d.Paths[path]) {
				if slices.Contains(operation.Tags, tag.Name) {
					group.Operations = append(group.Operations, operationViewOf(operation))
				}
			}
		}
		view.Groups = append(view.Groups, group)
	}
	forms := d.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		view.Forms = append(view.Forms, formView{name, fieldsOf(forms[name])})
	}
	return view
}

func operationsOf(item *huma.PathItem) []*huma.Operation {
	all := []*huma.Operation{item.Get, item.Head, item.Post, item.Put, item.Delete}
	return slices.DeleteFunc(all, func(o *huma.Operation) bool { return o == nil })
}

func operationViewOf(o *huma.Operation) operationView {
	view := operationView{Operation: o}
	for _, p := range o.Parameters {
		view.Params = append(view.Params, fieldView{p.Name, p.In, p.Description, hintOf(p.Schema), p.Required, typeOf(p.Schema)})
	}
	if o.RequestBody != nil {
		view.Bodies = bodiesOf(o.RequestBody.Content)
	}
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		response := o.Responses[status]
		code, _ := strconv.Atoi(status) // the keys are numbers
		r := responseView{Status: status, Meaning: http.StatusText(code), Description: response.Description}
		if response.Content[problem.ContentType] == nil { // the head of the page tells what errors look like
			r.Bodies = bodiesOf(response.Content)
		}
		for _, name := range slices.Sorted(maps.Keys(response.Headers)) {
			h := response.Headers[name]
			r.Headers = append(r.Headers, fieldView{Name: name, Description: h.Description, Hint: hintOf(h.Schema), Type: typeOf(h.Schema)})
		}
		view.Responses = append(view.Responses, r)
	}
	return view
}

func bodiesOf(content map[string]*huma.MediaType) []bodyView {
	var list []bodyView
	for _, name := range slices.Sorted(maps.Keys(content)) {
		list = append(list, bodyView{name, typeOf(content[name].Schema), exampleText(content[name].Example)})
	}
	return list
}

func exampleText(example any) string {
	switch e := example.(type) {
	case json.RawMessage:
		var text bytes.Buffer
		if json.Indent(&text, e, "", "  ") == nil {
			return text.String()
		}
	case string:
		return e
	}
	return ""
}

func fieldsOf(s *huma.Schema) []fieldView {
	var list []fieldView
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		list = append(list, fieldView{Name: name, Description: p.Description, Hint: hintOf(p), Required: slices.Contains(s.Required, name), Type: typeOf(p)})
	}
	return list
}
