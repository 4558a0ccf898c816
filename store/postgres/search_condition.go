package postgres

import (
	"slices"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/search"
)

// maxTests is how many tests of a search are translated. What is more is left to
// [search.Query.Matches].
const maxTests = 2000

// attributeColumn is where an attribute stands.
type attributeColumn struct {
	expr string
	cut  bool // whether it may be a part of the text only
}

// attributeColumns are the attributes that have a column.
var attributeColumns = map[string]attributeColumn{
	"type":              {expr: "m.type"},
	"datasource":        {expr: "m.datasource"},
	"artefact_kind":     {expr: "m.artefact_kind"},
	"ocm.name":          {expr: "m.component_name"},
	"ocm.version":       {expr: "m.component_version"},
	"artefact.name":     {expr: "m.artefact_name"},
	"artefact.version":  {expr: "m.artefact_version"},
	"artefact.type":     {expr: "m.artefact_type"},
	"data.cve":          {expr: "m.data_cve", cut: true},
	"data.package_name": {expr: "m.data_package_name", cut: true},
	"data.severity":     {expr: "m.data_severity", cut: true},
}

// texts are what the column holds where the attribute is one of values, each once.
func (c attributeColumn) texts(values []string) []string {
	list := make([]string, 0, len(values))
	for _, v := range values {
		if c.cut {
			v = cut(withoutNUL(v))
		}
		if storableText(v) {
			list = append(list, v)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// translation turns the conditions of a search into SQL.
type translation struct {
	tests int // so far
}

// condition returns what is true of every row for which c holds, and tells if that
// is all of c, as far as a row that it is true of is hardly another one.
func (t *translation) condition(c search.Condition) (and sq.And, all bool) {
	t.tests += len(c.Any)
	if t.tests > maxTests {
		return nil, false
	}
	if c.Not {
		return noneOf(c.Any)
	}
	return anyOf(c.Any)
}

// anyOf can say nothing if it cannot say all.
func anyOf(tests []search.Test) (sq.And, bool) {
	or, seen := sq.Or{}, map[string]bool{}
	for _, test := range tests {
		where, _ := translate(test)
		if where == nil {
			return nil, false
		}
		if like, ok := test.(search.Like); ok && isTokenField(like.Attr) {
			pattern := containing(like.Parts)
			if seen[pattern] {
				continue // the same token in another field
			}
			seen[pattern] = true
		}
		or = append(or, where)
	}
	return sq.And{or}, true
}

// noneOf says what it can of each test.
func noneOf(tests []search.Test) (and sq.And, all bool) {
	all = true
	for _, test := range tests {
		where, exact := translate(test)
		if where == nil || !exact {
			all = false
			continue
		}
		and = append(and, sq.Expr("NOT (?)", where))
	}
	return and, all
}

// translate returns what is true of every row for which a test holds, nil if there
// is nothing to say. Exact tells that it is false, or NULL, where the test does not
// hold or is unknown, so that its opposite can be said too.
func translate(test search.Test) (where sq.Sqlizer, exact bool) {
	switch t := test.(type) {
	case search.Among:
		return translateAmong(t)
	case search.Like:
		return translateLike(t)
	case search.Between:
		return translateBetween(t)
	case search.Compare:
		return translateCompare(t)
	case search.Severity:
		return translateSeverity(t)
	case search.InScope:
		return translateInScope(t)
	case search.EffectiveDue:
		return dueIs("m.effective_due", t), true
	case search.EffectiveValue:
		return valueIs("m.effective_value", t), true
	}
	return nil, false
}

func translateAmong(t search.Among) (sq.Sqlizer, bool) {
	if column, ok := effectiveAttributes[t.Attr]; ok {
		return column.among(t.Values)
	}
	if t.Attr == "id" {
		return sq.Expr("m.id = ANY(?::bpchar[])", storableTexts(t.Values)), false
	}
	column, ok := attributeColumns[t.Attr]
	if !ok {
		return amongTokens(t), false
	}
	values := column.texts(t.Values)
	exact := !column.cut || !slices.ContainsFunc(t.Values, func(v string) bool { return !whole(v) })
	return sq.Expr(column.expr+" = ANY(?::text[])", values), exact
}

// amongTokens finds values of fields in which tokens are looked for.
func amongTokens(t search.Among) sq.Sqlizer {
	if !isTokenField(t.Attr) {
		return nil
	}
	patterns := []string{}
	for _, v := range t.Values {
		if v = withoutNUL(v); storableText(v) {
			patterns = append(patterns, containing([]string{strings.ToLower(v)}))
		}
	}
	return sq.Expr("(m.search_text IS NULL OR m.search_text LIKE ANY(?::text[]))", patterns)
}

func translateBetween(t search.Between) (sq.Sqlizer, bool) {
	if t.Attr == "effective.due" {
		return dueBetween("m.effective_due", t), true
	}
	key, ok := sortColumns[t.Attr]
	if !ok || !key.time {
		return nil, false
	}
	and := sq.And{sq.Expr("isfinite(" + key.expr + ")")} // NULL if there is no time
	if t.From != nil {
		and = append(and, sq.Expr(key.expr+" >= ?::timestamptz", *t.From))
	}
	if t.To != nil {
		and = append(and, sq.Expr(key.expr+" <= ?::timestamptz", *t.To))
	}
	return and, true
}

func translateCompare(t search.Compare) (sq.Sqlizer, bool) {
	column, ok := attributeColumns[t.Attr]
	if !ok || column.cut || !storableText(t.Value) {
		return nil, false
	}
	return sq.Expr(column.expr+` COLLATE "C" `+sqlSigns[t.Sign]+" ?::text", t.Value), true
}

var sqlSigns = map[string]string{"<": "<", "<=": "<=", "=": "=", "!=": "<>", ">=": ">=", ">": ">"}

func translateSeverity(t search.Severity) (sq.Sqlizer, bool) {
	listed, in := t.Yes, "IN"
	if t.Rest {
		listed, in = t.No, "NOT IN"
	}
	types, ids := make([]string, len(listed)), make([]string, len(listed))
	for i, category := range listed {
		types[i], ids[i] = string(category.Type), category.ID
		if !whole(category.ID) || !storableText(category.ID) || !storableText(types[i]) {
			return nil, false
		}
	}
	return sq.And{
		sq.Expr("m.data_severity IS NOT NULL"),
		sq.Expr("(m.type, m.data_severity) "+in+" (SELECT * FROM unnest(?::text[], ?::text[]))", types, ids),
	}, false
}

// translateInScope leaves it to others which rows without a version belong to the
// scope.
func translateInScope(t search.InScope) (sq.Sqlizer, bool) {
	var names, versions []string
	for _, v := range t.Versions {
		if storableText(v.Name) && storableText(v.Version) {
			names, versions = append(names, v.Name), append(versions, v.Version)
		}
	}
	return sq.Or{
		sq.Expr("(m.component_name, m.component_version) IN (SELECT * FROM unnest(?::text[], ?::text[]))", names, versions),
		sq.Expr("(m.component_name = ANY(?::text[]) AND coalesce(m.component_version, '') = '')", names),
	}, false
}
