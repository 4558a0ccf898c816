package postgres_test

import (
	"errors"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
)

// existingCacheTable is what existing installations create.
const existingCacheTable = `CREATE TABLE cache (id char(32) PRIMARY KEY, descriptor json, creation_date timestamptz DEFAULT now(),
	last_update timestamptz DEFAULT now(), delete_after timestamptz, keep_until timestamptz, last_read timestamptz,
	read_count int, revision int, costs int, size int, value bytea)`

func TestMarkCacheForDeletion(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	const id, other = "61fe3d8436930ff873aa1de5b3e068cb", "1a89390588567dc9e6155119b049a1bb"
	s, conn := opened(t)
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	is.NoErr(s.MarkCacheForDeletion(t.Context(), id, at)) // nobody has cached anything
	exec(t, conn, "CREATE TABLE cache (id int)")
	is.NoErr(s.MarkCacheForDeletion(t.Context(), id, at)) // this one is not for us
	exec(t, conn, "DROP TABLE cache")
	exec(t, conn, existingCacheTable)
	exec(t, conn, "INSERT INTO cache (id, value) VALUES ($1, 'no pickle'), ($2, 'no pickle')", id, other)
	for _, unknown := range []string{"", "x", "\x00", "ffffffffffffffffffffffffffffffff"} {
		is.NoErr(s.MarkCacheForDeletion(t.Context(), unknown, at))
	}
	var marked int
	is.NoErr(conn.QueryRow(t.Context(), "SELECT count(delete_after) FROM cache").Scan(&marked))
	is.Equal(marked, 0)
	is.NoErr(s.MarkCacheForDeletion(t.Context(), id, at))
	var which string
	var when time.Time
	is.NoErr(conn.QueryRow(t.Context(), "SELECT id, delete_after FROM cache WHERE delete_after IS NOT NULL").Scan(&which, &when))
	is.Equal(which, id)
	is.True(when.Equal(at))
	is.NoErr(s.Close())
	is.True(errors.Is(s.MarkCacheForDeletion(t.Context(), id, at), store.ErrClosed))
	is.True(errors.Is(s.MarkCacheForDeletion(t.Context(), "x", at), store.ErrClosed))
}
