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
// before.
func (s *Store) judgeWritten(ctx context.Context, tx pgx.Tx, w written, known map[string]metadata.Entry, now time.Time) error {
	var found, others []*store.Row
	var decided []decision
	for _, rows := range [][]*store.Row{w.fresh, w.changed} {
		for _, r := range rows {
			switch {
			case r.Entry.Meta.Type == metadata.TypeRescoring:
				decided = addDecision(decided, r.Entry)
				if stored, ok := known[r.ID]; ok {
					decided = addDecision(decided, stored)
				}
			case s.judges(r.Entry.Meta.Type):
				found = append(found, r)
			case mayBeJudged(r.Entry.Meta.Type):
				others = append(others, r)
			}
		}
	}
	if err := s.judgeRows(ctx, tx, found, s.at(now)); err != nil {
		return err
	}
	if err := s.leaveRows(ctx, tx, others); err != nil {
		return err
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
	b := &pgx.Batch{}
	if len(kept) > 0 {
		b.Queue(putJudged, judgedLists(allColumns, kept)...)
	}
	if len(left) > 0 { // an earlier configuration, or one that others have, may have judged them
		b.Queue("DELETE FROM odg_effective WHERE id = ANY($1::char(32)[])", left)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("write effective values of %d findings: %w", len(list), err)
	}
	return nil
}

// leaveRows leaves findings to those who have rules for them, if anybody has.
func (s *Store) leaveRows(ctx context.Context, tx pgx.Tx, rows []*store.Row) error {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	if len(ids) == 0 {
		return nil
	}
	var all any
	if s.rules != nil {
		all = s.rules.all
	}
	const (
		// The row is locked first: whoever judges findings that have no row holds it.
		look = `UPDATE odg_judged SET from_row = 0,
			from_change = least(from_change, (SELECT min(change) FROM artefact_metadata WHERE id = ANY($1::char(32)[])))
			WHERE rules IS NOT NULL AND rules IS DISTINCT FROM $2::uuid`
		drop = "DELETE FROM odg_effective WHERE id = ANY($1::char(32)[])"
	)
	b := &pgx.Batch{}
	b.Queue(look, ids, all)
	b.Queue(drop, ids)
	return tx.SendBatch(ctx, b).Close()
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
	var found, others []*store.Row
	decided := before
	for _, r := range rows {
		switch {
		case r.Entry.Meta.Type == metadata.TypeRescoring:
			decided, others = addDecision(decided, r.Entry), append(others, r)
		case s.judges(r.Entry.Meta.Type):
			found = append(found, r)
		default:
			others = append(others, r)
		}
	}
	if err := s.judgeRows(ctx, tx, found, s.at(time.Time{})); err != nil {
		return err
	}
	if err := s.leaveRows(ctx, tx, others); err != nil {
		return err
	}
	if len(decided) == 0 {
		return nil
	}
	s.tellMarked()
	return mark(ctx, tx, decided, false)
}
