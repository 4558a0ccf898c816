package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/opendeliverygear/odg/store"
)

var _ store.Documents = (*Store)(nil)

// FindDocuments implements [store.Documents].
func (s *Store) FindDocuments(ctx context.Context, ids []string) (found map[string]store.Document, err error) {
	const query = "SELECT id, digest, content, used_at, stale_from FROM odg_component_document WHERE id = ANY($1)"
	err = s.retry(ctx, "find documents", func(ctx context.Context) error {
		return s.withConn(ctx, func(conn *pgxpool.Conn) error {
			rows, err := conn.Query(ctx, query, known(ids))
			if err != nil {
				return err
			}
			found = map[string]store.Document{}
			var d store.Document
			var stale *time.Time
			_, err = pgx.ForEachRow(rows, []any{&d.ID, &d.Digest, &d.Content, &d.Used, &stale}, func() error {
				d.Used, d.StaleFrom = d.Used.UTC(), time.Time{}
				if stale != nil {
					d.StaleFrom = stale.UTC()
				}
				found[d.ID] = d
				d.Content = nil // the next row has its own
				return nil
			})
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// PutDocuments implements [store.Documents].
func (s *Store) PutDocuments(ctx context.Context, documents []store.Document) error {
	const act = "put documents"
	latest, err := store.Latest(documents)
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	if len(latest) == 0 {
		return s.usable(ctx, act)
	}
	c := documentColumns(latest)
	return s.transact(ctx, act, func(ctx context.Context, tx pgx.Tx) error {
		// In order of the ids, so that writers at the same time do not block each other.
		const upsert = `INSERT INTO odg_component_document AS d (id, digest, content, size, used_at)
			SELECT id, digest, content, length(content), used_at
			FROM unnest($1::text[], $2::text[], $3::bytea[], $4::timestamptz[]) AS given (id, digest, content, used_at) ORDER BY id
			ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, content = excluded.content, size = excluded.size,
				used_at = excluded.used_at, stale_from = CASE WHEN d.stale_from > excluded.used_at THEN d.stale_from END`
		if _, err := tx.Exec(ctx, upsert, c.ids, c.digests, c.contents, c.used); err != nil {
			return err
		}
		return s.prune(ctx, tx, c.bytes)
	})
}

// columns are documents by column.
type columns struct {
	ids, digests []string
	contents     [][]byte
	used         []time.Time
	bytes        int64
}

func documentColumns(documents []store.Document) (c columns) {
	for _, d := range documents {
		content := d.Content
		if content == nil {
			content = []byte{} // nil is NULL
		}
		c.ids, c.digests = append(c.ids, d.ID), append(c.digests, d.Digest)
		c.contents, c.used = append(c.contents, content), append(c.used, d.Used)
		c.bytes += int64(len(content))
	}
	return c
}

// prune removes what was not used for the longest time if there is too much. It looks
// once a sixteenth of the room was written, and with the first write. Of several
// processes one does.
func (s *Store) prune(ctx context.Context, tx pgx.Tx, written int64) error {
	if s.unpruned.Add(written) < s.cfg.MaxDocumentBytes/16 {
		return nil
	}
	const remove = `DELETE FROM odg_component_document WHERE id IN (SELECT id FROM (
		SELECT id, sum(size) OVER (ORDER BY used_at DESC, id) AS together FROM odg_component_document) AS all_of_them WHERE together > $1)`
	_, err := tx.Exec(ctx, remove, s.cfg.MaxDocumentBytes)
	if err == nil {
		s.unpruned.Store(0)
	}
	return err
}

// UseDocuments implements [store.Documents].
func (s *Store) UseDocuments(ctx context.Context, ids []string, at time.Time) error {
	const update = "UPDATE odg_component_document SET used_at = $2 WHERE id = ANY($1)"
	return s.changeDocuments(ctx, "note the use of documents", update, known(ids), at)
}

// DeleteDocuments implements [store.Documents].
func (s *Store) DeleteDocuments(ctx context.Context, ids []string) error {
	const remove = "DELETE FROM odg_component_document WHERE id = ANY($1)"
	return s.changeDocuments(ctx, "delete documents", remove, known(ids))
}

func (s *Store) changeDocuments(ctx context.Context, act, statement string, args ...any) error {
	return s.retry(ctx, act, func(ctx context.Context) error {
		return s.withConn(ctx, func(conn *pgxpool.Conn) error {
			_, err := conn.Exec(ctx, statement, args...)
			return err
		})
	})
}

// known returns the ids that something may have. Others may be no text for PostgreSQL.
func known(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !store.IsCacheID(id) })
}

// CountDocuments implements [store.Documents].
func (s *Store) CountDocuments(ctx context.Context) (count store.DocumentCount, err error) {
	err = s.retry(ctx, "count documents", func(ctx context.Context) error {
		return s.withConn(ctx, func(conn *pgxpool.Conn) error {
			const query = "SELECT count(*), coalesce(sum(size), 0)::bigint FROM odg_component_document"
			return conn.QueryRow(ctx, query).Scan(&count.Documents, &count.Bytes)
		})
	})
	return count, err
}
