package postgres

import (
	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/search"
)

// sortKey is a key of an order in SQL.
type sortKey struct {
	expr, typ  string
	notNull    bool
	time       bool
	number     bool
	descending bool
}

// sortColumns are the fields of [search.Sort]. Texts sort byte by byte.
var sortColumns = map[string]sortKey{
	"meta.creation_date": {expr: "m.created_at", typ: "timestamptz", time: true},
	"meta.last_update":   {expr: "m.last_update_at", typ: "timestamptz", time: true},
	"ocm.name":           {expr: `m.component_name COLLATE "C"`, typ: "text"},
	"ocm.version":        {expr: `m.component_version COLLATE "C"`, typ: "text"},
	"type":               {expr: `m.type COLLATE "C"`, typ: "text"},
	"id":                 {expr: `m.id COLLATE "C"`, typ: "bpchar", notNull: true},
	"effective.due":      {expr: "e.due", typ: "date", time: true},
	"effective.severity": {expr: "e.value", typ: "int4", number: true, notNull: true},
}

func sortKeys(order []search.Sort) []sortKey {
	keys := make([]sortKey, len(order))
	for i, s := range order {
		keys[i] = sortColumns[s.Field]
		keys[i].descending = s.Descending
	}
	if order[0].Field == "id" {
		keys[0].expr = "m.id" // digits and a to f sort alike everywhere, and the primary key serves
	}
	return keys
}

// direction has nulls last. For the first key, which is null for no row or for all,
// it is written as the index has it.
func (k sortKey) direction(first bool) string {
	direction := " ASC"
	if k.descending {
		direction = " DESC"
	}
	switch {
	case k.notNull:
		return direction
	case first && k.time != k.descending:
		return direction + " NULLS FIRST"
	}
	return direction + " NULLS LAST"
}

func (k sortKey) sign() string {
	if k.descending {
		return "<"
	}
	return ">"
}

func (k sortKey) param() string { return "?::" + k.typ }

func (k sortKey) arg(v search.Key) any {
	switch {
	case k.time:
		return v.At
	case k.number:
		return small(v.Number)
	}
	return v.Text
}

// after is the condition on the rows behind a place.
func after(keys []sortKey, at position) sq.Sqlizer {
	k, v := keys[0], at.after[0]
	if at.nulls {
		return behind(keys[1:], at.after[1:])
	}
	if len(keys) == 2 && keys[1].notNull {
		// As one comparison, which the index answers.
		return sq.Expr("("+k.expr+", "+keys[1].expr+") "+k.sign()+" ("+k.param()+", "+keys[1].param()+")", k.arg(v), keys[1].arg(at.after[1]))
	}
	return sq.And{
		sq.Expr(k.expr+" "+k.sign()+"= "+k.param(), k.arg(v)), // for the index
		behind(keys, at.after),
	}
}

// behind compares key by key, with nulls last.
func behind(keys []sortKey, place []search.Key) sq.Sqlizer {
	if len(keys) == 0 {
		return sq.Expr("false")
	}
	k, v, rest := keys[0], place[0], behind(keys[1:], place[1:])
	if v.Null {
		return sq.And{sq.Expr(k.expr + " IS NULL"), rest}
	}
	or := sq.Or{
		sq.Expr(k.expr+" "+k.sign()+" "+k.param(), k.arg(v)),
		sq.And{sq.Expr(k.expr+" = "+k.param(), k.arg(v)), rest},
	}
	if !k.notNull {
		or = append(or, sq.Expr(k.expr+" IS NULL"))
	}
	return or
}
