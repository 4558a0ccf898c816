//go:build unix

package pgtest_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pgtest"
)

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // some tests cut it
	return conn
}

// What existing databases may be, and tests on a fresh one would not show.
func TestUnfriendly(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var offset, first string
	var languages bool // ICU came with version 10, as the order of databases with 15
	err := connect(t, pgtest.Start(t).URL(t)).QueryRow(t.Context(), `SELECT to_char(now(), 'TZH:TZM'),
		(SELECT text FROM (VALUES ('B'), ('a')) AS v (text) ORDER BY text LIMIT 1),
		current_setting('server_version_num')::int >= 150000 AND EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i')`).
		Scan(&offset, &first, &languages)
	is.NoErr(err)
	is.Equal(offset, "+05:45")
	is.Equal(first, map[bool]string{true: "a", false: "B"}[languages]) // by language, not by bytes
}

func TestURL(t *testing.T) {
	t.Parallel()
	var urls []string
	for _, name := range []string{"one test", "another test"} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			url := pgtest.URL(t)
			urls = append(urls, url)
			_, err := connect(t, url).Exec(t.Context(), "CREATE TABLE mine (id int)")
			is.NoErr(err) // each test finds an empty database
		})
	}
	is := is.New(t)
	is.Equal(len(urls), 2)
	is.True(urls[0] != urls[1])
	_, err := pgx.Connect(t.Context(), urls[0])
	is.True(err != nil) // the database ended with its test
}
