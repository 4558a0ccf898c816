package postgres

import (
	"maps"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/search"
)

// standingBranches are those of the indexes of odg_effective: by component or by type,
// unless the search leads to few rows, as those of a CVE are. Each row is of some type.
func (p *searchPlan) standingBranches() []sq.Sqlizer {
	conditions := p.query.Conditions()
	versions := versionsOf(conditions)
	types := p.types
	for _, c := range conditions {
		for _, l := range leads[:3] { // an id, a CVE, a package
			if list := l.branches(c); list != nil {
				return list
			}
		}
	}
	for _, c := range conditions {
		if list := componentBranches(c, versions); list != nil {
			return list
		}
		if values, _, ok := valuesOf(c, "type"); ok {
			types = slices.DeleteFunc(slices.Clone(types), func(t string) bool { return !slices.Contains(values, t) })
		}
	}
	if len(types) > maxBranches {
		return nil
	}
	list := make([]sq.Sqlizer, len(types))
	for i, t := range types {
		list[i] = sq.Expr("e.type = ?", t)
	}
	if len(list) == 0 {
		list = append(list, sq.Expr("false"))
	}
	return list
}

// componentBranches lead to components in odg_effective, nil if c asks for none or for
// too many.
func componentBranches(c search.Condition, versions []string) []sq.Sqlizer {
	names, scopes, ok := valuesOf(c, "ocm.name")
	if !ok {
		return nil
	}
	names = attributeColumns["ocm.name"].texts(names)
	list := []sq.Sqlizer{}
	for _, name := range names {
		where := sq.And{sq.Expr("e.component_name = ?", name)}
		if versions != nil {
			where = append(where, sq.Expr("e.component_version = ANY(?::text[])", versions))
		}
		list = append(list, where)
	}
	for _, name := range slices.Sorted(maps.Keys(scopes)) {
		if !slices.Contains(names, name) {
			list = append(list, sq.Expr("(e.component_name = ? AND (e.component_version = ANY(?::text[]) OR coalesce(e.component_version, '') = ''))",
				name, scopes[name]))
		}
	}
	switch {
	case len(list) > maxBranches:
		return nil
	case len(list) == 0:
		return []sq.Sqlizer{sq.Expr("false")}
	}
	return list
}
