package postgres

import (
	"slices"
	"strconv"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/search"
)

// searchPlan is a search in SQL.
type searchPlan struct {
	query    *search.Query
	keys     []sortKey
	filter   sq.And
	window   sq.And // on the first key: where the rows to look at begin and end
	branches []sq.Sqlizer
	residual bool // the filter says less than q
	standing
}

// newSearchPlan makes the plan for a query; types are those of which how findings stand is
// kept.
func newSearchPlan(q *search.Query, types []string) *searchPlan {
	p := &searchPlan{query: q, keys: sortKeys(q.Order()), standing: standingOf(q, types)}
	t := translation{}
	for _, c := range q.Conditions() {
		if bounds := boundsOf(c, q.Order()[0].Field); bounds != nil {
			p.window = append(p.window, bounds...)
			continue
		}
		where, all := t.condition(c)
		p.residual = p.residual || !all
		if p.isWindow(c) {
			p.window = append(p.window, where...)
			continue
		}
		p.filter = append(p.filter, where...)
	}
	p.branches = branches(q.Conditions())
	for i := range p.keys { // what is no finding has no value, and is looked at unless the search is driven by findings alone
		p.keys[i].notNull = p.keys[i].notNull && (p.driven && p.always || !p.keys[i].number)
	}
	return p
}

// isWindow tells if c bounds the first key.
func (p *searchPlan) isWindow(c search.Condition) bool {
	if c.Not || len(c.Any) != 1 {
		return false
	}
	between, ok := c.Any[0].(search.Between)
	return ok && between.Attr == p.query.Order()[0].Field
}

// statement finds at most limit of the size rows behind a position that pass the
// filter, each with its number among them; the last of the rows in any case, as it
// tells where to go on. Its text depends on the form of the query only.
//
// Rows are numbered, filtered and counted as they come, one by one in the order of
// the index: what is behind the last one found is not read. Where no index has the
// order, what the filter looks at is sorted, not whole rows.
func (p *searchPlan) statement(at position, size, limit int) (string, []any, error) {
	form := p.form(at)
	base := append(form.base, p.window...)
	if at.after != nil {
		base = append(base, after(form.keys, at))
	}
	var ok sq.Sqlizer = sq.Expr("true")
	if filter := slices.Concat(p.filter, form.filter); len(filter) > 0 {
		ok = filter
	}
	rows := sq.Select("m.place").Column(sq.Alias(ok, "ok")).FromSelect(p.source(form, base, size), "m").
		OrderBy(form.order()).Suffix("LIMIT ?", size)
	numbered := sq.Select("s.place", "s.ok", "row_number() OVER () AS n").FromSelect(rows, "s")
	found := sq.Select("s.place", "s.n", "s.ok").FromSelect(numbered, "s").Where("(s.ok OR s.n = ?)", size).Suffix("LIMIT ?", limit)
	result := sq.Select("f.n", "m.id", entryColumns).From("found AS f JOIN artefact_metadata AS m ON m.ctid = f.place").OrderBy("f.n")
	if p.effective {
		result = result.Columns(effectiveColumns, "f.ok").LeftJoin("odg_effective AS e ON e.id = m.id")
	}
	return result.PrefixExpr(found.Prefix("WITH found AS MATERIALIZED (").Suffix(")")).
		PlaceholderFormat(sq.Dollar).ToSql()
}

// searchForm is where and how a statement looks for rows.
type searchForm struct {
	from     string
	columns  string
	base     sq.And // of the rows to look at
	filter   sq.And // besides that of the plan
	branches []sq.Sqlizer
	keys     []sortKey
	sorted   []sortKey // those of keys that are not the same for all rows
}

// form depends on whether the rows have a first key.
func (p *searchPlan) form(at position) searchForm {
	f := searchForm{from: "artefact_metadata AS m", columns: looked, branches: p.branches, keys: p.keys, sorted: p.keys}
	if p.effective {
		return p.standingForm(f, at)
	}
	f.base = sq.And{phase(p.keys[0], at)}
	return f
}

func phase(first sortKey, at position) sq.Sqlizer {
	if at.nulls {
		return sq.Expr(first.expr + " IS NULL")
	}
	return sq.Expr(first.expr + " IS NOT NULL")
}

// looked are the columns that a filter looks at.
const looked = `m.id, m.type, m.datasource, m.component_name, m.component_version, m.artefact_kind, m.artefact_name, m.artefact_version,
	m.artefact_type, m.created_at, m.last_update_at, m.data_cve, m.data_package_name, m.data_severity, m.search_text`

// source selects the rows to look at: all, or those that an index leads to. Each
// branch is read in the order of the page, and they are merged. Keys are columns
// of their own, so that PostgreSQL sees that the order is the same.
func (p *searchPlan) source(f searchForm, base sq.And, size int) sq.SelectBuilder {
	all := sq.Select("m.ctid AS place", f.columns).From(f.from).Where(base)
	for i, k := range f.sorted {
		all = all.Column(k.expr + " AS " + keyName(i))
	}
	switch len(f.branches) {
	case 0:
		return all
	case 1:
		return all.Where(f.branches[0])
	}
	all = all.OrderBy(f.order()).Suffix("LIMIT ?)", size)
	union := all.Where(f.branches[0]).Prefix("(")
	for _, b := range f.branches[1:] {
		union = union.SuffixExpr(all.Where(b).Prefix("UNION ALL ("))
	}
	return union
}

func (f searchForm) order() string {
	list := make([]string, len(f.sorted))
	for i, k := range f.sorted {
		list[i] = keyName(i) + k.direction(i == 0 && len(f.sorted) == len(f.keys))
	}
	return strings.Join(list, ", ")
}

func keyName(i int) string { return "key" + strconv.Itoa(i) }
