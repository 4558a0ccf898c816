package postgres

import (
	"context"
	"iter"
	"math"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/store"
)

// History implements [store.Historian] with one statement.
func (s *Store) History(ctx context.Context, q store.HistoryQuery) iter.Seq2[store.Version, error] {
	return func(yield func(store.Version, error) bool) {
		d := decoder{types: s.cfg.Types}
		err := s.readBuilt(ctx, "read history", versions(q), func(row [][]byte) bool {
			v := version(row)
			v.Entry = d.entry(row[versionWidth:])
			return yield(v, nil)
		})
		if err != nil {
			yield(store.Version{}, err)
		}
	}
}

// The columns of versions, of the history and of what is stored: those by which they
// are ordered, what began and ended them, who did, and the entry. Rows of one transaction
// that deletes an entry and inserts it again are one change.
const (
	endedColumns = `coalesce((extract(epoch FROM m.began_at) * 1000000)::bigint, ?) AS at, coalesce(m.began, 0) AS began,
		m.id::text COLLATE "C" AS id, m.ended AS ended, (extract(epoch FROM m.ended_at) * 1000000)::bigint,
		EXISTS (SELECT 1 FROM odg_history AS p WHERE p.id = m.id AND p.ended = m.began),
		m.deleted AND NOT EXISTS (SELECT 1 FROM odg_history AS n WHERE n.id = m.id AND n.began = m.ended)
			AND NOT EXISTS (SELECT 1 FROM artefact_metadata AS n WHERE n.id = m.id AND n.since = m.ended),
		b.who, b.request, e.who AS ender, e.request AS ending, ` + entryColumns
	presentColumns = `coalesce((extract(epoch FROM coalesce(m.since_at, m.created_at)) * 1000000)::bigint, ?) AS at, coalesce(m.since, 0) AS began,
		m.id::text COLLATE "C" AS id, ?::bigint AS ended, NULL::bigint,
		EXISTS (SELECT 1 FROM odg_history AS p WHERE p.id = m.id AND p.ended = m.since),
		false, b.who, b.request, NULL AS ender, NULL AS ending, ` + entryColumns
	versionWidth = 11

	// notKnown stands for a time that is not known, in µs since 1970.
	notKnown = math.MinInt64 / 2
)

// versions selects what q asks for, in the order of its points.
func versions(q store.HistoryQuery) sq.SelectBuilder {
	ended := sq.Select().Column(endedColumns, notKnown).FromSelect(selection(q.Query, "m.*"), "m").
		LeftJoin("odg_act AS b ON b.change = m.began").LeftJoin("odg_act AS e ON e.change = m.ended")
	present := sq.Select().Column(presentColumns, notKnown, int64(store.NotEnded)).FromSelect(selection(q.Query, "m.*"), "m").
		LeftJoin("odg_act AS b ON b.change = m.since").Where(recorded)
	all := sq.Select("*").FromSelect(present.SuffixExpr(sq.Expr("UNION ALL ?", inHistory{ended})), "v").OrderBy("at, began, id, ended")
	if p := q.After; p != (store.Point{}) {
		all = all.Where(`(at, began, id, ended) > (?::bigint, ?::bigint, ? COLLATE "C", ?::bigint)`, micros(p.At), p.Began, p.ID, p.Ended)
	}
	if q.Limit > 0 {
		all = all.Limit(uint64(q.Limit))
	}
	return all
}

// version reads a version without its entry. Nothing of the row is kept.
func version(row [][]byte) store.Version {
	at := moment(bigint(row[0]))
	v := store.Version{ID: string(row[2]), Point: store.Point{At: at, Began: bigint(row[1]), ID: string(row[2]), Ended: bigint(row[3])}}
	v.Began = store.Turn{What: store.Inserted, Act: store.Act{At: at, Who: string(row[7]), Request: string(row[8])}}
	switch {
	case v.Point.Began == 0:
		v.Began.What = store.Adopted
	case row[5][0] != 0:
		v.Began.What = store.Changed
	}
	if v.Point.Ended == store.NotEnded {
		return v
	}
	v.Ended = store.Turn{What: store.Changed, Act: store.Act{At: moment(bigint(row[4])), Who: string(row[9]), Request: string(row[10])}}
	if row[6][0] != 0 {
		v.Ended.What = store.Deleted
	}
	return v
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return notKnown
	}
	return t.UnixMicro()
}

func moment(micros int64) time.Time {
	if micros == notKnown {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
