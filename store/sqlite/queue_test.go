package sqlite_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/store/sqlite"
)

func request() backlog.ClaimRequest { return backlog.ClaimRequest{Holder: "me", Lease: time.Minute} }

// A list shows what is true now, although it must not write that down.
func TestListAfterTheLease(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, sqlite.Config{})
	at := now
	q := s.Queue(func() time.Time { return at })
	_, err := q.Add(t.Context(), item("web"))
	is.NoErr(err)
	_, err = q.Claim(t.Context(), request())
	is.NoErr(err)
	writes := s.Writes()
	at = at.Add(time.Minute)

	listed, err := q.List(t.Context(), all)
	is.NoErr(err)
	is.Equal(s.Writes(), writes)
	is.Equal(listed[0].Attempts, 1)
	is.Equal(listed[0].LastError, "lease of me ended at 2026-01-15T12:01:00Z without a result")
	is.Equal(listed[0].ClaimedBy, "")

	_, err = q.Claim(t.Context(), backlog.ClaimRequest{Services: []string{"other"}, Lease: time.Minute})
	is.True(errors.Is(err, backlog.ErrEmpty))
	written, err := q.List(t.Context(), all)
	is.NoErr(err)
	is.Equal(cmp.Diff(listed, written), "") // what the next writer has made of it is the same
}

// Who has the database for itself need not wait for the leases of a dead process.
func TestFreeClaims(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	q := open(t, sqlite.Config{}).Queue(clock)
	_, err := q.Add(t.Context(), item("a"), item("b"), item("c"))
	is.NoErr(err)
	before, err := q.List(t.Context(), all)
	is.NoErr(err)
	lost, err := q.Claim(t.Context(), request())
	is.NoErr(err)
	_, err = q.Claim(t.Context(), request())
	is.NoErr(err)

	freed, err := q.FreeClaims(t.Context())
	is.NoErr(err)
	is.Equal(freed, 2)
	after, err := q.List(t.Context(), all)
	is.NoErr(err)
	is.Equal(cmp.Diff(before, after), "")
	is.True(errors.Is(q.Finish(t.Context(), lost), backlog.ErrClaimLost))
	freed, err = q.FreeClaims(t.Context())
	is.NoErr(err)
	is.Equal(freed, 0)
}

// Rows that somebody edited by hand are reported, not misread.
func TestDamagedRows(t *testing.T) {
	t.Parallel()
	for column, value := range map[string]string{"artefact": "{", "timestamp": "yesterday", "claimed_at": "soon"} {
		is := is.New(t)
		s := open(t, sqlite.Config{})
		_, err := s.Queue(clock).Add(t.Context(), item("web"))
		is.NoErr(err)
		is.NoErr(s.Exec(t.Context(), "UPDATE backlog SET "+column+" = ?", value))
		_, err = s.Queue(clock).List(t.Context(), all)
		is.True(err != nil)
		is.True(strings.Contains(err.Error(), "list backlog in ")) // says where
	}
	for _, column := range []string{"meta", "artefact_extra_id"} {
		is := is.New(t)
		s := open(t, sqlite.Config{})
		entries := batch("web", "1", 1)
		put(t, s, entries...)
		is.NoErr(s.Exec(t.Context(), "UPDATE artefact_metadata SET "+column+" = '['"))
		err := queryError(t, s)
		is.True(err != nil)
		is.True(strings.Contains(err.Error(), "read column "+column))
	}
}
