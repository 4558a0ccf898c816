package postgres

import (
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
}

func newSearchPlan(q *search.Query) *searchPlan {
	p := &searchPlan{query: q, keys: sortKeys(q.Order())}
	t := translation{}
	for _, c := range q.Conditions() {
		where, all := t.condition(c)
		p.residual = p.residual || !all
		if p.isWindow(c) {
			p.window = append(p.window, where...)
			continue
		}
		p.filter = append(p.filter, where...)
	}
	p.branches = branches(q.Conditions())
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
	base := append(sq.And{p.phase(at)}, p.window...)
	if at.after != nil {
		base = append(base, after(p.keys, at))
	}
	var ok sq.Sqlizer = sq.Expr("true")
	if len(p.filter) > 0 {
		ok = p.filter
	}
	rows := sq.Select("m.place").Column(sq.Alias(ok, "ok")).FromSelect(p.source(base, size), "m").
		OrderBy(p.order()).Suffix("LIMIT ?", size)
	numbered := sq.Select("s.place", "s.ok", "row_number() OVER () AS n").FromSelect(rows, "s")
	found := sq.Select("s.place", "s.n").FromSelect(numbered, "s").Where("(s.ok OR s.n = ?)", size).Suffix("LIMIT ?", limit)
	return sq.Select("f.n", "m.id", entryColumns).From("found AS f JOIN artefact_metadata AS m ON m.ctid = f.place").OrderBy("f.n").
		PrefixExpr(found.Prefix("WITH found AS MATERIALIZED (").Suffix(")")).
		PlaceholderFormat(sq.Dollar).ToSql()
}

func (p *searchPlan) phase(at position) sq.Sqlizer {
	if at.nulls {
		return sq.Expr(p.keys[0].expr + " IS NULL")
	}
	return sq.Expr(p.keys[0].expr + " IS NOT NULL")
}

// looked are the columns that a filter looks at.
const looked = `m.id, m.type, m.datasource, m.component_name, m.component_version, m.artefact_kind, m.artefact_name, m.artefact_version,
	m.artefact_type, m.created_at, m.last_update_at, m.data_cve, m.data_package_name, m.data_severity, m.search_text`

// source selects the rows to look at: all, or those that an index leads to. Each
// branch is read in the order of the page, and they are merged. Keys are columns
// of their own, so that PostgreSQL sees that the order is the same.
func (p *searchPlan) source(base sq.And, size int) sq.SelectBuilder {
	all := sq.Select("m.ctid AS place", looked).From("artefact_metadata AS m").Where(base)
	for i, k := range p.keys {
		all = all.Column(k.expr + " AS " + keyName(i))
	}
	switch len(p.branches) {
	case 0:
		return all
	case 1:
		return all.Where(p.branches[0])
	}
	all = all.OrderBy(p.order()).Suffix("LIMIT ?)", size)
	union := all.Where(p.branches[0]).Prefix("(")
	for _, b := range p.branches[1:] {
		union = union.SuffixExpr(all.Where(b).Prefix("UNION ALL ("))
	}
	return union
}

func (p *searchPlan) order() string {
	list := make([]string, len(p.keys))
	for i, k := range p.keys {
		list[i] = keyName(i) + k.direction(i == 0)
	}
	return strings.Join(list, ", ")
}

func keyName(i int) string { return "key" + strconv.Itoa(i) }
