package httpapi

import (
	"encoding/json"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/rawjson"
)

// The JSON form of component descriptors (contract http-api, section 8.1): all
// keys are there, in this order.

type descriptorForm struct {
	Meta          map[string]string `json:"meta"`
	Component     componentForm     `json:"component"`
	Signatures    json.RawMessage   `json:"signatures"`
	NestedDigests json.RawMessage   `json:"nestedDigests"`
}

type componentForm struct {
	Name               string            `json:"name"`
	Version            string            `json:"version"`
	RepositoryContexts []json.RawMessage `json:"repositoryContexts"`
	Provider           any               `json:"provider"`
	Sources            []sourceForm      `json:"sources"`
	References         []referenceForm   `json:"componentReferences"`
	Resources          []resourceForm    `json:"resources"`
	Labels             []labelForm       `json:"labels"`
	CreationTime       *string           `json:"creationTime"`
	// Path is only there in answers about dependencies.
	Path []referencedForm `json:"comp_ref,omitempty"`
}

type sourceForm struct {
	Name          string            `json:"name"`
	Access        json.RawMessage   `json:"access"`
	Version       *string           `json:"version"`
	ExtraIdentity map[string]string `json:"extraIdentity"`
	Type          string            `json:"type"`
	Labels        []labelForm       `json:"labels"`
}

type referenceForm struct {
	Name          string            `json:"name"`
	ComponentName string            `json:"componentName"`
	Version       string            `json:"version"`
	Digest        *component.Digest `json:"digest"`
	ExtraIdentity map[string]string `json:"extraIdentity"`
	Labels        []labelForm       `json:"labels"`
}

type resourceForm struct {
	Name          string            `json:"name"`
	Version       string            `json:"version"`
	Type          string            `json:"type"`
	Access        json.RawMessage   `json:"access"`
	Digest        *component.Digest `json:"digest"`
	ExtraIdentity map[string]string `json:"extraIdentity"`
	Relation      string            `json:"relation"`
	Labels        []labelForm       `json:"labels"`
	SrcRefs       []srcRefForm      `json:"srcRefs"`
}

type labelForm struct {
	Name    string          `json:"name"`
	Value   json.RawMessage `json:"value"`
	Version *string         `json:"version"`
	Signing bool            `json:"signing"`
}

type srcRefForm struct {
	IdentitySelector map[string]string `json:"identitySelector"`
	Labels           []labelForm       `json:"labels"`
}

func descriptorJSON(d *component.Descriptor) descriptorForm {
	return descriptorForm{
		Meta:          map[string]string{"schemaVersion": component.SchemaV2},
		Component:     componentJSON(d),
		Signatures:    listOrEmpty(d.Signatures),
		NestedDigests: listOrEmpty(d.NestedDigests),
	}
}

func componentJSON(d *component.Descriptor) componentForm {
	form := componentForm{
		Name: d.Name, Version: d.Version, Provider: provider(d),
		RepositoryContexts: append([]json.RawMessage{}, d.RepositoryContexts...),
		Sources:            each(d.Sources, sourceJSON),
		References:         each(d.References, referenceJSON),
		Resources:          each(d.Resources, resourceJSON),
		Labels:             each(d.Labels, labelJSON),
		CreationTime:       orNull(d.CreationTime),
	}
	return form
}

// provider is a text, or an object if it has labels.
func provider(d *component.Descriptor) any {
	if len(d.ProviderLabels) == 0 {
		return d.Provider
	}
	return map[string]any{"name": d.Provider, "labels": each(d.ProviderLabels, labelJSON)}
}

func sourceJSON(s component.Source) sourceForm {
	return sourceForm{s.Name, accessJSON(s.Access), orNull(s.Version), mapOrEmpty(s.ExtraIdentity), s.Type, each(s.Labels, labelJSON)}
}

func referenceJSON(r component.Reference) referenceForm {
	return referenceForm{r.Name, r.ComponentName, r.Version, r.Digest, mapOrEmpty(r.ExtraIdentity), each(r.Labels, labelJSON)}
}

func resourceJSON(r component.Resource) resourceForm {
	return resourceForm{
		r.Name, r.Version, r.Type, accessJSON(r.Access), r.Digest, mapOrEmpty(r.ExtraIdentity), r.Relation,
		each(r.Labels, labelJSON), each(r.SrcRefs, func(s component.SrcRef) srcRefForm {
			return srcRefForm{mapOrEmpty(s.IdentitySelector), each(s.Labels, labelJSON)}
		}),
	}
}

func labelJSON(l component.Label) labelForm {
	value := l.Value
	if len(value) == 0 {
		value = json.RawMessage("null")
	}
	return labelForm{l.Name, value, orNull(l.Version), l.Signing}
}

// optionalAccess are the optional fields of known access types with what stands
// for them when they are missing.
var optionalAccess = map[string][]rawjson.Member{
	"github":       {null("ref")},
	"localBlob/v1": {null("localReference"), null("size"), {Key: "mediaType", Value: json.RawMessage(`"application/data"`)}, null("referenceName"), null("globalAccess")},
	"s3":           {null("mediaType"), null("region")},
	"s3/v2":        {null("mediaType"), null("region")},
	"Helm/v1":      {null("caCert"), null("keyring")},
}

func null(key string) rawjson.Member {
	return rawjson.Member{Key: key, Value: json.RawMessage("null")}
}

// accessJSON writes an access with the canonical type and its optional fields.
func accessJSON(a component.Access) json.RawMessage {
	members, err := rawjson.Inner(a.Raw)
	if err != nil {
		if len(a.Raw) == 0 {
			return json.RawMessage("null")
		}
		return a.Raw
	}
	out, found := []byte{'{'}, map[string]bool{}
	add := func(key string, value []byte) {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(rawjson.AppendString(out, key), ':')
		out = append(out, value...)
		found[key] = true
	}
	for _, m := range members {
		if m.Key == "type" {
			m.Value = rawjson.AppendString(nil, a.Type)
		}
		add(m.Key, m.Value)
	}
	for _, m := range optionalAccess[a.Type] {
		if !found[m.Key] {
			add(m.Key, m.Value)
		}
	}
	return append(out, '}')
}

func each[T, U any](list []T, form func(T) U) []U {
	out := make([]U, len(list))
	for i, v := range list {
		out[i] = form(v)
	}
	return out
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func mapOrEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func listOrEmpty(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 || rawjson.IsNull(raw) {
		return json.RawMessage("[]")
	}
	return raw
}
