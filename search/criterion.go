package search

import (
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Component splits the value of a criterion of kind ocm at its first colon.
func (c Criterion) Component() (name, version string) {
	name, version, _ = strings.Cut(c.Value, ":")
	return strings.TrimSpace(name), strings.TrimSpace(version)
}

func (c Criterion) condition(i int, all []Criterion, env Env) (condition, error) {
	switch c.Kind {
	case KindOCM:
		return c.inComponent(env.Scopes[i])
	case KindFulltext:
		return c.hasToken()
	case KindAttribute:
		return c.compare(all, env)
	}
	return nil, fault("criterion type %q is unknown", string(c.Kind))
}

func (c Criterion) inComponent(scope []Version) (condition, error) {
	name, version := c.Component()
	if version == "" {
		if c.Recursive {
			return nil, fault("recursive ocm search requires a versioned component id")
		}
		return with(componentName, func(text string) bool { return text == name }), nil
	}
	if scope == nil {
		scope = []Version{{Name: name, Version: version}}
	}
	return inScope(scope), nil
}

// inScope holds for the entries of component versions, and for those without a
// version about one of their artefacts. Those leave out the version in the extra
// identity or not: scanners write both.
func inScope(scope []Version) condition {
	names, versions, shared := map[string]bool{}, map[[2]string]bool{}, map[string]bool{}
	for _, v := range scope {
		names[v.Name], versions[[2]string{v.Name, v.Version}] = true, true
		for _, id := range v.Artefacts {
			shared[versionless(v.Name, id)] = true
		}
	}
	return func(e *metadata.Entry) truth {
		name, ok := componentName(e)
		if !ok {
			return unknown
		}
		if !names[name] {
			return no
		}
		if version, _ := componentVersion(e); version != "" {
			return truthOf(versions[[2]string{name, version}])
		}
		return truthOf(shared[versionless(name, e.Artefact)])
	}
}

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

func (c Criterion) hasToken() (condition, error) {
	fields := c.Fields
	if len(fields) == 0 {
		fields = DefaultFields()
	}
	matches := wildcard("*" + c.Value + "*")
	conditions := make([]condition, len(fields))
	for i, field := range fields {
		get, err := attribute(field)
		if err != nil {
			return nil, err
		}
		conditions[i] = with(get, matches)
	}
	return anyOf(conditions), nil
}

func (c Criterion) compare(all []Criterion, env Env) (condition, error) {
	if c.Op == OpCompare && slices.Contains([]string{"data.severity", "finding.severity"}, c.Attr) {
		return c.compareSeverity(all, env)
	}
	get, err := attribute(c.Attr)
	if err != nil {
		return nil, err
	}
	switch c.Op {
	case "", OpEqual:
		if strings.Contains(c.Value, "*") {
			return with(get, wildcard(c.Value)), nil
		}
		return with(get, func(text string) bool { return text == c.Value }), nil
	case OpIn:
		if len(c.Values) == 0 {
			return nil, fault("%s: op in needs values", c.Attr)
		}
		return with(get, func(text string) bool { return slices.Contains(c.Values, text) }), nil
	case OpRange:
		return c.between(get)
	case OpCompare:
		holds, err := c.sign()
		if err != nil {
			return nil, err
		}
		return with(get, func(text string) bool { return holds(strings.Compare(text, c.Value)) }), nil
	}
	return nil, fault("unsupported op='%s'", c.Op)
}

// wildcard matches whole texts in any case, where * is any run of characters.
func wildcard(pattern string) func(string) bool {
	parts := strings.Split(strings.ToLower(pattern), "*")
	first, rest := parts[0], parts[1:]
	return func(text string) bool {
		text, ok := strings.CutPrefix(strings.ToLower(text), first)
		if !ok || len(rest) == 0 {
			return ok && text == ""
		}
		for _, part := range rest[:len(rest)-1] {
			_, after, found := strings.Cut(text, part)
			if !found {
				return false
			}
			text = after
		}
		return strings.HasSuffix(text, rest[len(rest)-1])
	}
}
