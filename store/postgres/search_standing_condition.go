package postgres

import (
	"slices"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/search"
)

// effectiveAttribute is an attribute of odg_effective that is compared as text.
type effectiveAttribute struct {
	expr, typ string
	null      bool // for the empty text
	width     int  // of all others, 0 if they differ
	cut       bool // whether it may be a part of the text only
}

var effectiveAttributes = map[string]effectiveAttribute{
	"effective.severity":  {expr: "m.effective_severity", typ: "text", cut: true},
	"effective.due":       {expr: "m.effective_due", typ: "date", null: true, width: len(time.DateOnly)},
	"effective.rescoring": {expr: "m.effective_rescoring", typ: "bpchar", null: true, width: 32},
}

// among is true of what is one of values, false of other findings, and NULL of what has
// no row.
func (a effectiveAttribute) among(values []string) (sq.Sqlizer, bool) {
	list := []string{}
	exact := true
	for _, v := range values {
		if a.cut {
			exact = exact && whole(v)
			v = cut(withoutNUL(v))
		}
		if storableText(v) && (a.width == 0 || len(v) == a.width) {
			list = append(list, v)
		}
	}
	where := sq.Or{sq.Expr("coalesce("+a.expr+" = ANY((?::text[])::"+a.typ+"[]), false)", list)}
	if a.null && slices.Contains(values, "") {
		where = append(where, sq.Expr(a.expr+" IS NULL"))
	}
	return sq.Expr("CASE WHEN m.effective_id IS NOT NULL THEN ? END", where), exact
}

func dueIs(expr string, t search.EffectiveDue) sq.Sqlizer {
	return sq.Expr(expr+" "+sqlSigns[t.Sign]+" ?::date", string(t.Date))
}

func valueIs(expr string, t search.EffectiveValue) sq.Sqlizer {
	return sq.Expr(expr+" "+sqlSigns[t.Sign]+" ?::int8", int64(t.Value))
}

// dueBetween compares the beginnings of days.
func dueBetween(expr string, t search.Between) sq.Sqlizer {
	and := sq.And{sq.Expr("(" + expr + " IS NOT NULL OR NULL)")} // NULL if there is none
	if t.From != nil {
		and = append(and, sq.Expr(expr+" >= ?::date", t.From.Add(24*time.Hour-1).Truncate(24*time.Hour)))
	}
	if t.To != nil {
		and = append(and, sq.Expr(expr+" <= ?::date", t.To.Truncate(24*time.Hour)))
	}
	return and
}

// opposite signs, of which exactly one holds.
var oppositeSigns = map[string]string{"<": ">=", "<=": ">", ">": "<=", ">=": "<"}

// boundsOf returns what c says about the first key, if that is how findings stand, and if
// that is all of c; so an index is read only where it holds.
func boundsOf(c search.Condition, first string) (and sq.And) {
	if !c.Not && len(c.Any) != 1 {
		return nil
	}
	for _, test := range c.Any {
		bound := boundOf(test, first, c.Not)
		if bound == nil {
			return nil
		}
		and = append(and, bound)
	}
	return and
}

func boundOf(test search.Test, first string, not bool) sq.Sqlizer {
	switch t := test.(type) {
	case search.EffectiveDue:
		if t.Sign = turned(t.Sign, not); first == "effective.due" && t.Sign != "" {
			return dueIs("e.due", t)
		}
	case search.EffectiveValue:
		if t.Sign = turned(t.Sign, not); first == "effective.severity" && t.Sign != "" {
			return valueIs("e.value", t)
		}
	case search.Among: // those that are not due, which an index has together
		if first == "effective.due" && t.Attr == first && slices.Equal(t.Values, []string{""}) {
			return sq.Expr(map[bool]string{false: "e.due IS NULL", true: "e.due IS NOT NULL"}[not])
		}
	case search.Between:
		if first == "effective.due" && t.Attr == first && !not {
			return dueBetween("e.due", t)
		}
	}
	return nil
}

// turned returns a sign, or its opposite; empty if it bounds nothing.
func turned(sign string, not bool) string {
	switch {
	case not:
		return oppositeSigns[sign]
	case sign == "!=":
		return ""
	}
	return sign
}
