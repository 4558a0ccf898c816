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
	after   place // up to there its findings have been judged
}

// place is where a finding stands among all about one subject. Neighbours in this order
// were mostly written together, and lie together in the table and in its indexes: so a
// batch touches few pages.
type place struct{ component, version, id string }

// marks are settled one after the other, those that were set first before others.
type marks struct {
	store *Store
	now   time.Time
	// begun is a subject with many findings, and next are some that follow.
	begun marked
	next  []place
}

// ahead is how many times as many places are read as findings are judged, of subjects
// that have so many: they are sorted, which takes time.
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

func (m *marked) isBegun() bool { return strings.TrimSpace(m.after.id) != "" }

func readMarks(ctx context.Context, tx pgx.Tx, count int) ([]marked, error) {
	rows, err := tx.Query(ctx, "SELECT subject, number, after_component, after_version, after_id FROM odg_stale WHERE ready ORDER BY number LIMIT $1", count)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m marked, err error) {
		return m, row.Scan(&m.subject, &m.number, &m.after.component, &m.after.version, &m.after.id)
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

// settlePart judges the next findings about one subject, in the order of their places.
func (m *marks) settlePart(ctx context.Context, tx pgx.Tx, one marked) (int, error) {
	if m.begun != one || len(m.next) == 0 {
		var err error
		if m.next, err = readPlaces(ctx, tx, one, ahead*m.store.portions.batch); err != nil {
			return 0, err
		}
	}
	size := min(len(m.next), m.store.portions.batch)
	if size == 0 {
		return 0, unmark(ctx, tx, []marked{one})
	}
	ids := make([]string, size)
	for i, p := range m.next[:size] {
		ids[i] = p.id
	}
	n, err := m.store.judgeAgain(ctx, tx, m.now, judgedByID, ids)
	if err != nil {
		return 0, err
	}
	last := m.next[size-1]
	m.begun, m.next = one, m.next[size:]
	m.begun.after = last
	_, err = tx.Exec(ctx, `UPDATE odg_stale SET after_component = $3, after_version = $4, after_id = $5
		WHERE subject = $1 AND number = $2`, one.subject, one.number, last.component, last.version, last.id)
	return n, err
}

// readPlaces reads which findings about a subject follow.
func readPlaces(ctx context.Context, tx pgx.Tx, one marked, count int) ([]place, error) {
	const query = `SELECT component_name, coalesce(component_version, ''), id FROM odg_effective
		WHERE subject = $1 AND (component_name, coalesce(component_version, ''), id) > ($2, $3, $4)
		ORDER BY component_name, coalesce(component_version, ''), id LIMIT $5`
	rows, err := tx.Query(ctx, query, one.subject, one.after.component, one.after.version, one.after.id, count)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (p place, err error) {
		return p, row.Scan(&p.component, &p.version, &p.id)
	})
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
