package sqlite

import (
	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/sqlmatch"
	"github.com/opendeliverygear/odg/store"
)

// condition is [store.Matches] in SQL, over the table m.
func condition(q store.Query) sq.Sqlizer {
	switch {
	case len(q.Artefacts) > 0:
		return selected(q)
	case q.Covering != nil && len(q.IDs) == 0:
		return covering(q)
	}
	return attributes(q)
}

// covering looks up the scopes that there may be around an artefact one after the other:
// SQLite would rather read all entries of the types that are asked for.
func covering(q store.Query) sq.Sqlizer {
	name := artefact.Text(q.Covering.ComponentName)
	named := sq.Select("m.rowid").From("artefact_metadata AS m").Where(sq.Eq{"m.component_name": []string{"", name}}).Where(attributes(q))
	wide := sq.Select("m.rowid").From("artefact_metadata AS m").Where("m.component_name IS NULL").Where(attributes(q))
	return sq.Expr("m.rowid IN (?)", named.SuffixExpr(wide.Prefix("UNION ALL")))
}

// attributes are the conditions on what is not the artefact.
func attributes(q store.Query) sq.And {
	and := sq.And{}
	if len(q.IDs) > 0 {
		and = append(and, sq.Expr("m.id IN (SELECT value FROM json_each(?))", jsonText(q.IDs)))
	}
	if len(q.Types) > 0 {
		and = append(and, sq.Eq{"m.type": q.Types})
	}
	if len(q.Datasources) > 0 {
		and = append(and, sq.Eq{"m.datasource": q.Datasources})
	}
	if len(q.ReferencedTypes) > 0 {
		and = append(and, sq.Eq{"m.referenced_type": q.ReferencedTypes})
	}
	if q.Covering != nil {
		text, args := sqlmatch.Covering(*q.Covering)
		and = append(and, sq.Expr(text, args...))
	}
	return and
}

// selected finds the rows that any of the selectors matches. The selectors are one
// parameter, read into a table once, which leads: for each of its rows SQLite looks
// up what is stored. The ways in which a row can match are apart, so that each of
// them can use an index, and are disjoint.
func selected(q store.Query) sq.Sqlizer {
	var union *sq.SelectBuilder
	for _, way := range sqlmatch.Ways(q, shared) {
		part := sq.Select("m.rowid").From("s CROSS JOIN artefact_metadata AS m").
			Where(way).Where(sqlmatch.Local(q)).Where(attributes(q))
		if union == nil {
			union = &part
			continue
		}
		*union = union.SuffixExpr(part.Prefix("UNION ALL"))
	}
	return sq.Expr("m.rowid IN (?)", union.Prefix(selectorTable, sqlmatch.Selectors(q.Artefacts)))
}

// selectorTable is the table s of selectors, from the JSON of [sqlmatch.Selectors].
const selectorTable = `WITH s AS MATERIALIZED (SELECT
	value ->> 0 AS component, value ->> 1 AS version, value ->> 2 AS kind, value ->> 3 AS name,
	value ->> 4 AS artefact_version, value ->> 5 AS artefact_type, value ->> 6 AS extra_id, value -> 7 AS locals
	FROM json_each(?))`

// shared tells if a row without component version belongs to the version that s
// asks for.
const shared = `EXISTS (SELECT 1 FROM json_each(s.locals) AS l
	WHERE l.value ->> 0 IS m.artefact_name AND l.value ->> 1 IS m.artefact_version
		AND l.value ->> 2 IS m.artefact_type AND l.value ->> 3 = m.artefact_extra_id_normalised)`
