package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// usualPortions are for transactions of some tenths of a second.
var usualPortions = portions{decision: 2000, batch: 5000, marks: 512}

// portions say how many findings are judged in one transaction.
type portions struct {
	decision int // that of a decision; if it changes more they are marked for [Store.Settle]
	batch    int // one of [Store.Settle]
	marks    int // of subjects that are settled together
}

// affected finds at most $4 of the findings that decisions may change: $1 and $2 are
// subjects in a component, $3 are subjects in all of them.
const affected = `(SELECT e.id FROM unnest($1::uuid[], $2::text[]) AS d (subject, component) CROSS JOIN LATERAL (
			SELECT id FROM odg_effective WHERE subject = d.subject AND component_name = d.component LIMIT $4) AS e LIMIT $4)
	UNION (SELECT e.id FROM unnest($3::uuid[]) AS d (subject) CROSS JOIN LATERAL (
			SELECT id FROM odg_effective WHERE subject = d.subject LIMIT $4) AS e LIMIT $4)
	LIMIT $4`

// decide judges the findings to which rescorings refer that were written or deleted, or
// marks them if they are many. It needs the lock of [lockDeciding].
func (s *Store) decide(ctx context.Context, tx pgx.Tx, list []decision, now time.Time) error {
	if len(list) == 0 {
		return nil
	}
	if s.rules == nil {
		return mark(ctx, tx, list, true)
	}
	if err := goAlongIndexes(ctx, tx); err != nil {
		return err
	}
	narrow, components, wide := []digest{}, []string{}, []digest{}
	for _, d := range list {
		if d.component == "" {
			wide = append(wide, d.subject)
			continue
		}
		narrow, components = append(narrow, d.subject), append(components, d.component)
	}
	rows, err := tx.Query(ctx, affected, narrow, components, wide, s.portions.decision+1)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	switch {
	case err != nil:
		return fmt.Errorf("find findings that decisions change: %w", err)
	case len(ids) > s.portions.decision:
		return mark(ctx, tx, list, true)
	case len(ids) == 0:
		return nil
	}
	_, err = s.judgeAgain(ctx, tx, now, judgedByID, ids)
	return err
}

// rereadLater has rescorings looked at again by others, if the rules that came last are
// theirs: they may tell findings apart by other keys.
func (s *Store) rereadLater(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE odg_judged SET again = true
		WHERE rules IS NOT NULL AND rules IS DISTINCT FROM $1::uuid AND NOT again`, s.rules.any())
	return err
}

// judgedByID selects for [Store.judgeAgain] what is judged already.
const judgedByID = "SELECT m.id, e.xmin::text, " + entryColumns + ` FROM odg_effective AS e JOIN artefact_metadata AS m ON m.id = e.id
	WHERE e.id = ANY($1::char(32)[])`

// mark leaves the findings about subjects to [Store.Settle], and to whoever reads them
// before. Ready tells that all who write findings from now on see what was decided.
func mark(ctx context.Context, tx pgx.Tx, list []decision, ready bool) error {
	subjects := make([]digest, len(list))
	for i, d := range list {
		subjects[i] = d.subject
	}
	const query = `INSERT INTO odg_stale (subject, ready) SELECT DISTINCT u.subject, $2::boolean FROM unnest($1::uuid[]) AS u (subject)
		ORDER BY subject
		ON CONFLICT (subject) DO UPDATE SET number = nextval('odg_mark'), ready = excluded.ready,
			after_component = '', after_version = '', after_id = ''`
	if _, err := tx.Exec(ctx, query, subjects, ready); err != nil {
		return fmt.Errorf("mark %d decisions: %w", len(subjects), err)
	}
	return nil
}

// decisionsOf reads what those of the ids that are rescorings are about, and tells the
// database that this transaction judges what their deletion changes.
func decisionsOf(ctx context.Context, tx pgx.Tx, ids []string) ([]decision, error) {
	if _, err := tx.Exec(ctx, "SELECT set_config('odg.judges', 'on', true)"); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `SELECT subject, coalesce(component_name, '') FROM artefact_metadata
		WHERE id = ANY($1::char(32)[]) AND subject IS NOT NULL`, ids)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (d decision, err error) {
		return d, row.Scan(&d.subject, &d.component)
	})
}

// Marked tells, soon after, that decisions were taken by this process, so that there may
// be something for [Store.Settle] to do.
func (s *Store) Marked() <-chan struct{} { return s.marked }

func (s *Store) tellMarked() {
	select {
	case s.marked <- struct{}{}:
	default: // somebody was told and has not looked yet
	}
}
