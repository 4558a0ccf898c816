package ctf_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/opendeliverygear/odg/component"
)

// object is a JSON object in a form that descriptors of both schemas share.
type object = map[string]any

// rendered writes a descriptor as recorded answers are written by [neutral].
func rendered(t testing.TB, d *component.Descriptor) object {
	t.Helper()
	return tidy(object{
		"name": d.Name, "version": d.Version, "provider": d.Provider, "providerLabels": generic(t, d.ProviderLabels),
		"labels": generic(t, d.Labels), "creationTime": seconds(d.CreationTime),
		"repositoryContexts": generic(t, d.RepositoryContexts),
		"resources":          list(t, d.Resources, renderedResource),
		"sources":            list(t, d.Sources, renderedSource),
		"references":         list(t, d.References, renderedReference),
		"signatures":         generic(t, d.Signatures), "nestedDigests": generic(t, d.NestedDigests),
	})
}

func renderedResource(t testing.TB, r component.Resource) object {
	o := renderedElement(t, r.Element)
	o["type"], o["relation"] = r.WrittenType, r.Relation
	o["access"], o["digest"], o["srcRefs"] = generic(t, r.Access.Raw), generic(t, r.Digest), generic(t, r.SrcRefs)
	return tidy(o)
}

func renderedSource(t testing.TB, s component.Source) object {
	o := renderedElement(t, s.Element)
	o["type"], o["access"] = s.WrittenType, generic(t, s.Access.Raw)
	return tidy(o)
}

func renderedReference(t testing.TB, r component.Reference) object {
	o := renderedElement(t, r.Element)
	o["componentName"], o["digest"] = r.ComponentName, generic(t, r.Digest)
	return tidy(o)
}

func renderedElement(t testing.TB, e component.Element) object {
	return object{"name": e.Name, "version": e.Version, "extraIdentity": generic(t, e.ExtraIdentity), "labels": generic(t, e.Labels)}
}

func list[T any](t testing.TB, items []T, render func(testing.TB, T) object) []any {
	var all []any
	for _, item := range items {
		all = append(all, render(t, item))
	}
	return all
}

// generic turns v into what encoding/json decodes.
func generic(t testing.TB, v any) any {
	t.Helper()
	data, err := json.Marshal(v)
	must(t, err)
	var decoded any
	must(t, json.Unmarshal(data, &decoded))
	return decoded
}

// neutral brings a recorded descriptor, v2 or v3alpha1, into the form of [rendered].
func neutral(item object) object {
	o := object{"signatures": item["signatures"], "nestedDigests": item["nestedDigests"]}
	names := map[string]string{"componentReferences": "references"}
	for _, part := range []any{item["component"], item["metadata"], item["spec"], object{"repositoryContexts": item["repositoryContexts"]}} {
		part, _ := part.(object)
		for key, value := range part {
			if name := names[key]; name != "" {
				key = name
			}
			if value != nil {
				o[key] = value
			}
		}
	}
	if text, ok := o["provider"].(string); ok && strings.HasPrefix(text, "{") {
		var provider object
		if json.Unmarshal([]byte(text), &provider) == nil {
			o["provider"] = provider
		}
	}
	if provider, ok := o["provider"].(object); ok {
		o["provider"], o["providerLabels"] = provider["name"], provider["labels"]
	}
	if text, ok := o["creationTime"].(string); ok {
		o["creationTime"] = seconds(text)
	}
	return tidy(o)
}

// tidy removes what is absent: nulls, empty texts, lists and objects, and digests
// without content; it goes into lists of elements, but not into accesses and the
// values of labels.
func tidy(o object) object {
	for key, value := range o {
		if key == "access" || key == "value" {
			continue
		}
		if digest, ok := value.(object); ok && key == "digest" && digest["value"] == "" {
			delete(o, key) // NEXT prints one where there is none (ocm-format.md 1.1)
		}
		switch v := value.(type) {
		case object:
			if len(v) == 0 {
				delete(o, key)
			}
		case []any:
			for _, item := range v {
				if item, ok := item.(object); ok {
					tidy(item)
				}
			}
			if len(v) == 0 {
				delete(o, key)
			}
		case nil:
			delete(o, key)
		case string:
			if v == "" {
				delete(o, key)
			}
		case bool:
			if !v {
				delete(o, key) // of label.signing
			}
		}
	}
	return o
}

// seconds rounds a time to seconds, as V1 does on reading (ocm-format.md 1.1).
func seconds(text string) string {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.Round(time.Second).Format(time.RFC3339)
	}
	return text
}
