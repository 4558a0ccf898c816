package sqlite

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/store"
)

var _ store.Documents = (*Store)(nil)

const findDocuments = `SELECT d.id, d.digest, d.content, d.used_at, d.stale_from
	FROM json_each(?) AS given CROSS JOIN component_document AS d ON d.id = given.value`

// FindDocuments implements [store.Documents].
func (s *Store) FindDocuments(ctx context.Context, ids []string) (map[string]store.Document, error) {
	const act = "find documents"
	rows, err := s.finds.QueryContext(ctx, jsonText(ids))
	if err != nil {
		return nil, s.wrap(ctx, act, err)
	}
	defer rows.Close()
	found := map[string]store.Document{}
	for rows.Next() {
		var d store.Document
		var used int64
		var stale sql.NullInt64
		if err := rows.Scan(&d.ID, &d.Digest, &d.Content, &used, &stale); err != nil {
			return nil, s.wrap(ctx, act, err)
		}
		if d.Used = time.Unix(used, 0).UTC(); stale.Valid {
			d.StaleFrom = time.Unix(stale.Int64, 0).UTC()
		}
		found[d.ID] = d
	}
	if err := rows.Err(); err != nil {
		return nil, s.wrap(ctx, act, err)
	}
	return found, nil
}

// PutDocuments implements [store.Documents]. [Store.Writes] does not count documents:
// they say nothing about what was found out.
func (s *Store) PutDocuments(ctx context.Context, documents []store.Document) error {
	const act = "put documents"
	latest, err := store.Latest(documents)
	if err != nil {
		return s.wrap(ctx, act, err)
	}
	if len(latest) == 0 {
		return s.usable(ctx, act)
	}
	return s.write(ctx, act, func(tx *transaction) error {
		const upsert = `INSERT INTO component_document (id, digest, content, size, used_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, content = excluded.content, size = excluded.size,
				used_at = excluded.used_at, stale_from = iif(stale_from > excluded.used_at, stale_from, NULL)`
		statement, err := tx.PrepareContext(ctx, upsert)
		if err != nil {
			return err
		}
		defer statement.Close()
		var bytes int64
		for _, d := range latest {
			content := d.Content
			if content == nil {
				content = []byte{} // nil is NULL
			}
			if _, err := statement.ExecContext(ctx, d.ID, d.Digest, content, len(content), d.Used.Unix()); err != nil {
				return err
			}
			bytes += int64(len(content))
		}
		return s.prune(ctx, tx, bytes)
	})
}

// prune removes what was not used for the longest time if there is too much. It looks
// once a sixteenth of the room was written, and with the first write.
func (s *Store) prune(ctx context.Context, tx *transaction, written int64) error {
	if s.unpruned.Add(written) < s.cfg.MaxDocumentBytes/16 {
		return nil
	}
	const remove = `DELETE FROM component_document WHERE id IN (SELECT id FROM (
		SELECT id, sum(size) OVER (ORDER BY used_at DESC, id) AS together FROM component_document) WHERE together > ?)`
	_, err := tx.ExecContext(ctx, remove, s.cfg.MaxDocumentBytes)
	if err == nil {
		s.unpruned.Store(0)
	}
	return err
}

// UseDocuments implements [store.Documents].
func (s *Store) UseDocuments(ctx context.Context, ids []string, at time.Time) error {
	const update = "UPDATE component_document SET used_at = ? WHERE id IN (SELECT value FROM json_each(?))"
	return s.changeDocuments(ctx, "note the use of documents", update, at.Unix(), jsonText(ids))
}

// DeleteDocuments implements [store.Documents].
func (s *Store) DeleteDocuments(ctx context.Context, ids []string) error {
	const remove = "DELETE FROM component_document WHERE id IN (SELECT value FROM json_each(?))"
	return s.changeDocuments(ctx, "delete documents", remove, jsonText(ids))
}

// MarkCacheForDeletion implements [store.Documents]. Nobody else caches in this file.
func (s *Store) MarkCacheForDeletion(ctx context.Context, id string, at time.Time) error {
	const update = "UPDATE component_document SET stale_from = ? WHERE id = ?"
	return s.changeDocuments(ctx, "mark cached value for deletion", update, at.Unix(), strings.ToLower(id))
}

func (s *Store) changeDocuments(ctx context.Context, act, statement string, args ...any) error {
	return s.write(ctx, act, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	})
}

// CountDocuments implements [store.Documents].
func (s *Store) CountDocuments(ctx context.Context) (count store.DocumentCount, err error) {
	const query = "SELECT count(*), coalesce(sum(size), 0) FROM component_document"
	if err := s.reader.QueryRowContext(ctx, query).Scan(&count.Documents, &count.Bytes); err != nil {
		return count, s.wrap(ctx, "count documents", err)
	}
	return count, nil
}
