package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Upsert implements [store.Upserter] with a handful of statements per batch: what
// is stored under the ids, which discovery dates there are to reuse, a COPY of what
// is new, an UPDATE of what has changed. What others did in between without taking
// locks shows in the counts, or as a duplicate, and the batch starts over.
func (s *Store) Upsert(ctx context.Context, entries []metadata.Entry, opts store.UpsertOptions) (store.Change, error) {
	act := fmt.Sprintf("upsert %d entries", len(entries))
	if len(entries) == 0 {
		return store.Change{}, s.usable(ctx, act)
	}
	batch, err := store.NewBatch(entries, opts)
	if err != nil {
		return store.Change{}, fmt.Errorf("%s: %w", act, err)
	}
	if err := s.checkWidths(entries); err != nil {
		return store.Change{}, fmt.Errorf("%s: %w", act, err)
	}
	if store.ActOf(ctx).At.IsZero() {
		ctx = store.By(ctx, store.Act{At: opts.Now})
	}
	var change store.Change
	judging := lockFor(entries)
	err = s.transact(ctx, act, func(ctx context.Context, tx pgx.Tx) error {
		known, err := s.lockAndRead(ctx, tx, judging, locksOf(entries), batch.IDs())
		if err != nil {
			return err
		}
		dates, err := readDates(ctx, tx, batch.Wanted(known))
		if err != nil {
			return fmt.Errorf("read discovery dates: %w", err)
		}
		rows, err := batch.Plan(known, dates)
		if err != nil {
			return err
		}
		w := sortRows(rows, known)
		if change, err = writeRows(ctx, tx, w); err != nil {
			return err
		}
		return s.judgeWritten(ctx, tx, w, known, opts.Now)
	})
	if err != nil {
		return store.Change{}, err
	}
	if judging == lockDeciding {
		s.tellMarked()
	}
	return change, nil
}
