package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"
)

// onFirst calls do when text is first written to it.
type onFirst struct {
	bytes.Buffer
	text string
	do   func()
}

func (w *onFirst) Write(p []byte) (int, error) {
	n, err := w.Buffer.Write(p)
	if w.do != nil && strings.Contains(w.String(), w.text) {
		w.do()
		w.do = nil
	}
	return n, err
}

// odgCommand runs the command and returns its exit code and what it printed.
func odgCommand(ctx context.Context, stderr *onFirst, args ...string) (code int, stdout string) {
	var out bytes.Buffer
	code = run(ctx, args, func(string) string { return "" }, &out, stderr)
	return code, out.String()
}

// A signal ends the context of a run. What is being scanned is finished, the rest
// is left to the next run.
func TestStopFinishesAndLeaves(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config, err := filepath.Abs("../../examples/quickstart")
	is.NoErr(err)
	db := filepath.Join(t.TempDir(), "odg.db")
	command := []string{"run", "--config", config, "--db", db, "--now", "2026-11-01", "--parallel", "1"}

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	stderr := &onFirst{text: "[1/10]", do: stop}
	code, _ := odgCommand(ctx, stderr, command...)
	is.Equal(code, exitUnable)
	is.True(strings.Contains(stderr.String(), "stopped; the next run does the rest"))
	is.True(!strings.Contains(stderr.String(), "[10/10]"))

	stderr = &onFirst{}
	code, completed := odgCommand(t.Context(), stderr, command...)
	is.Equal(code, exitOK)
	is.True(strings.Contains(stderr.String(), "nothing is due")) // the items were queued already
	is.True(!strings.Contains(stderr.String(), "[10/"))          // and some of them done

	code, clean := odgCommand(t.Context(), &onFirst{}, "run", "--config", config, "--db", filepath.Join(t.TempDir(), "odg.db"), "--now", "2026-11-01")
	is.Equal(code, exitOK)
	is.Equal(completed, clean)
}

// The steady state does not touch the file.
func TestSecondRunWritesNothing(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config, err := filepath.Abs("../../examples/quickstart")
	is.NoErr(err)
	db := filepath.Join(t.TempDir(), "odg.db")
	command := []string{"run", "--config", config, "--db", db, "--now", "2026-11-01"}
	code, first := odgCommand(t.Context(), &onFirst{}, command...)
	is.Equal(code, exitOK)
	before, err := os.ReadFile(db)
	is.NoErr(err)

	stderr := &onFirst{}
	code, second := odgCommand(t.Context(), stderr, command...)
	is.Equal(code, exitOK)
	is.Equal(first, second)
	is.True(strings.Contains(stderr.String(), "nothing is due: no entry was written, no item was queued"))
	after, err := os.ReadFile(db)
	is.NoErr(err)
	is.True(bytes.Equal(before, after)) // not a byte of the database changed
}

// The same holds for a server: what its workers are at is finished, nothing stays
// claimed, and the next run does the rest.
func TestServeFinishesAndLeaves(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config, err := filepath.Abs("../../examples/quickstart")
	is.NoErr(err)
	db := filepath.Join(t.TempDir(), "odg.db")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	stderr := &onFirst{text: ": scanned", do: stop}
	code, url := odgCommand(ctx, stderr, "serve", "--config", config, "--db", db, "--now", "2026-11-01", "--port", "0")
	is.Equal(code, exitOK)
	is.True(strings.HasPrefix(url, "http://127.0.0.1:"))
	is.True(strings.HasSuffix(stderr.String(), "stopped\n"))

	code, items := odgCommand(t.Context(), &onFirst{}, "backlog", "list", "--config", config, "--db", db, "--now", "2026-11-01", "--format", "json")
	is.Equal(code, exitOK)
	is.True(!strings.Contains(items, "claimed"))
	is.Equal(strings.Count(stderr.String(), ": scanned")+strings.Count(stderr.String(), ": skipped")+strings.Count(items, `"service"`), 10)

	code, completed := odgCommand(t.Context(), &onFirst{}, "run", "--config", config, "--db", db, "--now", "2026-11-01")
	is.Equal(code, exitOK)
	code, clean := odgCommand(t.Context(), &onFirst{}, "run", "--config", config, "--db", filepath.Join(t.TempDir(), "odg.db"), "--now", "2026-11-01")
	is.Equal(code, exitOK)
	is.Equal(completed, clean)
}
