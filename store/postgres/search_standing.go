package postgres

import (
	"slices"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/search"
)

// standing is what a search wants to know of odg_effective.
type standing struct {
	effective bool     // anything
	driven    bool     // it is sorted by it in the first place
	always    bool     // nothing else than what has a row there can match
	types     []string // that have rows there
	// doubtful is when rows may stand otherwise than they are kept: at a time, and by
	// decisions that are marked. They are offered apart. Zero: none does.
	doubtful time.Time
}

func standingOf(q *search.Query, types []string) standing {
	first := q.Order()[0].Field
	st := standing{types: types, effective: q.Effective(), driven: first == "effective.due" || first == "effective.severity"}
	for _, c := range q.Conditions() {
		_, always := c.Effective()
		st.always = st.always || always || st.judged(c)
	}
	return st
}

// judged tells if c holds only for types whose findings have a row, or are left out.
func (st standing) judged(c search.Condition) bool {
	values, _, ok := valuesOf(c, "type")
	return ok && !slices.ContainsFunc(values, func(t string) bool { return !slices.Contains(st.types, t) })
}

// effectiveColumns are those of [effectiveOf].
const (
	effectiveColumns = "e.severity, e.value, e.due, e.rescoring, e.until"
	effectiveWidth   = 5
)

// lookedEffective are the columns that a filter looks at besides looked.
const lookedEffective = looked + `, e.id AS effective_id, e.severity AS effective_severity, e.value AS effective_value, e.due AS effective_due,
	e.rescoring AS effective_rescoring, e.subject AS effective_subject, e.until AS effective_until`

// effectiveOf reads how a finding stands, nil if nothing is kept of it.
func effectiveOf(row [][]byte, e metadata.Entry) *rescore.Effective {
	if row[0] == nil {
		return nil
	}
	effective := &rescore.Effective{Severity: string(row[0]), Value: integer(row[1]), Rescoring: string(row[3])}
	if row[2] != nil {
		effective.Due = metadata.DateOf(epoch.AddDate(0, 0, integer(row[2])))
	}
	if row[4] != nil {
		effective.Until = epoch.Add(time.Duration(bigint(row[4])) * time.Microsecond)
	}
	if !whole(effective.Severity) && effective.Rescoring == "" { // it may be a part of the scanner's
		if read, err := search.Attribute("data.severity"); err == nil {
			effective.Severity, _ = read(e)
		}
	}
	return effective
}

// stands tells if a row passed the filter. That is not left to [search.Query.Matches], as
// the filter also tells rows that are offered elsewhere: apart, or among those that have
// a first key.
func stands(ok []byte) bool { return len(ok) == 1 && ok[0] != 0 }

// epoch is where the binary forms of dates and times begin.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// integer reads the binary form of an integer or a date.
func integer(b []byte) int { return int(int32(bigint(b))) }

// notDoubtful is the condition that a row stands as it is kept.
const notDoubtful = "(m.effective_subject IN (SELECT subject FROM odg_stale) OR m.effective_until <= ?::timestamptz) IS NOT TRUE"

// standingForm says where a search looks that wants to know how findings stand: along an
// index of odg_effective if it is sorted by it, else with each row that it looks at. What
// has no first key comes last: findings that are not due, and, unless the search is about
// findings only, all that is no finding.
func (p *searchPlan) standingForm(f searchForm, at position) searchForm {
	f.columns = lookedEffective
	if !p.doubtful.IsZero() {
		f.filter = append(f.filter, sq.Expr(notDoubtful, p.doubtful))
	}
	first := p.keys[0]
	switch {
	case !p.driven:
		f.from = "artefact_metadata AS m LEFT JOIN odg_effective AS e ON e.id = m.id"
		f.base = sq.And{phase(first, at)}
	case at.nulls && !p.always:
		f.from = "artefact_metadata AS m LEFT JOIN odg_effective AS e ON e.id = m.id"
		f.filter = append(f.filter, sq.Expr(effectiveNull[first.expr]))
		f.base, f.sorted = sq.And{sq.Expr("true")}, slices.Clone(p.keys[1:])
		if f.sorted[0].expr == sortColumns["id"].expr {
			f.sorted[0].expr = "m.id"
		}
		f.keys = append([]sortKey{first}, f.sorted...)
	default:
		f.from = "odg_effective AS e JOIN artefact_metadata AS m ON m.id = e.id"
		f.base, f.branches = sq.And{phase(first, at)}, p.standingBranches()
		f.keys = slices.Clone(p.keys)
		for i := range f.keys {
			if f.keys[i].expr == sortColumns["id"].expr {
				f.keys[i].expr = `e.id COLLATE "C"`
			}
		}
		f.sorted = f.keys
	}
	return f
}

// effectiveNull are conditions on rows that have no first key.
var effectiveNull = map[string]string{"e.due": "m.effective_due IS NULL", "e.value": "m.effective_value IS NULL"}
