package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// marked is a row of odg_stale.
type marked struct {
	subject   digest
	number    int64
	component string // up to there its findings have been judged
	id        string
}

// makeReady waits until those who write findings, and may not have seen what others than
// this program decided, have come to an end; then the marks that the decisions left may
// be worked on. Marks of transactions under way are left for later.
func makeReady(ctx context.Context, tx pgx.Tx) error {
	var some bool
	if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM odg_stale WHERE NOT ready)").Scan(&some); err != nil || !some {
		return err
	}
	if _, err := tx.Exec(ctx, lockDeciding, lockClass, judgingLock); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE odg_stale SET ready = true
		WHERE subject IN (SELECT subject FROM odg_stale WHERE NOT ready FOR UPDATE SKIP LOCKED)`)
	return err
}

// settleMarked judges the findings about some marked subjects: several if they have few
// findings, a part of one if it has many.
func (s *Store) settleMarked(ctx context.Context, tx pgx.Tx, now time.Time) (int, bool, error) {
	marks, err := readMarks(ctx, tx, s.portions.marks)
	if err != nil || len(marks) == 0 {
		return 0, false, err
	}
	for len(marks) > 1 {
		ids, err := findAll(ctx, tx, marks, s.portions.batch+1)
		if err != nil {
			return 0, false, err
		}
		if len(ids) <= s.portions.batch {
			n, err := s.judgeAgain(ctx, tx, now, judgedByID, ids)
			if err == nil {
				err = unmark(ctx, tx, marks)
			}
			return n, true, err
		}
		marks = marks[:len(marks)/2]
	}
	n, err := s.settlePart(ctx, tx, marks[0], now)
	return n, true, err
}

// readMarks reads those that were set first; one that is half done alone.
func readMarks(ctx context.Context, tx pgx.Tx, count int) ([]marked, error) {
	rows, err := tx.Query(ctx, `SELECT subject, number, after_component, after_id FROM odg_stale
		WHERE ready ORDER BY number LIMIT $1`, count)
	if err != nil {
		return nil, err
	}
	marks, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m marked, err error) {
		return m, row.Scan(&m.subject, &m.number, &m.component, &m.id)
	})
	if err == nil && len(marks) > 0 && strings.TrimSpace(marks[0].id) != "" {
		marks = marks[:1]
	}
	return marks, err
}

// findAll finds at most count findings about subjects.
func findAll(ctx context.Context, tx pgx.Tx, marks []marked, count int) ([]string, error) {
	const query = `SELECT e.id FROM unnest($1::uuid[]) AS u (subject) CROSS JOIN LATERAL (
		SELECT id FROM odg_effective WHERE subject = u.subject LIMIT $2) AS e LIMIT $2`
	subjects, _ := columnsOf(marks)
	rows, err := tx.Query(ctx, query, subjects, count)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// settlePart judges the next findings about one subject.
func (s *Store) settlePart(ctx context.Context, tx pgx.Tx, m marked, now time.Time) (int, error) {
	rows, err := tx.Query(ctx, `SELECT id, component_name FROM odg_effective
		WHERE subject = $1 AND (component_name, id) > ($2, $3) ORDER BY component_name, id LIMIT $4`, m.subject, m.component, m.id, s.portions.batch)
	if err != nil {
		return 0, err
	}
	var ids []string
	if _, err = pgx.ForEachRow(rows, []any{&m.id, &m.component}, func() error {
		ids = append(ids, m.id)
		return nil
	}); err != nil {
		return 0, err
	}
	n, err := s.judgeAgain(ctx, tx, now, judgedByID, ids)
	switch {
	case err != nil:
		return 0, err
	case len(ids) < s.portions.batch:
		return n, unmark(ctx, tx, []marked{m})
	}
	_, err = tx.Exec(ctx, "UPDATE odg_stale SET after_component = $3, after_id = $4 WHERE subject = $1 AND number = $2",
		m.subject, m.number, m.component, m.id)
	return n, err
}

// unmark removes marks, unless something else was decided meanwhile.
func unmark(ctx context.Context, tx pgx.Tx, marks []marked) error {
	subjects, numbers := columnsOf(marks)
	_, err := tx.Exec(ctx, `DELETE FROM odg_stale WHERE (subject, number) IN (SELECT * FROM unnest($1::uuid[], $2::bigint[]))`, subjects, numbers)
	if err != nil {
		return fmt.Errorf("remove %d marks: %w", len(marks), err)
	}
	return nil
}

func columnsOf(marks []marked) (subjects []digest, numbers []int64) {
	for _, m := range marks {
		subjects, numbers = append(subjects, m.subject), append(numbers, m.number)
	}
	return subjects, numbers
}
