package postgres

import (
	"maps"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/search"
)

// maxBranches is how many places of an index are read at the same time.
const maxBranches = 32

// leads are the attributes by which an index leads to rows, best first.
var leads = []struct{ attr, where string }{
	{"id", "m.id = ?::bpchar"},
	{"data.cve", "m.data_cve = ?"},
	{"data.package_name", "m.data_package_name = ?"},
	{"ocm.name", `m.component_name COLLATE "C" = ?`},
	{"type", `m.type COLLATE "C" = ?`},
}

// branches returns conditions of which every row that is searched for fulfils
// exactly one, each of which an index answers. There are none if the criteria do
// not lead to an index, or to too many places in it.
func branches(conditions []search.Condition) []sq.Sqlizer {
	for _, lead := range leads {
		for _, c := range conditions {
			if list := branchesOf(c, lead.attr, lead.where); list != nil {
				return list
			}
		}
	}
	return nil
}

func branchesOf(c search.Condition, attr, where string) []sq.Sqlizer {
	if c.Not {
		return nil
	}
	var list []sq.Sqlizer
	var values []string
	versions := scope{}
	for _, test := range c.Any {
		switch t := test.(type) {
		case search.Among:
			if t.Attr != attr {
				return nil
			}
			values = append(values, t.Values...)
		case search.InScope:
			if attr != "ocm.name" {
				return nil
			}
			versions.add(t.Versions)
		default:
			return nil
		}
	}
	values = attributeColumns[attr].texts(values)
	for _, v := range values {
		list = append(list, sq.Expr(where, v))
	}
	list = append(list, versions.branches(values)...)
	switch {
	case len(list) > maxBranches:
		return nil
	case len(list) == 0:
		return []sq.Sqlizer{sq.Expr("false")} // PostgreSQL holds none of the values
	}
	return list
}

// scope is a set of component versions.
type scope map[string][]string

func (s scope) add(versions []search.Version) {
	for _, v := range versions {
		if storableText(v.Name) && storableText(v.Version) && !slices.Contains(s[v.Name], v.Version) {
			s[v.Name] = append(s[v.Name], v.Version)
		}
	}
}

// branches leads to the rows of the versions, and to those without one, of all
// components but some. It is one for each component.
func (s scope) branches(but []string) []sq.Sqlizer {
	var list []sq.Sqlizer
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if !slices.Contains(but, name) {
			list = append(list, sq.Expr("m.component_name = ? AND (m.component_version = ANY(?::text[]) OR m.component_version IS NULL)",
				name, append(s[name], "")))
		}
	}
	return list
}
