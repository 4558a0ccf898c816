package sqlite_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/backlog/backlogtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/sqlite"
	"github.com/opendeliverygear/odg/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, sqlite.Config{}) })
}

func TestSameAsMemory(t *testing.T) {
	t.Parallel()
	storetest.RunSame(t, func(t *testing.T) store.Store { return open(t, sqlite.Config{}) },
		func(*testing.T) store.Store { return memory.New() })
}

func TestQueue(t *testing.T) {
	t.Parallel()
	backlogtest.Run(t, func(t *testing.T, now func() time.Time) backlog.Queue {
		return open(t, sqlite.Config{}).Queue(now)
	})
}

var (
	now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	all = backlog.Filter{}
)

func clock() time.Time { return now }

// open returns a store in a new file.
func open(t testing.TB, cfg sqlite.Config) *sqlite.Store {
	t.Helper()
	return reopen(t, filepath.Join(t.TempDir(), "odg.db"), cfg)
}

// reopen returns a store in a file that may exist.
func reopen(t testing.TB, path string, cfg sqlite.Config) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func put(t testing.TB, s store.Store, entries ...metadata.Entry) store.Change {
	t.Helper()
	change, err := s.Upsert(t.Context(), entries, store.UpsertOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return change
}

// dump returns all entries as JSON, by id.
func dump(t testing.TB, s store.Store) map[string]string {
	t.Helper()
	entries := map[string]string{}
	for e, err := range s.Query(t.Context(), store.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		entries[e.ID()] = string(e.AppendJSON(nil))
	}
	return entries
}

// queryError returns the error of reading all entries.
func queryError(t *testing.T, s store.Store) error {
	t.Helper()
	for _, err := range s.Query(t.Context(), store.Query{}) {
		if err != nil {
			return err
		}
	}
	return nil
}

func image(name, version string) artefact.ID {
	return artefact.ID{
		ComponentName: new("acme.org/shop"), ComponentVersion: &version, Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: &name, Version: &version, Type: new("ociImage")},
	}
}

func item(name string) backlog.Item {
	return backlog.Item{Service: "osid", Artefact: image(name, "1"), Timestamp: now}
}

// batch makes count vulnerabilities of an artefact.
func batch(name, version string, count int) []metadata.Entry {
	entries := make([]metadata.Entry, count)
	for i := range entries {
		data, err := metadata.NewPayload(metadata.TypeVulnerability, json.RawMessage(fmt.Sprintf(vulnerability, i, i, i)))
		if err != nil {
			panic(err)
		}
		entries[i] = metadata.Entry{
			Artefact: image(name, version),
			Meta: metadata.Meta{
				Type: metadata.TypeVulnerability, Datasource: metadata.SourceBDBA,
				CreationDate: "2026-01-10T08:00:00", LastUpdate: "2026-01-10T08:00:00",
			},
			Data: data, DiscoveryDate: "2026-01-10", AllowedProcessingTime: new("30d"),
		}
	}
	return entries
}

// vulnerability is about as long as those of real scanners.
const vulnerability = `{"package_name":"package-%d","package_version":"1.2.3","base_url":"https://scanner.example.org",` +
	`"report_url":"https://scanner.example.org/products/4711/","product_id":4711,"group_id":42,"severity":"HIGH",` +
	`"cve":"CVE-2025-%d","cvss_v3_score":7.5,"cvss":{"access_vector":"N","attack_complexity":"L","user_interaction":"N",` +
	`"privileges_required":"N","scope":"U","confidentiality":"N","integrity":"N","availability":"H"},` +
	`"summary":"A summary of usual length, which says what an attacker can do with number %d and what to do about it."}`

func TestHistory(t *testing.T) {
	t.Parallel()
	storetest.RunHistory(t, func(t *testing.T) store.Store { return open(t, sqlite.Config{}) })
}
