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
	subject digest
	number  int64
	after   string // up to this id its findings have been judged
}

// marks are settled one after the other, those that were set first before others.
type marks struct {
	store *Store
	now   time.Time
	// begun is a subject with many findings, and next are the ids of some that follow.
	begun marked
	next  []string
}

// ahead is how many times as many ids are read as findings are judged, of subjects that
// have so many: they are sorted by id, which takes time.
const ahead = 20

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

// settle judges the findings about some marked subjects: several if they have few
// findings, a part of one if it has many.
func (m *marks) settle(ctx context.Context, tx pgx.Tx) (int, bool, error) {
	list, err := readMarks(ctx, tx, m.store.portions.marks)
	if err != nil || len(list) == 0 {
		return 0, false, err
	}
	for len(list) > 1 && !list[0].isBegun() {
		ids, err := findAll(ctx, tx, list, m.store.portions.batch+1)
		if err != nil {
			return 0, false, err
		}
		if len(ids) <= m.store.portions.batch {
			n, err := m.store.judgeAgain(ctx, tx, m.now, judgedByID, ids)
			if err == nil {
				err = unmark(ctx, tx, list)
			}
			return n, true, err
		}
		list = list[:len(list)/2]
	}
	n, err := m.settlePart(ctx, tx, list[0])
	return n, true, err
}

func (m *marked) isBegun() bool { return strings.TrimSpace(m.after) != "" }

func readMarks(ctx context.Context, tx pgx.Tx, count int) ([]marked, error) {
	rows, err := tx.Query(ctx, "SELECT subject, number, after_id FROM odg_stale WHERE ready ORDER BY number LIMIT $1", count)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m marked, err error) {
		return m, row.Scan(&m.subject, &m.number, &m.after)
	})
}

// findAll finds at most count findings about subjects.
func findAll(ctx context.Context, tx pgx.Tx, list []marked, count int) ([]string, error) {
	const query = `SELECT e.id FROM unnest($1::uuid[]) AS u (subject) CROSS JOIN LATERAL (
		SELECT id FROM odg_effective WHERE subject = u.subject LIMIT $2) AS e LIMIT $2`
	subjects, _ := columnsOf(list)
	rows, err := tx.Query(ctx, query, subjects, count)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// settlePart judges the next findings about one subject, in the order of their ids.
func (m *marks) settlePart(ctx context.Context, tx pgx.Tx, one marked) (int, error) {
	if m.begun != one || len(m.next) == 0 {
		rows, err := tx.Query(ctx, "SELECT id FROM odg_effective WHERE subject = $1 AND id > $2 ORDER BY id LIMIT $3",
			one.subject, one.after, ahead*m.store.portions.batch)
		if err != nil {
			return 0, err
		}
		if m.next, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
			return 0, err
		}
	}
	size := min(len(m.next), m.store.portions.batch)
	if size == 0 {
		return 0, unmark(ctx, tx, []marked{one})
	}
	ids := m.next[:size]
	n, err := m.store.judgeAgain(ctx, tx, m.now, judgedByID, ids)
	if err != nil {
		return 0, err
	}
	m.begun, m.next = one, m.next[size:]
	m.begun.after = ids[size-1]
	_, err = tx.Exec(ctx, "UPDATE odg_stale SET after_id = $3 WHERE subject = $1 AND number = $2", one.subject, one.number, m.begun.after)
	return n, err
}

// unmark removes marks, unless something else was decided meanwhile.
func unmark(ctx context.Context, tx pgx.Tx, list []marked) error {
	subjects, numbers := columnsOf(list)
	_, err := tx.Exec(ctx, `DELETE FROM odg_stale WHERE (subject, number) IN (SELECT * FROM unnest($1::uuid[], $2::bigint[]))`, subjects, numbers)
	if err != nil {
		return fmt.Errorf("remove %d marks: %w", len(list), err)
	}
	return nil
}

func columnsOf(list []marked) (subjects []digest, numbers []int64) {
	for _, m := range list {
		subjects, numbers = append(subjects, m.subject), append(numbers, m.number)
	}
	return subjects, numbers
}
