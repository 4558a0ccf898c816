package sqlite

import (
	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/store"
)

// condition is [store.Matches] in SQL, over the table m.
func condition(q store.Query) sq.Sqlizer {
	and := attributes(q)
	if len(q.Artefacts) > 0 {
		and = append(and, selected(q))
	}
	return and
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
// up what is stored for the component. The ways to match a component and its
// version are apart, so that each of them can use an index.
func selected(q store.Query) sq.Sqlizer {
	ways := []string{
		"m.component_name = s.component AND s.version IS NULL",
		"m.component_name = s.component AND m.component_version = s.version",
		"m.component_name = s.component AND m.component_version IS NULL AND s.version IS NOT NULL AND " + versionless(q),
	}
	unnamed := "m.component_name IS NULL AND (s.version IS NULL OR m.component_version = s.version OR m.component_version IS NULL AND " + versionless(q) + ")"
	if !q.NullMatches {
		unnamed = "s.component IS NULL AND " + unnamed
	}
	and := sq.And{sq.Expr(local(q))}
	if rest := attributes(q); len(rest) > 0 {
		and = append(and, rest)
	}
	var union sq.SelectBuilder
	for i, way := range append(ways, unnamed) {
		part := sq.Select("m.rowid").From("s CROSS JOIN artefact_metadata AS m").Where(way).Where(and)
		if i == 0 {
			union = part
			continue
		}
		union = union.SuffixExpr(part.Prefix("UNION ALL"))
	}
	return sq.Expr("m.rowid IN (?)", union.Prefix(selectorTable, selectorsText(q.Artefacts)))
}

// selectorTable is the table s of selectors, from the JSON of [selectorsText].
const selectorTable = `WITH s AS MATERIALIZED (SELECT
	value ->> 0 AS component, value ->> 1 AS version, value ->> 2 AS kind, value ->> 3 AS name,
	value ->> 4 AS artefact_version, value ->> 5 AS artefact_type, value ->> 6 AS extra_id, value -> 7 AS locals
	FROM json_each(?))`

// versionless tells if a row without component version belongs to the version
// that s asks for.
func versionless(q store.Query) string {
	if q.NullMatches {
		return "true"
	}
	return `(s.version = '' OR EXISTS (SELECT 1 FROM json_each(s.locals) AS l
		WHERE l.value ->> 0 IS m.artefact_name AND l.value ->> 1 IS m.artefact_version
			AND l.value ->> 2 IS m.artefact_type AND l.value ->> 3 = m.artefact_extra_id_normalised))`
}

// local is the condition on kind and local artefact.
func local(q store.Query) string {
	if q.NullMatches {
		return `(s.kind IS NULL OR m.artefact_kind = s.kind)
			AND (s.name IS NULL OR m.artefact_name IS NULL OR m.artefact_name = s.name)
			AND (s.artefact_version IS NULL OR m.artefact_version IS NULL OR m.artefact_version = s.artefact_version)
			AND (s.artefact_type IS NULL OR m.artefact_type IS NULL OR m.artefact_type = s.artefact_type)
			AND (s.extra_id IS NULL OR m.artefact_extra_id_normalised IN ('', s.extra_id))`
	}
	return `(s.kind IS NULL OR m.artefact_kind = s.kind)
		AND (s.name IS NULL OR m.artefact_name = s.name)
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
