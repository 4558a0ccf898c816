package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// settlement judges some findings. More tells that there may be others.
type settlement func(ctx context.Context, tx pgx.Tx) (n int, more bool, err error)

// settlements are in the order of what readers notice.
func (s *Store) settlements(now time.Time) []settlement {
	m, o := marks{store: s, now: now}, outdated{store: s, now: now}
	return []settlement{
		m.settle,
		func(ctx context.Context, tx pgx.Tx) (int, bool, error) { return s.settleExpired(ctx, tx, now) },
		o.settle,
		func(ctx context.Context, tx pgx.Tx) (int, bool, error) { return s.settleMissing(ctx, tx, now) },
	}
}

// settleExpired judges findings whose deciding rescoring has ended.
func (s *Store) settleExpired(ctx context.Context, tx pgx.Tx, now time.Time) (int, bool, error) {
	const query = "SELECT m.id, e.version, " + entryColumns + ` FROM (
			SELECT id, xmin::text AS version FROM odg_effective WHERE until <= $1 ORDER BY until LIMIT $2) AS e
		JOIN artefact_metadata AS m ON m.id = e.id`
	n, err := s.judgeAgain(ctx, tx, now, query, now, s.portions.batch)
	return n, n == s.portions.batch, err
}

// outdated judges what was judged by other rules, in the order of the ids.
type outdated struct {
	store *Store
	now   time.Time
	after string
}

func (o *outdated) settle(ctx context.Context, tx pgx.Tx) (int, bool, error) {
	rows, err := tx.Query(ctx, rulesKept)
	if err != nil {
		return 0, false, err
	}
	others, err := pgx.CollectRows(rows, pgx.RowTo[digest])
	if err != nil {
		return 0, false, err
	}
	own := o.store.rules.list()
	others = slices.DeleteFunc(others, func(d digest) bool { return slices.Contains(own, d) })
	if len(others) == 0 {
		return 0, false, nil
	}
	const query = "SELECT id FROM odg_effective WHERE rules = ANY($1::uuid[]) AND id > $2 ORDER BY id LIMIT $3"
	if rows, err = tx.Query(ctx, query, others, o.after, o.store.portions.batch); err != nil {
		return 0, false, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(ids) == 0 {
		return 0, false, err
	}
	n, err := o.store.judgeAgain(ctx, tx, o.now, judgedByID, ids)
	if err == nil {
		o.after = ids[len(ids)-1]
	}
	return n, len(ids) == o.store.portions.batch, err
}

// settleMissing judges findings that have no row, in the order in which they were
// written.
func (s *Store) settleMissing(ctx context.Context, tx pgx.Tx, now time.Time) (int, bool, error) {
	var change *int64
	var row int64
	if err := tx.QueryRow(ctx, "SELECT from_change, from_row FROM odg_judged FOR UPDATE").Scan(&change, &row); err != nil || change == nil {
		return 0, false, err
	}
	const query = `SELECT m.id, m.change, m.change_row,
			coalesce(m.type = ANY($4::text[]), false) AND NOT EXISTS (SELECT 1 FROM odg_effective AS e WHERE e.id = m.id) AS missing
		FROM artefact_metadata AS m WHERE (m.change, m.change_row) > ($1, $2) ORDER BY m.change, m.change_row LIMIT $3`
	rows, err := tx.Query(ctx, query, *change, row, s.portions.batch, s.rules.types)
	if err != nil {
		return 0, false, err
	}
	var id string
	var last int64
	var missing bool
	var ids []string
	tag, err := pgx.ForEachRow(rows, []any{&id, &last, &row, &missing}, func() error {
		if missing {
			ids = append(ids, id)
		}
		return nil
	})
	if err != nil {
		return 0, false, err
	}
	n := 0
	if len(ids) > 0 {
		const unjudged = "SELECT m.id, '', " + entryColumns + " FROM artefact_metadata AS m WHERE m.id = ANY($1::char(32)[])"
		if n, err = s.judgeAgain(ctx, tx, now, unjudged, ids); err != nil {
			return 0, false, err
		}
	}
	if int(tag.RowsAffected()) < s.portions.batch {
		_, err = tx.Exec(ctx, "UPDATE odg_judged SET from_change = NULL, from_row = 0")
		return n, false, err
	}
	_, err = tx.Exec(ctx, "UPDATE odg_judged SET from_change = $1, from_row = $2", last, row)
	return n, true, err
}
