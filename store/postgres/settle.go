package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Settle judges all findings that do not stand as they are kept: those about which more
// was decided than fits into one transaction, those whose deciding rescoring has ended
// at now, and, where the rules of s are new, those that were judged by others or not at
// all. It returns how many findings it judged; nothing is left then.
//
// It works in transactions of some thousand findings, during which others may write, and
// goes on where it was broken off. Several processes may call it at once. If another
// process has come with another configuration since s first settled, that one is
// followed, and s does nothing. Without rules there is nothing to do.
func (s *Store) Settle(ctx context.Context, now time.Time) (int, error) {
	const act = "settle effective values"
	if s.rules == nil {
		return 0, s.usable(ctx, act)
	}
	return s.aside().settle(ctx, act, now)
}

func (s *Store) settle(ctx context.Context, act string, now time.Time) (total int, err error) {
	for {
		follows, err := s.announce(ctx, act)
		if err != nil || !follows {
			return total, err
		}
		if err := s.derive(ctx); err != nil {
			return total, err
		}
		n, err := s.settleRound(ctx, act, now, total)
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
}

// settleRound goes through all that there may be to do.
func (s *Store) settleRound(ctx context.Context, act string, now time.Time, before int) (total int, err error) {
	var left staleness
	if err := s.transact(ctx, act, func(ctx context.Context, tx pgx.Tx) (err error) {
		left, err = s.stale(ctx, tx, now)
		return err
	}); err != nil || left.current() {
		return 0, err
	}
	if err := s.transact(ctx, act, makeReady); err != nil {
		return 0, err
	}
	for _, step := range s.settlements(now) {
		for more := true; more; {
			n := 0
			if err := s.transact(ctx, act, func(ctx context.Context, tx pgx.Tx) (err error) {
				if err := lockSettling(ctx, tx); err != nil {
					return err
				}
				n, more, err = step(ctx, tx)
				return err
			}); err != nil {
				return total, err
			}
			if total += n; n > 0 {
				s.cfg.Log.Info().Int("findings", before+total).Msg("findings judged")
			}
		}
	}
	return total, nil
}

// lockSettling lets one batch be judged at a time, whoever does it, beside those who
// write findings.
func lockSettling(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, lockDeciding, lockClass, settlingLock); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, lockJudging, lockClass, judgingLock); err != nil {
		return err
	}
	return goAlongIndexes(ctx, tx)
}

// goAlongIndexes keeps PostgreSQL from reading the tables from end to end in the rest of
// the transaction: for some thousand rows in no order it takes that for cheaper, among
// hundreds of thousands too, when it takes the most of the time.
func goAlongIndexes(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
		set_config('enable_mergejoin', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)`)
	return err
}

// announce says that the rules of s are those to follow, unless it has said so before.
// It returns false if somebody else has said so since then.
func (s *Store) announce(ctx context.Context, act string) (follows bool, err error) {
	r := s.rules
	err = s.transact(ctx, act, func(ctx context.Context, tx pgx.Tx) error {
		const read = "SELECT rules IS NOT DISTINCT FROM $1, again FROM odg_judged"
		again := false
		if err := tx.QueryRow(ctx, read, r.all).Scan(&follows, &again); err != nil || follows && !again || !follows && r.present.Load() {
			return err
		}
		// Whoever writes by earlier rules has come to an end before anybody looks for
		// what they did not judge.
		if _, err := tx.Exec(ctx, lockDeciding, lockClass, judgingLock); err != nil {
			return err
		}
		const write = `UPDATE odg_judged SET rules = $1, reach = $2, again = false,
			from_change = CASE WHEN reach IS DISTINCT FROM $2 THEN 0 ELSE from_change END,
			from_row = CASE WHEN reach IS DISTINCT FROM $2 THEN 0 ELSE from_row END`
		if _, err := tx.Exec(ctx, write, r.all, r.reach); err != nil {
			return err
		}
		follows = true
		// What rescorings refer to depends on the keys that the configuration declares.
		const reread = `UPDATE artefact_metadata SET derived = NULL
			WHERE type COLLATE "C" = 'rescorings' AND cardinality($1::text[]) > 0 AND (referenced_type IS NULL OR referenced_type = ANY($1))`
		_, err := tx.Exec(ctx, reread, r.declared)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("take over rules: %w", err)
	}
	if follows {
		r.present.Store(true)
	}
	return follows, nil
}
