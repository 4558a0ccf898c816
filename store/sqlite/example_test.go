package sqlite_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// A finding keeps the date on which it was first seen, across versions of its
// artefact and across runs.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "odg")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	s, err := sqlite.Open(ctx, filepath.Join(dir, "odg.db"), sqlite.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()

	finding := func(version string, discovered metadata.Date) metadata.Entry {
		data, _ := metadata.NewPayload(metadata.TypeSAST, json.RawMessage(
			`{"severity":"HIGH","sast_status":"no-linter","sub_type":"local-linting"}`))
		return metadata.Entry{
			Artefact: artefact.ID{
				ComponentName: new("acme.org/shop"), ComponentVersion: &version, Kind: artefact.KindSource,
				Artefact: &artefact.LocalID{Name: new("web"), Version: &version, Type: new("git")},
			},
			Meta: metadata.Meta{Type: metadata.TypeSAST, Datasource: metadata.SourceSAST},
			Data: data, DiscoveryDate: discovered,
		}
	}
	opts := store.UpsertOptions{Now: time.Now()}
	for _, e := range []metadata.Entry{finding("1.0.0", "2025-05-01"), finding("1.1.0", "2025-09-01")} {
		change, err := s.Upsert(ctx, []metadata.Entry{e}, opts)
		fmt.Println(change.Inserted, "inserted", err)
	}
	for e, err := range s.Query(ctx, store.Query{Types: []metadata.Type{metadata.TypeSAST}}) {
		fmt.Println(*e.Artefact.ComponentVersion, "since", e.DiscoveryDate, err)
	}
	// Unordered output:
	// 1 inserted <nil>
	// 1 inserted <nil>
	// 1.0.0 since 2025-05-01 <nil>
	// 1.1.0 since 2025-05-01 <nil>
}

// Items outlive the process: whoever opens the file next goes on with them.
func ExampleStore_Queue() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "odg")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "odg.db")

	first, err := sqlite.Open(ctx, path, sqlite.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	id := artefact.ID{ComponentName: new("acme.org/shop")}
	created, err := first.Queue(time.Now).Add(ctx, backlog.Item{Service: "osid", Artefact: id, Priority: backlog.PriorityHigh, Timestamp: time.Now()})
	fmt.Println(created, err)
	first.Close()

	second, err := sqlite.Open(ctx, path, sqlite.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer second.Close()
	claim, err := second.Queue(time.Now).Claim(ctx, backlog.ClaimRequest{Holder: "me", Lease: time.Minute})
	fmt.Println(claim.Item.Service, *claim.Item.Artefact.ComponentName, err)
	// Output:
	// 1 <nil>
	// osid acme.org/shop <nil>
}
