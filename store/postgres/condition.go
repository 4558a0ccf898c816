package postgres

import (
	"slices"
	"strings"
	"unicode/utf8"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/sqlmatch"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// selection is [store.Matches] in SQL: the columns of the rows m that q selects.
func selection(q store.Query, columns string) sq.SelectBuilder {
	all := sq.Select(columns).From("artefact_metadata AS m")
	if len(q.Artefacts) == 0 {
		return all.Where(attributes(q)).Where(byType(q))
	}
	q.Artefacts = slices.DeleteFunc(slices.Clone(q.Artefacts), func(s store.Selector) bool { return !storable(s) })
	switch len(q.Artefacts) {
	case 0:
		return all.Where("false")
	case 1: // the ways are apart, so no row is found twice
		return union(q, columns)
	}
	// The places of the rows in the table, each once, in the order in which they
	// are on disk.
	return all.Where(sq.Expr("m.ctid = ANY(ARRAY(?))", union(q, "m.place")))
}

// union finds rows by the selectors of q, which are one parameter, in each of the
// ways in which a row can match. Every selector is looked up by itself (OFFSET 0
// keeps PostgreSQL from turning that round): it knows nothing of the selectors and
// would rather read the whole table.
func union(q store.Query, columns string) sq.SelectBuilder {
	var all *sq.SelectBuilder
	for _, way := range sqlmatch.Ways(q, shared) {
		rows := sq.Select("m.ctid AS place", "m.*").From("artefact_metadata AS m").
			Where(way).Where(sqlmatch.Local(q)).Where(attributes(q)).Suffix("OFFSET 0")
		part := sq.Select(columns).From("s").JoinClause(rows.Prefix("CROSS JOIN LATERAL (").Suffix(") AS m"))
		if all == nil {
			all = &part
			continue
		}
		*all = all.SuffixExpr(part.Prefix("UNION ALL"))
	}
	return all.Prefix(selectorTable, sqlmatch.Selectors(q.Artefacts))
}

// selectorTable is the table s of selectors, from the JSON of [sqlmatch.Selectors].
// Texts have the collation of the columns, so that indexes can be used.
const selectorTable = `WITH s AS MATERIALIZED (SELECT
	value ->> 0 AS component, value ->> 1 AS version, value ->> 2 AS kind, value ->> 3 AS name,
	value ->> 4 AS artefact_version, value ->> 5 AS artefact_type, value ->> 6 AS extra_id, value -> 7 AS locals
	FROM json_array_elements(?::json))`

// shared tells if a row without component version belongs to the version that s
// asks for.
const shared = `EXISTS (SELECT 1 FROM json_array_elements(s.locals) AS l
	WHERE l.value ->> 0 IS NOT DISTINCT FROM m.artefact_name AND l.value ->> 1 IS NOT DISTINCT FROM m.artefact_version
		AND l.value ->> 2 IS NOT DISTINCT FROM m.artefact_type AND l.value ->> 3 = coalesce(m.artefact_extra_id_normalised, ''))`

// attributes are the conditions on what is not the artefact.
func attributes(q store.Query) sq.And {
	and := sq.And{}
	if len(q.IDs) > 0 {
		and = append(and, sq.Expr("m.id = ANY(?::bpchar[])", ids(q.IDs)))
	}
	if len(q.Types) > 0 {
		and = append(and, among("m.type", q.Types))
	}
	if len(q.Datasources) > 0 {
		and = append(and, among("m.datasource", q.Datasources))
	}
	if len(q.ReferencedTypes) > 0 {
		and = append(and, among("m.referenced_type", q.ReferencedTypes))
	}
	if q.Covering != nil {
		and = append(and, covering(*q.Covering))
	}
	return and
}

// covering is [sqlmatch.Covering]. What cannot be stored equals nothing that is.
func covering(id artefact.ID) sq.Sqlizer {
	text, args := sqlmatch.Covering(id)
	for i, arg := range args {
		if !storableText(arg.(string)) {
			args[i] = ""
		}
	}
	return sq.Expr(text, args...)
}

// byType says once more, as an index does, which types are asked for: it finds them
// among all rows where no artefact leads. Findings are not in it.
func byType(q store.Query) sq.Sqlizer {
	isFinding := func(t metadata.Type) bool { return strings.HasPrefix(string(t), "finding/") }
	if len(q.Types) == 0 || slices.ContainsFunc(q.Types, isFinding) {
		return sq.And{}
	}
	return sq.And{sq.Expr(`m.type COLLATE "C" NOT LIKE 'finding/%'`), among(`m.type COLLATE "C"`, q.Types)}
}

// ids leaves out what is no id, such as one with blanks behind it, which the type of the
// column does not tell from the id.
func ids(values []string) []string {
	return slices.DeleteFunc(storableTexts(values), func(id string) bool { return len(id) != 32 || strings.HasSuffix(id, " ") })
}

func among[T ~string](column string, values []T) sq.Sqlizer {
	return sq.Expr(column+" = ANY(?)", storableTexts(values))
}

// storableTexts leaves out what equals no stored text; nil stays nil.
func storableTexts[T ~string](values []T) []string {
	if len(values) == 0 {
		return nil
	}
	texts := make([]string, 0, len(values))
	for _, v := range values {
		if storableText(string(v)) {
			texts = append(texts, string(v))
		}
	}
	return texts
}

// storableText tells if PostgreSQL can hold a text; others equal nothing in it.
func storableText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func storable(s store.Selector) bool {
	l := s.Local()
	for _, text := range []string{
		artefact.Text(s.ComponentName), artefact.Text(s.ComponentVersion), string(s.Kind),
		artefact.Text(l.Name), artefact.Text(l.Version), artefact.Text(l.Type), artefact.NormaliseExtraID(l.ExtraID),
	} {
		if !storableText(text) {
			return false
		}
	}
	return !slices.ContainsFunc(s.Versionless, func(l artefact.LocalID) bool {
		return !storableText(artefact.Text(l.Name) + artefact.Text(l.Version) + artefact.Text(l.Type) + artefact.NormaliseExtraID(l.ExtraID))
	})
}
