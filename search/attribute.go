package search

import (
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
)

// getter reads an attribute as text; false is unknown, as SQL's NULL.
type getter func(e *metadata.Entry) (string, bool)

func optional(p *string) (string, bool) { return artefact.Text(p), p != nil }

func nonEmpty[T ~string](s T) (string, bool) { return string(s), s != "" }

var columns = map[string]getter{
	"id":                func(e *metadata.Entry) (string, bool) { return e.ID(), true },
	"type":              func(e *metadata.Entry) (string, bool) { return string(e.Meta.Type), true },
	"datasource":        func(e *metadata.Entry) (string, bool) { return string(e.Meta.Datasource), true },
	"referenced_type":   func(e *metadata.Entry) (string, bool) { return nonEmpty(e.ReferencedType()) },
	"artefact_kind":     func(e *metadata.Entry) (string, bool) { return nonEmpty(e.Artefact.Kind) },
	"data_key":          func(e *metadata.Entry) (string, bool) { return optional(e.DataKeyDigest()) },
	"component_name":    componentName,
	"ocm.name":          componentName,
	"component_version": componentVersion,
	"ocm.version":       componentVersion,
	"artefact_name":     artefactName,
	"artefact.name":     artefactName,
	"artefact_version":  artefactVersion,
	"artefact.version":  artefactVersion,
	"artefact_type":     artefactType,
	"artefact.type":     artefactType,
}

func componentName(e *metadata.Entry) (string, bool)    { return optional(e.Artefact.ComponentName) }
func componentVersion(e *metadata.Entry) (string, bool) { return optional(e.Artefact.ComponentVersion) }
func artefactName(e *metadata.Entry) (string, bool)     { return optional(e.Artefact.Local().Name) }
func artefactVersion(e *metadata.Entry) (string, bool)  { return optional(e.Artefact.Local().Version) }
func artefactType(e *metadata.Entry) (string, bool)     { return optional(e.Artefact.Local().Type) }

var metaKeys = map[string]getter{
	"datasource":    columns["datasource"],
	"type":          columns["type"],
	"creation_date": func(e *metadata.Entry) (string, bool) { return nonEmpty(e.Meta.CreationDate) },
	"last_update":   func(e *metadata.Entry) (string, bool) { return nonEmpty(e.Meta.LastUpdate) },
	"assignee_mode": func(e *metadata.Entry) (string, bool) { return optional(e.Meta.AssigneeMode) },
	"responsibles": func(e *metadata.Entry) (string, bool) {
		return string(e.Meta.Responsibles), len(e.Meta.Responsibles) > 0
	},
}

// attribute finds out how the attribute of a name is read.
func attribute(name string) (getter, error) {
	if get, ok := columns[name]; ok {
		return get, nil
	}
	if key, ok := strings.CutPrefix(name, "meta."); ok && key != "" {
		if get, ok := metaKeys[key]; ok {
			return get, nil
		}
		return func(*metadata.Entry) (string, bool) { return "", false }, nil
	}
	if path, ok := strings.CutPrefix(name, "data."); ok {
		keys := strings.Split(path, ".")
		if !slices.Contains(keys, "") {
			return dataPath(keys), nil
		}
	}
	return nil, fault("unknown attr='%s'", name)
}

// dataPath reads a value inside of the data; what is no string counts as its JSON.
func dataPath(keys []string) getter {
	return func(e *metadata.Entry) (string, bool) {
		value := e.Data.Raw()
		for _, key := range keys {
			inner, ok := rawjson.Lookup(value, key)
			if !ok {
				return "", false
			}
			value = inner
		}
		if len(value) == 0 || rawjson.IsNull(value) {
			return "", false
		}
		if text, ok := rawjson.String(value); ok {
			return text, true
		}
		return string(value), true
	}
}
