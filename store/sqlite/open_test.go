package sqlite_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
)

func TestOpenCreatesAndKeeps(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	// Characters that mean something in a URI.
	path := filepath.Join(t.TempDir(), "a b%20?x=y#ä.db")
	s := reopen(t, path, sqlite.Config{})
	put(t, s, batch("web", "1", 3)...)
	is.NoErr(s.Close())
	_, err := os.Stat(path)
	is.NoErr(err) // the file has exactly this name

	s = reopen(t, path, sqlite.Config{})
	is.Equal(len(dump(t, s)), 3)
	is.Equal(s.Writes(), int64(0)) // opening what is up to date writes nothing
}

func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		name, path string
		cfg        sqlite.Config
		wraps      error
		says       string
	}{
		{"no path", "", sqlite.Config{}, nil, "path is empty"},
		{"a folder", dir, sqlite.Config{}, nil, "it is a folder"},
		{"a missing folder", filepath.Join(dir, "missing", "odg.db"), sqlite.Config{}, fs.ErrNotExist, "create its folder first"},
		{"a file as folder", filepath.Join(file("plain", ""), "odg.db"), sqlite.Config{}, nil, "not a directory"},
		{"a missing file to read", filepath.Join(dir, "missing.db"), sqlite.Config{ReadOnly: true}, fs.ErrNotExist, "missing.db"},
		{"a text", file("text", strings.Repeat("no database\n", 1000)), sqlite.Config{}, nil, "file is no SQLite database"},
		{"a text to read", file("text2", strings.Repeat("no database\n", 1000)), sqlite.Config{ReadOnly: true}, nil, "file is no SQLite database"},
		{"an empty file to read", file("empty", ""), sqlite.Config{ReadOnly: true}, store.ErrReadOnly, "open it once for writing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			is := is.New(t)
			s, err := sqlite.Open(t.Context(), c.path, c.cfg)
			is.True(err != nil)
			is.True(s == nil)
			is.True(strings.Contains(err.Error(), c.says)) // says what is wrong
			is.True(c.wraps == nil || errors.Is(err, c.wraps))
		})
	}
}

func TestEmptyFileIsADatabase(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path := filepath.Join(t.TempDir(), "odg.db")
	is.NoErr(os.WriteFile(path, nil, 0o600))
	put(t, reopen(t, path, sqlite.Config{}), batch("web", "1", 1)...)
}

func TestForeignDatabase(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path := filepath.Join(t.TempDir(), "odg.db")
	s := reopen(t, path, sqlite.Config{})
	is.NoErr(s.Exec(t.Context(), "PRAGMA application_id = 7"))
	is.NoErr(s.Close())
	_, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	is.True(err != nil)
	is.True(strings.Contains(err.Error(), "another program"))
}

func TestNewerSchema(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path := filepath.Join(t.TempDir(), "odg.db")
	s := reopen(t, path, sqlite.Config{})
	put(t, s, batch("web", "1", 1)...)
	is.NoErr(s.Exec(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (4711, 1)"))
	is.NoErr(s.Close())
	before, err := os.ReadFile(path)
	is.NoErr(err)
	for _, cfg := range []sqlite.Config{{}, {ReadOnly: true}} {
		_, err := sqlite.Open(t.Context(), path, cfg)
		is.True(errors.Is(err, store.ErrNewerSchema))
		is.True(strings.Contains(err.Error(), "schema version 4711"))
		is.True(strings.Contains(err.Error(), "use a newer odg"))
	}
	after, err := os.ReadFile(path)
	is.NoErr(err)
	is.Equal(before, after) // the file was not touched
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path := filepath.Join(t.TempDir(), "odg.db")
	s := reopen(t, path, sqlite.Config{})
	put(t, s, batch("web", "1", 3)...)
	is.NoErr(s.Close())

	s = reopen(t, path, sqlite.Config{ReadOnly: true})
	is.Equal(len(dump(t, s)), 3)
	_, err := s.Upsert(t.Context(), batch("web", "2", 1), store.UpsertOptions{Now: now})
	is.True(errors.Is(err, store.ErrReadOnly))
	_, err = s.Delete(t.Context(), []string{"x"})
	is.True(errors.Is(err, store.ErrReadOnly))
	_, err = s.Queue(clock).Add(t.Context(), item("web"))
	is.True(errors.Is(err, store.ErrReadOnly))
	is.True(errors.Is(s.ExecReading(t.Context(), "DELETE FROM artefact_metadata"), store.ErrReadOnly)) // SQLite's own word
	is.Equal(s.Writes(), int64(0))
}

func TestDamagedFile(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path := filepath.Join(t.TempDir(), "odg.db")
	s := reopen(t, path, sqlite.Config{})
	put(t, s, batch("web", "1", 500)...)
	is.NoErr(s.Close())
	content, err := os.ReadFile(path)
	is.NoErr(err)
	for i := 4096; i < len(content); i++ {
		content[i] = 0x5a
	}
	is.NoErr(os.WriteFile(path, content, 0o600))
	_, err = sqlite.Open(t.Context(), path, sqlite.Config{})
	is.True(err != nil)
	is.True(strings.Contains(err.Error(), "damaged"))
}
