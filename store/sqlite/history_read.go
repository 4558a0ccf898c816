package sqlite

import (
	"context"
	"database/sql"
	"iter"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// History implements [store.Historian] with one statement.
func (s *Store) History(ctx context.Context, q store.HistoryQuery) iter.Seq2[store.Version, error] {
	return func(yield func(store.Version, error) bool) {
		var r versionRow
		columns := r.columns()
		err := s.read(ctx, versions(q), func(rows *sql.Rows) (bool, error) {
			if err := rows.Scan(columns...); err != nil {
				return false, err
			}
			e, err := r.entry(s.cfg.Types)
			return err == nil && yield(r.version(e), nil), err
		})
		if err != nil {
			yield(store.Version{}, s.wrap(ctx, "read history", err))
		}
	}
}

// versionColumns are those that [versionRow] reads: of history, then of the present.
const (
	endedColumns = `m.id, ifnull(m.began_at, ?) AS at, ifnull(m.began, 0) AS began, m.ended AS ended, m.ended_at, m.deleted,
		EXISTS (SELECT 1 FROM metadata_history AS p WHERE p.id = m.id AND p.ended = m.began AND NOT p.deleted) AS changed, b.who, b.request, e.who AS ender, e.request AS ending, ` + entryColumns
	presentColumns = `m.id, ifnull(m.since_at, ?), ifnull(m.since, 0), ?, NULL, 0,
		EXISTS (SELECT 1 FROM metadata_history AS p WHERE p.id = m.id AND p.ended = m.since AND NOT p.deleted), b.who, b.request, NULL, NULL, ` + entryColumns
)

// versions selects what q asks for, in the order of its points.
func versions(q store.HistoryQuery) sq.SelectBuilder {
	ended := sq.Select().Column(endedColumns, notKnown).From("metadata_history AS m").
		LeftJoin("metadata_act AS b ON b.number = m.began").Join("metadata_act AS e ON e.number = m.ended").
		Where(inHistory{condition(q.Query)})
	present := sq.Select().Column(presentColumns, notKnown, int64(store.NotEnded)).From("artefact_metadata AS m").
		LeftJoin("metadata_act AS b ON b.number = m.since").Where(condition(q.Query)).Where(recorded)
	all := sq.Select("*").FromSelect(ended.SuffixExpr(present.Prefix("UNION ALL")), "v").OrderBy("at, began, id, ended")
	if p := q.After; p != (store.Point{}) {
		all = all.Where("(at, began, id, ended) > (?, ?, ?, ?)", micros(p.At), p.Began, p.ID, p.Ended)
	}
	if q.Limit > 0 {
		all = all.Limit(uint64(q.Limit))
	}
	return all
}

// versionRow reads a version.
type versionRow struct {
	entryRow
	id                                string
	at                                int64
	began, ended                      int64
	endedAt                           sql.NullInt64
	deleted, changed                  bool
	beganWho, beganBy, endWho, endsBy sql.NullString
}

func (r *versionRow) columns() []any {
	own := []any{&r.id, &r.at, &r.began, &r.ended, &r.endedAt, &r.deleted, &r.changed, &r.beganWho, &r.beganBy, &r.endWho, &r.endsBy}
	return append(own, r.entryRow.columns()...)
}

func (r *versionRow) version(e metadata.Entry) store.Version {
	at := moment(sql.NullInt64{Int64: r.at, Valid: true})
	v := store.Version{
		ID: r.id, Entry: e, Point: store.Point{At: at, Began: r.began, ID: r.id, Ended: r.ended},
		Began: store.Turn{What: store.Inserted, Act: store.Act{At: at, Who: r.beganWho.String, Request: r.beganBy.String}},
	}
	switch {
	case r.began == 0:
		v.Began.What = store.Adopted
	case r.changed:
		v.Began.What = store.Changed
	}
	if r.ended == store.NotEnded {
		return v
	}
	v.Ended = store.Turn{What: store.Changed, Act: store.Act{At: moment(r.endedAt), Who: r.endWho.String, Request: r.endsBy.String}}
	if r.deleted {
		v.Ended.What = store.Deleted
	}
	return v
}
