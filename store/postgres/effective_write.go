package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Whoever writes rescorings holds the lock alone, whoever judges findings by them holds
// it together with others: neither can miss what the other does. It comes before all
// other locks.
const (
	lockDeciding = "SELECT pg_advisory_xact_lock($1, $2)"
	lockJudging  = "SELECT pg_advisory_xact_lock_shared($1, $2)"

	judgingLock  = lockCount     // of lockClass
	settlingLock = lockCount + 1 // one batch of [Store.Settle] at a time
)

// lockFor is the lock that a batch needs.
func lockFor(entries []metadata.Entry) string {
	for i := range entries {
		if entries[i].Meta.Type == metadata.TypeRescoring {
			return lockDeciding
		}
	}
	return lockJudging
}

// judgeWritten keeps how findings stand after a batch. What was only touched stands as
// before, so that another scan with the same result costs nothing here.
func (s *Store) judgeWritten(ctx context.Context, tx pgx.Tx, w written, known map[string]metadata.Entry, now time.Time) error {
	var found []*store.Row
	var others []string
	var decided []decision
	rescored := false
	for _, rows := range [][]*store.Row{w.fresh, w.changed} {
		for _, r := range rows {
			switch {
			case r.Entry.Meta.Type == metadata.TypeRescoring:
				decided, rescored = addDecision(decided, r.Entry), true
				if stored, ok := known[r.ID]; ok {
					decided = addDecision(decided, stored)
				}
			case s.judges(r.Entry.Meta.Type):
				found = append(found, r)
			case mayBeJudged(r.Entry.Meta.Type):
				others = append(others, r.ID)
			}
		}
	}
	if err := s.judgeRows(ctx, tx, found, s.at(now)); err != nil {
		return err
	}
	if err := s.leave(ctx, tx, others); err != nil {
		return err
	}
	if rescored {
		if err := s.rereadLater(ctx, tx); err != nil {
			return err
		}
	}
	return s.decide(ctx, tx, decided, s.at(now))
}

// mayBeJudged tells if somebody may have configured findings of type t.
func mayBeJudged(t metadata.Type) bool { return t.IsFinding() || !metadata.BuiltinTypes().Known(t) }

// judges tells if findings of type t are configured.
func (s *Store) judges(t metadata.Type) bool {
	if s.rules == nil {
		return false
	}
	_, ok := s.rules.of[t]
	return ok
}

// at is now, or the present if nobody has said what that is.
func (s *Store) at(now time.Time) time.Time {
	switch {
	case !now.IsZero():
		return now
	case s.cfg.Now != nil:
		return s.cfg.Now()
	}
	return time.Now()
}

// judgeRows keeps how findings stand whose rows this transaction has written.
func (s *Store) judgeRows(ctx context.Context, tx pgx.Tx, rows []*store.Row, now time.Time) error {
	if len(rows) == 0 {
		return nil
	}
	list := make([]*judged, len(rows))
	for i, r := range rows {
		list[i] = &judged{id: r.ID, entry: r.Entry}
	}
	if err := s.judge(ctx, tx, list, now); err != nil {
		return err
	}
	var kept []*judged
	var left []string
	for _, j := range list {
		if j.counts {
			kept = append(kept, j)
		} else {
			left = append(left, j.id)
		}
	}
	if len(kept) > 0 {
		if _, err := tx.Exec(ctx, putJudged, judgedLists(allColumns, kept)...); err != nil {
			return fmt.Errorf("write effective values of %d findings: %w", len(kept), err)
		}
	}
	return s.leave(ctx, tx, left)
}

// leave leaves findings that s does not judge to those who do by the rules that came
// last, if these are others. Earlier rules may have judged them.
func (s *Store) leave(ctx context.Context, tx pgx.Tx, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := s.lookFor(ctx, tx, ids); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "DELETE FROM odg_effective WHERE id = ANY($1::char(32)[])", ids)
	return err
}

// lookFor has findings without a row looked for by others, if the rules that came last
// are theirs. It comes before rows are removed, as whoever is looking then adds none.
func (s *Store) lookFor(ctx context.Context, tx pgx.Tx, ids []string) error {
	const query = `UPDATE odg_judged SET from_row = 0,
			from_change = least(from_change, (SELECT min(change) FROM artefact_metadata WHERE id = ANY($1::char(32)[])))
		WHERE rules IS NOT NULL AND rules IS DISTINCT FROM $2::uuid`
	_, err := tx.Exec(ctx, query, ids, s.rules.any())
	return err
}

// decision is what a rescoring is about.
type decision struct {
	subject   digest
	component string // empty for all
}

func addDecision(list []decision, rescoring metadata.Entry) []decision {
	subject, ok := subjectOf(rescoring).(digest)
	if !ok {
		return list // it refers to nothing
	}
	return append(list, decision{subject, artefact.Text(rescoring.Artefact.ComponentName)})
}

// judgeForeign keeps how findings stand that others wrote, and marks what their
// rescorings were about before, and are about now.
func (s *Store) judgeForeign(ctx context.Context, tx pgx.Tx, rows []*store.Row, before []decision) error {
	var found []*store.Row
	var others []string
	decided, rescored := before, len(before) > 0
	for _, r := range rows {
		switch {
		case r.Entry.Meta.Type == metadata.TypeRescoring:
			decided, others, rescored = addDecision(decided, r.Entry), append(others, r.ID), true
		case s.judges(r.Entry.Meta.Type):
			found = append(found, r)
		default:
			others = append(others, r.ID)
		}
	}
	if err := s.judgeRows(ctx, tx, found, s.at(time.Time{})); err != nil {
		return err
	}
	if err := s.leave(ctx, tx, others); err != nil {
		return err
	}
	if !rescored {
		return nil
	}
	if err := s.rereadLater(ctx, tx); err != nil {
		return err
	}
	s.tellMarked()
	return mark(ctx, tx, decided, false)
}
