package search

import (
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

func (t Among) holds(e *Item) truth {
	text, ok := t.get(e)
	if !ok {
		return unknown
	}
	return truthOf(slices.Contains(t.Values, text))
}

// newLike reads a pattern in which * is any run of characters.
func newLike(attr, pattern string, get getter) Like {
	return Like{attr, strings.Split(strings.ToLower(pattern), "*"), get}
}

func (t Like) holds(e *Item) truth {
	text, ok := t.get(e)
	if !ok {
		return unknown
	}
	text, ok = strings.CutPrefix(strings.ToLower(text), t.Parts[0])
	if !ok {
		return no
	}
	last := len(t.Parts) - 1
	for _, part := range t.Parts[1:last] {
		if _, text, ok = strings.Cut(text, part); !ok {
			return no
		}
	}
	return truthOf(strings.HasSuffix(text, t.Parts[last]))
}

func (t Between) holds(e *Item) truth {
	text, ok := t.get(e)
	if !ok {
		return unknown
	}
	at, err := metadata.Timestamp(text).Time()
	if err != nil {
		return unknown
	}
	return truthOf((t.From == nil || !at.Before(*t.From)) && (t.To == nil || !at.After(*t.To)))
}

func (t Compare) holds(e *Item) truth {
	text, ok := t.get(e)
	if !ok {
		return unknown
	}
	return truthOf(signs[t.Sign](strings.Compare(text, t.Value)))
}

var severity = dataPath([]string{"severity"})

func (t Severity) holds(e *Item) truth {
	id, ok := severity(e)
	if !ok {
		return unknown
	}
	holds, ok := t.known[Category{e.Meta.Type, id}]
	return truthOf(ok && holds || !ok && t.Rest)
}

func newInScope(scope []Version) InScope {
	t := InScope{scope, map[string]bool{}, map[[2]string]bool{}, map[string]bool{}}
	for _, v := range scope {
		t.names[v.Name], t.versions[[2]string{v.Name, v.Version}] = true, true
		for _, id := range v.Artefacts {
			t.shared[versionless(v.Name, id)] = true
		}
	}
	return t
}

func (t InScope) holds(e *Item) truth {
	name, ok := componentName(e)
	if !ok {
		return unknown
	}
	if !t.names[name] {
		return no
	}
	if version, _ := componentVersion(e); version != "" {
		return truthOf(t.versions[[2]string{name, version}])
	}
	return truthOf(t.shared[versionless(name, e.Artefact)])
}

// versionless is the key of an artefact without the version in its extra identity:
// scanners write both.
func versionless(component string, id artefact.ID) string {
	local := id.Local()
	if local.Version != nil && local.ExtraID["version"] == *local.Version {
		extra := make(map[string]string, len(local.ExtraID))
		for k, v := range local.ExtraID {
			if k != "version" {
				extra[k] = v
			}
		}
		local.ExtraID = extra
	}
	return artefact.ID{ComponentName: &component, Kind: id.Kind, Artefact: &local}.Key()
}
