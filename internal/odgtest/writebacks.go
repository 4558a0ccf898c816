package odgtest

import (
	"context"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/worker"
)

// corrections are what people correct, in every scope, as user interfaces write them.
// Whoever scans finds those that cover the artefact, and only those count.
func corrections(t *testing.T, c Core) {
	is := is.New(t)
	web := id("acme.org/shop", "1.0.0")
	correct := func(scope artefact.ID, from, to string) metadata.Entry {
		return entry(t, scope, metadata.TypeWriteback, "delivery-dashboard", `{"sub_type": "package-version", "package_name": "openssl",
			"package_version_from": "`+from+`", "package_version_to": "`+to+`"}`)
	}
	image := web
	image.ComponentVersion, image.Artefact = nil, &artefact.LocalID{Name: web.Artefact.Name, Type: web.Artefact.Type}
	put(t, c,
		correct(artefact.ID{Artefact: &artefact.LocalID{}}, "1.1", "1.2"),                                   // everywhere
		correct(artefact.ID{ComponentName: web.ComponentName, Artefact: &artefact.LocalID{}}, "1.2", "1.3"), // in the component
		correct(image, "1.3", "1.4"), correct(web, "1.4", "1.5"), correct(id("acme.org/other", "1"), "1.5", "1.6"), // elsewhere
		finding(t, web, "CVE-1"),
	)
	found := finding(t, web, "CVE-1")
	found.Artefact, found.Meta, found.DiscoveryDate = artefact.ID{}, metadata.Meta{Type: metadata.TypeVulnerability}, ""
	queue := backlog.NewMemory(backlog.MemoryConfig{})
	_, err := queue.Add(t.Context(), backlog.Item{Service: "bdba", Artefact: web, Timestamp: time.Now()})
	is.NoErr(err)
	scan := worker.ScannerFunc(func(context.Context, artefact.ID) (worker.Result, error) {
		return worker.Result{Entries: []metadata.Entry{found}}, nil
	})
	is.NoErr(worker.New(queue, c, scan, worker.Config{
		Service: "bdba", Datasource: metadata.SourceBDBA, Types: []metadata.Type{metadata.TypeVulnerability},
	}).RunUntilEmpty(t.Context()))
	stored := query(t, c, store.Query{Types: []metadata.Type{metadata.TypeVulnerability}})
	is.Equal(len(stored), 1) // not what was there before
	key, _ := stored[0].DataKey()
	is.Equal(key, "openssl|1.5|CVE-1")
	is.Equal(stored[0].DiscoveryDate, metadata.Date("2026-10-01")) // as it was seen first
}
