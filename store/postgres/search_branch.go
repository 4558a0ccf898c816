package postgres

import (
	"maps"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/search"
)

// maxBranches is how many places of an index are read at the same time.
const maxBranches = 32

// lead is an attribute by which an index leads to the rows with a value, and maybe
// more arguments.
type lead struct {
	attr, where string
	more        []any
}

// Conditions that indexes answer in the order of a date.
const (
	inComponent = `m.component_name COLLATE "C" = ?`
	inVersion   = inComponent + ` AND m.component_version COLLATE "C" = ?`
)

// leads are in the order in which they lead to less.
var leads = []lead{
	{attr: "id", where: "m.id = ?::bpchar"},
	{attr: "data.cve", where: "m.data_cve = ?"},
	{attr: "data.package_name", where: "m.data_package_name = ?"},
	{attr: "ocm.name", where: inComponent},
	{attr: "type", where: "m.type = ?"},
}

// branches returns conditions of which every row that is searched for fulfils
// exactly one, each of which an index answers. There are none if the criteria do
// not lead to an index, or to too many places in it.
func branches(conditions []search.Condition) []sq.Sqlizer {
	versions := versionsOf(conditions)
	for _, l := range leads {
		if l.attr == "ocm.name" && versions != nil {
			l.where, l.more = inComponent+` AND m.component_version COLLATE "C" = ANY(?::text[])`, []any{versions}
			if len(versions) == 1 { // in the order of the index
				l.where, l.more = inVersion, []any{versions[0]}
			}
		}
		for _, c := range conditions {
			if list := l.branches(c); list != nil {
				return list
			}
		}
	}
	return nil
}

// versionsOf returns the component versions that a condition asks for.
func versionsOf(conditions []search.Condition) []string {
	const attr = "ocm.version"
	for _, c := range conditions {
		if values, _, ok := valuesOf(c, attr); ok {
			return attributeColumns[attr].texts(values)
		}
	}
	return nil
}

func (l lead) branches(c search.Condition) []sq.Sqlizer {
	values, versions, ok := valuesOf(c, l.attr)
	if !ok {
		return nil
	}
	var list []sq.Sqlizer
	values = attributeColumns[l.attr].texts(values)
	for _, v := range values {
		list = append(list, sq.Expr(l.where, append([]any{v}, l.more...)...))
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

// valuesOf returns the values of an attribute, and the component versions, that c
// asks for; false if it may hold for others.
func valuesOf(c search.Condition, attr string) (values []string, versions scope, ok bool) {
	versions = scope{}
	for _, test := range c.Any {
		switch t := test.(type) {
		case search.Among:
			if t.Attr != attr {
				return nil, nil, false
			}
			values = append(values, t.Values...)
		case search.InScope:
			if attr != "ocm.name" {
				return nil, nil, false
			}
			versions.add(t.Versions)
		default:
			return nil, nil, false
		}
	}
	return values, versions, !c.Not
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
// components but some. It is one for each version of a few components, in the order
// of an index, and one for each of many components.
func (s scope) branches(but []string) []sq.Sqlizer {
	var list, apart []sq.Sqlizer
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if slices.Contains(but, name) {
			continue
		}
		versions := append(slices.DeleteFunc(slices.Clone(s[name]), func(v string) bool { return v == "" }), "")
		list = append(list, sq.Expr(inComponent+" AND m.component_name = ? AND (m.component_version = ANY(?::text[]) OR m.component_version IS NULL)",
			name, name, versions))
		for _, v := range versions {
			apart = append(apart, sq.Expr(inVersion, name, v))
		}
		apart = append(apart, sq.Expr(inComponent+" AND m.component_version IS NULL", name))
	}
	if len(apart) <= maxBranches/2 {
		return apart
	}
	return list
}
