package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// An enumerator may do all of its work through a client.
var (
	_ enumerator.Core             = (*client.Client)(nil)
	_ enumerator.RuntimeArtefacts = (*client.Client)(nil)
	_ enumerator.Queue            = client.Backlog{}
)

func of(component string) artefact.ID {
	return artefact.ID{ComponentName: &component, Kind: artefact.KindRuntime, Artefact: &artefact.LocalID{Name: new("a")}}
}

func TestBacklog(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "odg.db"), sqlite.Config{})
	is.NoErr(err)
	defer func() { _ = db.Close() }()
	queue := db.Queue(time.Now)
	c := newClient(t, httpapi.New(odg.New(db, odg.Config{}), httpapi.Config{Backlog: httpapi.QueueItems(queue)}))
	items := []backlog.Item{
		{Service: "osid", Artefact: of("a"), Priority: backlog.PriorityLow},
		{Service: "bdba", Artefact: of("a"), Priority: backlog.PriorityHigh},
		{Service: "osid", Artefact: of("b"), Priority: backlog.PriorityHigh},
	}
	created, err := c.Backlog().Add(t.Context(), items...)
	is.NoErr(err)
	is.Equal(created, 3)
	items[0].Priority = backlog.PriorityCritical
	created, err = c.Backlog().Add(t.Context(), items...)
	is.NoErr(err)
	is.Equal(created, 0) // they wait already
	stored, err := queue.List(t.Context(), backlog.Filter{Services: []string{"osid"}})
	is.NoErr(err)
	is.Equal(len(stored), 2)
	is.Equal(stored[0].Priority, backlog.PriorityCritical) // raised
	is.Equal(*stored[0].Artefact.ComponentName, "a")

	created, err = c.Backlog().Add(t.Context())
	is.NoErr(err)
	is.Equal(created, 0)
	_, err = c.Backlog().Add(t.Context(), items[0], backlog.Item{Service: "no service", Artefact: of("a")})
	is.True(err != nil) // and nothing is sent
}

func TestBacklogOfOthers(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	silent := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) }))
	item := backlog.Item{Service: "osid", Artefact: of("a"), Priority: backlog.PriorityLow}
	created, err := silent.Backlog().Add(t.Context(), item)
	is.NoErr(err)
	is.Equal(created, 1) // an existing server does not tell

	none := newClient(t, httpapi.New(odg.New(memory.New(), odg.Config{}), httpapi.Config{}))
	_, err = none.Backlog().Add(t.Context(), item)
	is.True(strings.Contains(err.Error(), "cluster-access"))
}

// reportedToRun are the specs of runtime artefacts.
type reportedToRun struct {
	httpapi.RuntimeArtefacts
	specs []string
	err   error
}

func (r reportedToRun) RuntimeResources(context.Context, map[string]string) iter.Seq2[httpapi.Resource, error] {
	return func(yield func(httpapi.Resource, error) bool) {
		for n, spec := range r.specs {
			if !yield(httpapi.Resource{Name: fmt.Sprintf("runtime-artefact-%d", n), Spec: []byte(spec)}, nil) {
				return
			}
		}
		if r.err != nil {
			yield(httpapi.Resource{}, r.err)
		}
	}
}

func TestRuntimeArtefacts(t *testing.T) {
	t.Parallel()
	good := func(name string) string { return `{"artefact":` + string(of(name).AppendJSON(nil)) + `}` }
	read := func(r reportedToRun) (names []string, faults []error) {
		c := newClient(t, httpapi.New(odg.New(memory.New(), odg.Config{}), httpapi.Config{Runtime: r}))
		for id, err := range c.RuntimeArtefacts(t.Context()) {
			if err != nil {
				faults = append(faults, err)
				continue
			}
			names = append(names, *id.ComponentName)
		}
		return names, faults
	}
	t.Run("malformed ones are told, the others read", func(t *testing.T) {
		is := is.New(t)
		names, faults := read(reportedToRun{specs: []string{good("a"), `{}`, `{"artefact":7}`, `{"artefact":{"artefact_kind":7}}`, good("b")}})
		is.Equal(names, []string{"a", "b"})
		is.Equal(len(faults), 3)
		is.True(strings.Contains(faults[0].Error(), "runtime-artefact-1: spec.artefact is missing"))
	})
	t.Run("a server that fails", func(t *testing.T) {
		is := is.New(t)
		_, faults := read(reportedToRun{specs: []string{good("a")}, err: backlog.ErrUnavailable})
		is.Equal(len(faults), 1)
	})
	t.Run("who has enough", func(t *testing.T) {
		is := is.New(t)
		c := newClient(t, httpapi.New(odg.New(memory.New(), odg.Config{}), httpapi.Config{Runtime: reportedToRun{specs: []string{good("a"), good("b")}}}))
		for id, err := range c.RuntimeArtefacts(t.Context()) {
			is.NoErr(err)
			is.Equal(*id.ComponentName, "a")
			break
		}
	})
	t.Run("an answer that breaks off", func(t *testing.T) {
		is := is.New(t)
		c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `[{"spec":`+good("a")+`},`)
		}))
		var last error
		for _, err := range c.RuntimeArtefacts(t.Context()) {
			last = err
		}
		is.True(errors.Is(last, io.ErrUnexpectedEOF))
	})
}

func TestReady(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.NoErr(newClient(t, httpapi.New(odg.New(memory.New(), odg.Config{}), httpapi.Config{})).Ready(t.Context()))
	asked := 0
	err := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(http.StatusServiceUnavailable)
	})).Ready(t.Context())
	is.True(err != nil)
	is.Equal(asked, 1) // who asks decides when to ask again
}
