package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/osid"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/worker"
)

// yard is a backlog and workers who scan until they are told to end.
type yard struct {
	queue *backlog.Memory
	begun chan struct{} // one for each scan that began
	end   chan error    // one for each scan that is to end
}

func newYard(t *testing.T, items int) *yard {
	t.Helper()
	y := &yard{backlog.NewMemory(backlog.MemoryConfig{}), make(chan struct{}, items), make(chan error, items)}
	for i := range items {
		id := artefact.ID{
			ComponentName: new("a"), ComponentVersion: new("1"), Kind: artefact.KindResource,
			Artefact: &artefact.LocalID{Name: new(string(rune('a' + i))), Version: new("1"), Type: new("ociImage")},
		}
		if _, err := y.queue.Add(t.Context(), backlog.Item{Service: osid.Service, Artefact: id, Priority: backlog.PriorityHigh, Timestamp: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	return y
}

func (y *yard) hire() *worker.Worker {
	scan := worker.ScannerFunc(func(context.Context, artefact.ID) (worker.Result, error) {
		y.begun <- struct{}{}
		return worker.Result{}, <-y.end
	})
	return worker.New(y.queue, odg.New(memory.New(), odg.Config{}), scan, worker.Config{
		Service: osid.Service, Datasource: metadata.SourceOSID, Types: []metadata.Type{metadata.TypeOSID},
	})
}

// Workers who were dismissed count until they are done, so that there are never
// more at work than there may be.
func TestCrew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		y := newYard(t, 6)
		c := &crew{failed: make(chan error, 1)}
		c.resize(2, y.hire)
		synctest.Wait()
		is.Equal(len(y.begun), 2)
		c.resize(3, y.hire)
		synctest.Wait()
		is.Equal(len(y.begun), 3)

		c.resize(0, nil)
		c.resize(3, y.hire) // all three are still at work
		synctest.Wait()
		is.Equal(len(y.begun), 3)
		for range 3 {
			y.end <- nil
		}
		synctest.Wait()
		is.Equal(len(y.begun), 3) // who was dismissed takes nothing further
		c.resize(3, y.hire)
		synctest.Wait()
		is.Equal(len(y.begun), 6)

		for range 3 {
			y.end <- nil
		}
		c.wait()
		left, err := y.queue.List(t.Context(), backlog.Filter{})
		is.NoErr(err)
		is.Equal(len(left), 0)
	})
}

func TestCrewFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		y := newYard(t, 2)
		c := &crew{failed: make(chan error, 1)}
		c.resize(2, y.hire)
		for range 2 {
			y.end <- store.ErrFull
		}
		is.True(errors.Is(<-c.failed, store.ErrFull)) // going on is pointless
		c.wait()
	})
}
