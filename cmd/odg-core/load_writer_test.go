package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// load is what clients write, and what the server has acknowledged.
//
// Each batch has a discovery date of its own, later than those of all batches that
// began before. So a finding that was first acknowledged while batch n was the
// youngest one must not have a later date than that of n, however writers raced.
type load struct {
	client *client.Client
	wire   *statuses
	begun  atomic.Int64 // batches

	mu      sync.Mutex
	stored  map[string]string        // ids of acknowledged entries, with their finding
	bound   map[string]metadata.Date // of findings, whatever the version of their artefact
	batches int
}

func newLoad(t *testing.T, base string) *load {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = loadClients
	transport.ResponseHeaderTimeout = time.Minute
	t.Cleanup(transport.CloseIdleConnections)
	wire := &statuses{RoundTripper: transport, seen: map[int]int{}, closeIdle: transport.CloseIdleConnections}
	c, err := client.New(base, client.Config{
		HTTP: &http.Client{Transport: wire}, Attempts: 1000, MaxBackoff: 2 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	return &load{client: c, wire: wire, stored: map[string]string{}, bound: map[string]metadata.Date{}}
}

// run writes batches until the one context ends; what was begun is finished.
func (l *load) run(ctx, until context.Context, random *rand.Rand) error {
	for until.Err() == nil {
		if err := l.put(ctx, random); err != nil {
			return err
		}
	}
	return nil
}

// put writes one batch and remembers that it was acknowledged.
func (l *load) put(ctx context.Context, random *rand.Rand) error {
	begun := l.begun.Add(1)
	date := dateOf(begun)
	batch := make([]metadata.Entry, 20)
	findings := make([]string, len(batch))
	for i := range batch {
		var err error
		if batch[i], findings[i], err = loadEntry(random, begun, date); err != nil {
			return err
		}
	}
	if err := l.client.PutMetadata(ctx, batch); err != nil {
		return fmt.Errorf("a retry does not cure: %w", err)
	}
	bound := dateOf(l.begun.Load())
	l.mu.Lock()
	defer l.mu.Unlock()
	l.batches++
	for i, e := range batch {
		l.stored[e.ID()] = findings[i]
		if _, known := l.bound[findings[i]]; !known {
			l.bound[findings[i]] = bound
		}
	}
	return nil
}

// dateOf is a day for each batch.
func dateOf(batch int64) metadata.Date {
	return metadata.Date(time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(batch)).Format(time.DateOnly))
}

// loadEntry is one of 2,400 entries: 20 components, 3 versions that share their
// discovery dates, 40 findings. As batches are begun, versions and findings are
// replaced by new ones, so that writers race for first entries all the time.
func loadEntry(random *rand.Rand, begun int64, date metadata.Date) (e metadata.Entry, finding string, err error) {
	component, version, number := random.IntN(20), int(begun/100)+random.IntN(3), 10*int(begun/500)+random.IntN(40)
	now := time.Now().UTC().Format(time.RFC3339Nano)
	e, err = metadata.ParseEntry(fmt.Appendf(nil, `{
		"artefact": {"component_name": "acme.org/c%d", "component_version": "1.%d.0", "artefact_kind": "resource",
			"artefact": {"artefact_name": "image", "artefact_version": "1.%[2]d.0", "artefact_type": "ociImage", "artefact_extra_id": {}}},
		"meta": {"datasource": "bdba", "type": "finding/vulnerability", "creation_date": "%[4]s", "last_update": "%[4]s"},
		"data": {"package_name": "p%[3]d", "package_version": "1", "base_url": "b", "report_url": "r", "product_id": 1, "group_id": 1,
			"severity": "HIGH", "cve": "CVE-2026-%[3]d", "cvss_v3_score": 7.5, "cvss": {"access_vector": "N", "attack_complexity": "L",
			"user_interaction": "N", "privileges_required": "N", "scope": "U", "confidentiality": "N", "integrity": "N", "availability": "H"}},
		"discovery_date": "%[5]s"}`, component, version, number, now, date))
	return e, fmt.Sprintf("c%d/p%d", component, number), err
}

// check reads what is stored and holds it against what was acknowledged.
func (l *load) check(t *testing.T) {
	t.Helper()
	is := is.New(t)
	t.Logf("%d batches acknowledged; answers on the way: %v", l.batches, l.wire.seen)
	present := map[string]bool{}
	var late []string
	for e, err := range l.client.QueryMetadata(t.Context(), store.Query{}) {
		is.NoErr(err)
		id := e.ID()
		is.True(!present[id]) // no entry twice
		present[id] = true
		finding, acknowledged := l.stored[id]
		is.True(acknowledged) // there were no other batches
		if e.DiscoveryDate > l.bound[finding] {
			late = append(late, fmt.Sprintf("%s was discovered on %s, but first acknowledged by %s", finding, e.DiscoveryDate, l.bound[finding]))
		}
	}
	if len(late) > 0 {
		t.Errorf("%d entries have later discovery dates than they may, such as: %s", len(late), late[0])
	}
	is.Equal(len(present), len(l.stored)) // no acknowledged entry is missing
	is.Equal(l.wire.seen[http.StatusInternalServerError], 0)
	is.True(l.batches > loadClients) // each client wrote, and went on
	l.wire.closeIdle()
}

// statuses counts the answers by status; 0 counts those that did not come.
type statuses struct {
	http.RoundTripper
	closeIdle func()

	mu   sync.Mutex
	seen map[int]int
}

func (s *statuses) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := s.RoundTripper.RoundTrip(req)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.seen[0]++
		return nil, err
	}
	s.seen[resp.StatusCode]++
	return resp, nil
}
