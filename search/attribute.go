package search

import (
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
)

// getter reads an attribute as text; false is unknown, as SQL's NULL.
type getter func(e *Item) (string, bool)

func optional(p *string) (string, bool) { return artefact.Text(p), p != nil }

func nonEmpty[T ~string](s T) (string, bool) { return string(s), s != "" }

var columns = map[string]getter{
	"id":               func(e *Item) (string, bool) { return e.ID(), true },
	"type":             func(e *Item) (string, bool) { return string(e.Meta.Type), true },
	"datasource":       func(e *Item) (string, bool) { return string(e.Meta.Datasource), true },
	"referenced_type":  func(e *Item) (string, bool) { return nonEmpty(e.ReferencedType()) },
	"artefact_kind":    func(e *Item) (string, bool) { return nonEmpty(e.Artefact.Kind) },
	"data_key":         func(e *Item) (string, bool) { return optional(e.DataKeyDigest()) },
	"ocm.name":         componentName,
	"ocm.version":      componentVersion,
	"artefact.name":    func(e *Item) (string, bool) { return optional(e.Artefact.Local().Name) },
	"artefact.version": func(e *Item) (string, bool) { return optional(e.Artefact.Local().Version) },
	"artefact.type":    func(e *Item) (string, bool) { return optional(e.Artefact.Local().Type) },
}

func componentName(e *Item) (string, bool)    { return optional(e.Artefact.ComponentName) }
func componentVersion(e *Item) (string, bool) { return optional(e.Artefact.ComponentVersion) }

var metaKeys = map[string]getter{
	"creation_date": func(e *Item) (string, bool) { return nonEmpty(e.Meta.CreationDate) },
	"last_update":   func(e *Item) (string, bool) { return nonEmpty(e.Meta.LastUpdate) },
	"assignee_mode": func(e *Item) (string, bool) { return optional(e.Meta.AssigneeMode) },
	"responsibles": func(e *Item) (string, bool) {
		return string(e.Meta.Responsibles), len(e.Meta.Responsibles) > 0
	},
}

// aliases are the other names of attributes.
var aliases = map[string]string{
	"component_name": "ocm.name", "component_version": "ocm.version",
	"artefact_name": "artefact.name", "artefact_version": "artefact.version", "artefact_type": "artefact.type",
	"meta.type": "type", "meta.datasource": "datasource",
}

// Attribute returns how the attribute of a name is read from an entry as text;
// false is unknown, as SQL's NULL, also for what is known of an [Item] only. Names
// are those of criteria. The error is an [Error].
func Attribute(name string) (read func(metadata.Entry) (string, bool), err error) {
	_, get, err := attribute(name)
	if err != nil {
		return nil, err
	}
	return func(e metadata.Entry) (string, bool) { return get(&Item{Entry: e}) }, nil
}

// attribute finds out how the attribute of a name is read, and its first name.
func attribute(name string) (string, getter, error) {
	if first, ok := aliases[name]; ok {
		name = first
	}
	if get, ok := columns[name]; ok {
		return name, get, nil
	}
	if get, ok := effective[name]; ok {
		return name, ofEffective(get), nil
	}
	if key, ok := strings.CutPrefix(name, "meta."); ok && key != "" {
		if get, ok := metaKeys[key]; ok {
			return name, get, nil
		}
		return name, func(*Item) (string, bool) { return "", false }, nil
	}
	if path, ok := strings.CutPrefix(name, "data."); ok {
		keys := strings.Split(path, ".")
		if !slices.Contains(keys, "") {
			return name, dataPath(keys), nil
		}
	}
	return "", nil, fault("unknown attr='%s'", name)
}

// dataPath reads a value inside of the data; what is no string counts as its JSON.
func dataPath(keys []string) getter {
	return func(e *Item) (string, bool) {
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
