package postgres

import (
	"fmt"
	"math"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// judged is a finding with how it stands.
type judged struct {
	id      string
	version string // of its row in odg_effective, empty if it has none
	entry   metadata.Entry
	subject any  // digest, or nil
	counts  bool // the configuration judges it
	rules   digest
	rescore.Effective
}

// judgedColumn is a column of odg_effective.
type judgedColumn struct {
	name, typ string
	value     func(*judged) any
}

// fixedColumns say which finding it is, standingColumns how it stands.
var (
	fixedColumns = []judgedColumn{
		{"id", "char(32)", func(j *judged) any { return j.id }},
		{"type", "varchar", func(j *judged) any { return string(j.entry.Meta.Type) }},
		{"datasource", "varchar", func(j *judged) any { return string(j.entry.Meta.Datasource) }},
		{"component_name", "text", func(j *judged) any { return artefact.Text(j.entry.Artefact.ComponentName) }},
		{"component_version", "text", func(j *judged) any { return nullable(j.entry.Artefact.ComponentVersion) }},
		{"artefact", "uuid", func(j *judged) any { return artefactDigest(j.entry.Artefact) }},
	}
	standingColumns = []judgedColumn{
		{"subject", "uuid", func(j *judged) any { return j.subject }},
		{"severity", "text", func(j *judged) any { return cut(withoutNUL(j.Severity)) }},
		{"value", "integer", func(j *judged) any { return small(j.Value) }},
		{"due", "date", func(j *judged) any { return day(j.Due) }},
		{"rescoring", "char(32)", func(j *judged) any { return null(j.Rescoring) }},
		{"until", "timestamptz", func(j *judged) any {
			if j.Until.IsZero() {
				return nil
			}
			return j.Until
		}},
		{"rules", "uuid", func(j *judged) any { return j.rules }},
	}
)

// subjectOf is the digest of what a finding is about, or what a rescoring says that it
// is about; nil if no rescoring can refer to it. Digests that are equal by accident do no
// harm: what they bring too much does not apply.
func subjectOf(e metadata.Entry) any {
	subject, ok := e.Subject()
	if !ok {
		return nil
	}
	about := e.Meta.Type
	if about == metadata.TypeRescoring {
		about = e.ReferencedType()
	}
	return digestOf(string(about), subject)
}

// artefactDigest stands for an artefact without the version of its component.
func artefactDigest(id artefact.ID) digest {
	id.ComponentVersion, id.References = nil, nil
	return digestOf(id.Key())
}

// small is a value as its column holds it.
func small(value int) int32 { return int32(min(max(value, math.MinInt32), math.MaxInt32)) }

// unnested is what follows FROM for columns as lists, the first of which is $first.
func unnested(columns []judgedColumn, first int) string {
	lists, names := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		lists[i], names[i] = fmt.Sprintf("$%d::%s[]", first+i, c.typ), c.name
	}
	return "unnest(" + strings.Join(lists, ", ") + ") AS u (" + strings.Join(names, ", ") + ")"
}

func judgedNames(columns []judgedColumn, prefix string) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = prefix + c.name
	}
	return strings.Join(names, ", ")
}

// settings is what follows SET.
func settings(columns []judgedColumn, from string) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c.name + " = " + from + "." + c.name
	}
	return strings.Join(list, ", ")
}

func judgedLists(columns []judgedColumn, rows []*judged) []any {
	all := make([]any, len(columns))
	for c, column := range columns {
		list := make(pgtype.FlatArray[any], len(rows))
		for i, r := range rows {
			list[i] = column.value(r)
		}
		all[c] = list
	}
	return all
}
