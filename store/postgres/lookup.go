package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// lockAndRead takes the locks of a batch, judging being [lockJudging] or [lockDeciding],
// and then reads what is stored under its ids, in one round trip. Rows that others wrote
// are completed first.
func (s *Store) lockAndRead(ctx context.Context, tx pgx.Tx, judging string, locks []int32, ids []string) (map[string]metadata.Entry, error) {
	b := &pgx.Batch{}
	b.Queue(judging, lockClass, judgingLock)
	b.Queue(takeLocks, lockClass, locks)
	b.Queue(underived)
	b.Queue("SELECT m.id, "+entryColumns+" FROM artefact_metadata AS m WHERE m.id = ANY($1::char(32)[])", ids)
	results := tx.SendBatch(ctx, b)
	defer results.Close()
	for range 2 {
		if _, err := results.Exec(); err != nil {
			return nil, fmt.Errorf("wait for other writers: %w", err)
		}
	}
	var incomplete bool
	if err := results.QueryRow().Scan(&incomplete); err != nil {
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	known := make(map[string]metadata.Entry, len(ids))
	d := decoder{types: s.cfg.Types}
	_, err = stream(rows, func(row [][]byte) (bool, error) {
		known[string(row[0])] = d.entry(row[1:])
		return true, nil
	})
	if err == nil && incomplete {
		rows.Close()
		err = errors.Join(results.Close(), s.deriveIn(ctx, tx))
	}
	return known, err
}

// readDates finds the best candidate for each of wanted.
func readDates(ctx context.Context, tx pgx.Tx, wanted []store.Wanted) (map[store.Wanted]metadata.Candidate, error) {
	found := make(map[store.Wanted]metadata.Candidate, len(wanted))
	if len(wanted) == 0 {
		return found, nil
	}
	const query = `SELECT w.number, c.last_update, c.discovered
		FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS w (reuse_key, datasource, since, number)
		CROSS JOIN LATERAL (
			SELECT m.last_update, m.discovery_date::text AS discovered FROM artefact_metadata AS m
			WHERE m.reuse_key = w.reuse_key AND m.datasource COLLATE "C" = w.datasource AND m.discovery_date IS NOT NULL
				AND (w.since IS NULL OR m.last_update_at >= w.since)
			ORDER BY m.last_update DESC, m.discovery_date LIMIT 1) AS c`
	keys, datasources, since := make([]any, len(wanted)), make([]string, len(wanted)), make([]*time.Time, len(wanted))
	for i, w := range wanted {
		keys[i], datasources[i] = reuseKey(w.ReuseKey), string(w.Datasource)
		if !w.Since.IsZero() {
			up := w.Since.Add(time.Microsecond - 1).Truncate(time.Microsecond) // as exact as the column
			since[i] = &up
		}
	}
	rows, err := tx.Query(ctx, query, keys, datasources, since)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var number int64
	var updated, discovered string
	_, err = pgx.ForEachRow(rows, []any{&number, &updated, &discovered}, func() error {
		found[wanted[number-1]] = metadata.Candidate{LastUpdate: metadata.Timestamp(updated), DiscoveryDate: metadata.Date(discovered)}
		return nil
	})
	return found, err
}
