package sqlite

import (
	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/store"
)

// condition is [store.Matches] in SQL, over the table m.
func condition(q store.Query) sq.Sqlizer {
	if len(q.Artefacts) > 0 {
		return selected(q)
	}
	return attributes(q)
}

// attributes are the conditions on what is not the artefact.
func attributes(q store.Query) sq.And {
	and := sq.And{}
	if len(q.Types) > 0 {
		and = append(and, sq.Eq{"m.type": q.Types})
	}
	if len(q.Datasources) > 0 {
		and = append(and, sq.Eq{"m.datasource": q.Datasources})
	}
	if len(q.ReferencedTypes) > 0 {
		and = append(and, sq.Eq{"m.referenced_type": q.ReferencedTypes})
	}
	return and
}

// selected finds the rows that any of the selectors matches. The selectors are one
// parameter, read into a table once, which leads: for each of its rows SQLite looks
// up what is stored. The ways in which a row can match are apart, so that each of
// them can use an index, and are disjoint.
func selected(q store.Query) sq.Sqlizer {
	var union *sq.SelectBuilder
	for _, way := range ways(q) {
		part := sq.Select("m.rowid").From("s CROSS JOIN artefact_metadata AS m").
			Where(way).Where(local(q)).Where(attributes(q))
		if union == nil {
			union = &part
			continue
		}
		*union = union.SuffixExpr(part.Prefix("UNION ALL"))
	}
	return sq.Expr("m.rowid IN (?)", union.Prefix(selectorTable, selectorsText(q.Artefacts)))
}

// selectorTable is the table s of selectors, from the JSON of [selectorsText].
const selectorTable = `WITH s AS MATERIALIZED (SELECT
	value ->> 0 AS component, value ->> 1 AS version, value ->> 2 AS kind, value ->> 3 AS name,
	value ->> 4 AS artefact_version, value ->> 5 AS artefact_type, value ->> 6 AS extra_id, value -> 7 AS locals
	FROM json_each(?))`

// local is the condition on what no index is for.
func local(q store.Query) string {
	if q.NullMatches {
		return `(s.kind IS NULL OR m.artefact_kind = s.kind)
			AND (s.artefact_version IS NULL OR m.artefact_version IS NULL OR m.artefact_version = s.artefact_version)
			AND (s.artefact_type IS NULL OR m.artefact_type IS NULL OR m.artefact_type = s.artefact_type)
			AND (s.extra_id IS NULL OR m.artefact_extra_id_normalised IN ('', s.extra_id))`
	}
	return `(s.kind IS NULL OR m.artefact_kind = s.kind)
		AND (s.artefact_version IS NULL OR m.artefact_version = s.artefact_version)
		AND (s.artefact_type IS NULL OR m.artefact_type = s.artefact_type)
		AND (s.extra_id IS NULL OR m.artefact_extra_id_normalised = s.extra_id)`
}

// selectorsText writes selectors as a list of lists; what restricts nothing is null.
func selectorsText(selectors []store.Selector) string {
	list := make([][8]any, len(selectors))
	for i, s := range selectors {
		l := s.Local()
		extraID := artefact.NormaliseExtraID(l.ExtraID)
		list[i] = [8]any{
			s.ComponentName, s.ComponentVersion, null(s.Kind),
			null(artefact.Text(l.Name)), null(artefact.Text(l.Version)), null(artefact.Text(l.Type)), null(extraID),
			locals(s),
		}
	}
	return jsonText(list)
}

// locals are those versionless artefacts of s that s selects at all.
func locals(s store.Selector) [][4]any {
	list := [][4]any{}
	for _, l := range s.Versionless {
		if s.SelectsLocal(l) {
			list = append(list, [4]any{l.Name, l.Version, l.Type, artefact.NormaliseExtraID(l.ExtraID)})
		}
	}
	return list
}
