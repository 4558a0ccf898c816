package search

import (
	"slices"
	"strings"
)

// Component splits the value of a criterion of kind ocm at its first colon.
func (c Criterion) Component() (name, version string) {
	name, version, _ = strings.Cut(c.Value, ":")
	return strings.TrimSpace(name), strings.TrimSpace(version)
}

// tests returns those of which one has to hold, never none.
func (c Criterion) tests(i int, all []Criterion, env Env) ([]Test, error) {
	switch c.Kind {
	case KindOCM:
		return one(c.inComponent(env.Scopes[i]))
	case KindFulltext:
		return c.hasToken()
	case KindAttribute:
		if tests, err := c.compareEffective(all, env); tests != nil || err != nil {
			return tests, err
		}
		return one(c.compare(all, env))
	}
	return nil, fault("criterion type %q is unknown", string(c.Kind))
}

func one(t Test, err error) ([]Test, error) { return []Test{t}, err }

func (c Criterion) inComponent(scope []Version) (Test, error) {
	name, version := c.Component()
	if version == "" {
		if c.Recursive {
			return nil, fault("recursive ocm search requires a versioned component id")
		}
		return Among{"ocm.name", []string{name}, componentName}, nil
	}
	if scope == nil {
		scope = []Version{{Name: name, Version: version}}
	}
	return newInScope(scope), nil
}

func (c Criterion) hasToken() ([]Test, error) {
	fields := c.Fields
	if len(fields) == 0 {
		fields = DefaultFields()
	}
	tests := make([]Test, len(fields))
	for i, field := range fields {
		attr, get, err := attribute(field)
		if err != nil {
			return nil, err
		}
		tests[i] = newLike(attr, "*"+c.Value+"*", get)
	}
	return tests, nil
}

func (c Criterion) compare(all []Criterion, env Env) (Test, error) {
	if c.Op == OpCompare && slices.Contains([]string{"data.severity", "finding.severity"}, c.Attr) {
		return c.compareSeverity(all, env)
	}
	attr, get, err := attribute(c.Attr)
	if err != nil {
		return nil, err
	}
	switch c.Op {
	case "", OpEqual:
		if strings.Contains(c.Value, "*") {
			return newLike(attr, c.Value, get), nil
		}
		return Among{attr, []string{c.Value}, get}, nil
	case OpIn:
		if len(c.Values) == 0 {
			return nil, fault("%s: op in needs values", c.Attr)
		}
		return Among{attr, c.Values, get}, nil
	case OpRange:
		return c.between(attr, get)
	case OpCompare:
		_, sign, err := c.sign()
		return Compare{attr, sign, c.Value, get}, err
	}
	return nil, fault("unsupported op='%s'", c.Op)
}
