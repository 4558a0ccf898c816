package client_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/internal/odgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

// A server takes nothing from a worker whose lease is over when it comes, whatever the
// reason: the clock does not stop for a process that is frozen.
func TestWritesThatComeTooLate(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	data, err := metadata.NewPayload("finding/late", map[string]string{"key": "x"})
	is.NoErr(err)
	entries := []metadata.Entry{{
		Artefact: artefact.ID{ComponentName: new("acme.org/shop"), Kind: artefact.KindResource, Artefact: &artefact.LocalID{Name: new("web")}},
		Meta:     metadata.Meta{Type: "finding/late", Datasource: "late"}, Data: data,
	}}
	core := odg.New(memory.New(), odg.Config{Now: func() time.Time { return odgtest.Now }})
	var sent []time.Time
	busy := 1
	api := httpapi.New(core, httpapi.Config{})
	c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		until, err := time.Parse(time.RFC3339Nano, r.Header.Get("Odg-Until"))
		if err == nil {
			sent = append(sent, until)
		}
		if busy--; busy == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		api.ServeHTTP(w, r)
	}))
	stored := func() (n int) {
		for _, err := range c.QueryMetadata(t.Context(), store.Query{Types: []metadata.Type{"finding/late"}}) {
			is.NoErr(err)
			n++
		}
		return n
	}

	over := store.Until(t.Context(), func() time.Time { return time.Now().Add(-time.Second) })
	err = c.PutMetadata(over, entries)
	is.True(errors.Is(err, store.ErrLate))
	is.True(strings.Contains(err.Error(), "the clock of this server says"))
	is.Equal(len(sent), 2) // the second attempt asked again
	is.True(sent[1].After(sent[0]))
	is.Equal(stored(), 0)

	is.NoErr(c.PutMetadata(store.Until(t.Context(), func() time.Time { return time.Now().Add(time.Minute) }), entries))
	is.Equal(stored(), 1)
	is.True(errors.Is(c.DeleteMetadata(over, entries), store.ErrLate))
	is.Equal(stored(), 1)
	is.NoErr(c.DeleteMetadata(t.Context(), entries)) // nobody has to say a time
	is.Equal(stored(), 0)
}
