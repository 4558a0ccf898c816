package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var _ store.ChangeReader = (*Store)(nil)

// resumeFeed names the change feed, and moves its offset if the numbers of
// transactions have started anew, as they do where a dump is restored.
func (s *Store) resumeFeed(ctx context.Context) error {
	const raise = `UPDATE odg_state SET change_offset = last + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint
		FROM (SELECT greatest((SELECT max(change) FROM artefact_metadata), (SELECT max(change) FROM odg_deleted), (SELECT max(change) FROM odg_act)) AS last) AS l
		WHERE last >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint + change_offset`
	// Another cluster, and one that was rolled back to another state, has another history.
	const name = `SELECT feed::text || system_identifier || timeline_id || (SELECT oid FROM pg_database WHERE datname = current_database())
		FROM odg_state, pg_control_system(), pg_control_checkpoint()`
	return s.withConn(ctx, func(conn *pgxpool.Conn) error {
		if _, err := conn.Exec(ctx, raise); err != nil {
			return err
		}
		var id string
		if err := conn.QueryRow(ctx, name).Scan(&id); err != nil {
			return err
		}
		sum := sha256.Sum256([]byte(id))
		s.feed = hex.EncodeToString(sum[:])
		return nil
	})
}

// Changes implements [store.ChangeReader]. What running transactions have written
// is told once all that began before them have ended.
func (s *Store) Changes(ctx context.Context, since store.Cursor, types []metadata.Type) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		const act = "read changes"
		err := s.derive(ctx)
		var feed store.Feed
		if err == nil {
			feed, err = s.readFeed(ctx, act)
		}
		if err != nil {
			yield(store.Event{}, err)
			return
		}
		place, err := feed.Resume(since)
		if err != nil {
			yield(store.Event{}, err)
			return
		}
		more, err := s.events(ctx, act, place, feed.Last, types, yield)
		switch {
		case err != nil:
			yield(store.Event{}, err)
		case more:
			yield(store.Event{Cursor: place.Cursor(feed.Last)}, nil)
		}
	}
}

func (s *Store) readFeed(ctx context.Context, act string) (store.Feed, error) {
	feed := store.Feed{ID: s.feed}
	err := s.retry(ctx, act, func(ctx context.Context) error {
		return s.withConn(ctx, func(conn *pgxpool.Conn) error {
			return conn.QueryRow(ctx, `SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + change_offset,
				forgotten, forgotten_row FROM odg_state`).Scan(&feed.Last.Tx, &feed.Forgotten.Tx, &feed.Forgotten.Row)
		})
	})
	return feed, err // Row 0 of the first running transaction, which counts from 1
}

// events streams entries and deletions in the order of their changes. What changes
// while it reads comes after last.
func (s *Store) events(ctx context.Context, act string, place store.Place, last store.Position, types []metadata.Type,
	yield func(store.Event, error) bool) (more bool, err error) {
	const query = `SELECT m.change, m.change_row, m.id, false, ` + entryColumns + ` FROM artefact_metadata AS m
			WHERE (m.change, m.change_row) > ($1, $2) AND (m.change, m.change_row) <= ($5, $6) AND ($7::text[] IS NULL OR m.type = ANY($7))
		UNION ALL
		SELECT d.change, d.change_row, d.id, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM odg_deleted AS d
			WHERE (d.change, d.change_row) > ($3, $4) AND (d.change, d.change_row) <= ($5, $6) AND ($7::text[] IS NULL OR d.type = ANY($7))
		ORDER BY 1, 2`
	deletions := place.Deletions()
	args := []any{place.After.Tx, place.After.Row, deletions.Tx, deletions.Row, last.Tx, last.Row, storableTexts(types)}
	d := decoder{types: s.cfg.Types}
	more = true
	err = s.read(ctx, act, query, args, func(row [][]byte) (bool, error) {
		e := store.Event{ID: string(row[2]), Deleted: row[3][0] != 0}
		e.Cursor = place.Cursor(store.Position{Tx: bigint(row[0]), Row: bigint(row[1])})
		if !e.Deleted {
			e.Entry = d.entry(row[4:])
		}
		more = yield(e, nil)
		return more, nil
	})
	return more, err
}

// forget removes deletions that are older than the feed remembers, some at a time.
func (s *Store) forget(ctx context.Context, tx pgx.Tx) error {
	var now *time.Time // of the database
	if s.cfg.Now != nil {
		at := s.cfg.Now()
		now = &at
		if _, err := tx.Exec(ctx, "UPDATE odg_deleted SET deleted_at = $1 WHERE change = odg_change()", now); err != nil {
			return err
		}
	}
	const query = `WITH old AS (DELETE FROM odg_deleted WHERE id IN (
			SELECT id FROM odg_deleted WHERE deleted_at < coalesce($1, now()) - $2::interval
				ORDER BY deleted_at LIMIT 10000 FOR UPDATE SKIP LOCKED)
			RETURNING change, change_row),
		last AS (SELECT change, change_row FROM old ORDER BY change DESC, change_row DESC LIMIT 1)
		UPDATE odg_state SET forgotten = last.change, forgotten_row = last.change_row FROM last
		WHERE (forgotten, forgotten_row) < (last.change, last.change_row)`
	_, err := tx.Exec(ctx, query, now, s.cfg.KeepDeletions)
	return err
}
