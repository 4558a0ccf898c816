//go:build unix

package firetest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

// witness is ODG Core, which notes what it accepts, and to which workers tell what they
// have finished.
type witness struct {
	*odg.Core
	mu       sync.Mutex
	accepted []result
	finished map[string][]string // tokens by item
}

// finishedPath is where workers tell.
const finishedPath = "/finished"

// result is what came of a scan.
type result struct {
	artefact string
	token    string // of the claim
	at       time.Time
}

// newWitness returns a core and the URL at which it serves.
func newWitness(t *testing.T) (*witness, string) {
	t.Helper()
	w := &witness{Core: odg.New(memory.New(), odg.Config{}), finished: map[string][]string{}}
	mux := http.NewServeMux()
	mux.Handle("/", httpapi.New(w, httpapi.Config{}))
	mux.HandleFunc("POST "+finishedPath, func(_ http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		item := r.URL.Query().Get("item")
		w.finished[item] = append(w.finished[item], r.URL.Query().Get("token"))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return w, server.URL
}

// PutMetadata is that of [odg.Core].
func (w *witness) PutMetadata(ctx context.Context, entries []metadata.Entry) error {
	now := time.Now()
	if err := w.Core.PutMetadata(ctx, entries); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range results(entries) {
		r.at = now
		w.accepted = append(w.accepted, r)
	}
	return nil
}

func results(entries []metadata.Entry) (list []result) {
	for _, e := range entries {
		var f finding
		if e.Meta.Type == findingType && json.Unmarshal(e.Data.Raw(), &f) == nil {
			list = append(list, result{artefact: artefact.Text(e.Artefact.Local().Name), token: f.Token})
		}
	}
	return list
}

// stored returns the results that are kept.
func (w *witness) stored(t *testing.T) []result {
	t.Helper()
	var entries []metadata.Entry
	for e, err := range w.QueryMetadata(t.Context(), store.Query{Types: []metadata.Type{findingType}}) {
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, e)
	}
	return results(entries)
}
