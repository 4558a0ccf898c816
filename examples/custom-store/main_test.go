package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/storetest"
)

func noon() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

// A store that is held to the contract needs no other tests of it.
func TestContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store {
		s := audited(memory.New(), io.Discard, noon)
		t.Cleanup(func() { _ = s.Close() })
		return s
	})
}

const (
	subjectJSON = `{"id":"0f763e7babbfaf9ea785f164e8378e97","type":"finding/sast","artefact":{` +
		`"component_name":"example.org/shop","component_version":"2026.11.0","artefact":{"artefact_name":"main",` +
		`"artefact_type":"git","artefact_version":"2026.11.0","artefact_extra_id":{}},"artefact_kind":"source","references":[]}}`
	wantLog = `{"time":"2026-11-20T12:00:00Z","inserted":1,"updated":0,"deleted":0,"entries":[` + subjectJSON + `]}
{"time":"2026-11-20T12:00:00Z","inserted":0,"updated":1,"deleted":0,"entries":[` + subjectJSON + `]}
{"time":"2026-11-20T12:00:00Z","inserted":0,"updated":0,"deleted":1,"entries":[{"id":"0f763e7babbfaf9ea785f164e8378e97"}]}
`
)

func TestRun(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var stdout bytes.Buffer
	is.NoErr(run(t.Context(), noon, &stdout))
	is.Equal(cmp.Diff(wantLog, stdout.String()), "")
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout bytes.Buffer
	err := run(ctx, noon, &stdout)
	is.True(errors.Is(err, context.Canceled))
	is.Equal(stdout.String(), "") // what did not happen is not written
}

func TestSteadyState(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var log bytes.Buffer
	s := audited(memory.New(), &log, noon)
	found, err := finding("LOW")
	is.NoErr(err)
	for range 2 {
		_, err := s.Upsert(t.Context(), []metadata.Entry{found}, store.UpsertOptions{Now: noon()})
		is.NoErr(err)
	}
	_, err = s.Delete(t.Context(), []string{"unknown"})
	is.NoErr(err)
	is.Equal(strings.Count(log.String(), "\n"), 1) // what changes nothing has no line
}

// full is a log that cannot be written.
type full struct{}

var errFull = errors.New("disk is full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestLostLog(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := audited(memory.New(), full{}, noon)
	found, err := finding("LOW")
	is.NoErr(err)
	change, err := s.Upsert(t.Context(), []metadata.Entry{found}, store.UpsertOptions{Now: noon()})
	is.True(errors.Is(err, errFull))
	is.Equal(change.Inserted, 1) // the change happened
	change, err = s.Delete(t.Context(), []string{found.ID()})
	is.True(errors.Is(err, errFull))
	is.Equal(change, store.Change{}) // this one did not
	count, err := s.CountByArtefact(t.Context(), store.Query{})
	is.NoErr(err)
	is.Equal(len(count), 1) // reading goes on
}
