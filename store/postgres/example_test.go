package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
)

// The database of an existing installation is adopted, an empty one gets tables. It
// is compiled but not run, for want of a server.
func Example() {
	ctx := context.Background()
	s, err := postgres.Open(ctx, "postgresql://odg@db.example.org/odg", postgres.Config{MaxConns: 32})
	if errors.Is(err, store.ErrUnavailable) {
		fmt.Println("try again later:", err)
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()

	entry := metadata.Entry{
		Artefact: artefact.ID{ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0")},
		Meta:     metadata.Meta{Type: "acme/check", Datasource: "acme"},
	}
	change, err := s.Upsert(ctx, []metadata.Entry{entry}, store.UpsertOptions{Now: time.Now()})
	fmt.Println(change.Inserted, "inserted", err)
	for e, err := range s.Query(ctx, store.Query{Types: []metadata.Type{"acme/check"}}) {
		fmt.Println(*e.Artefact.ComponentVersion, err)
	}
}

// How findings stand is kept by a configuration, which may be another one later. It is
// compiled but not run, for want of a server.
func ExampleStore_WithRules() {
	s, err := postgres.Open(context.Background(), "postgresql://odg@db.example.org/odg", postgres.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()

	findings, _, err := findingcfg.Parse("findings-cfg.yaml", []byte("[]"), findingcfg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	kept := s.WithRules(findings, rescore.Options{})
	n, err := kept.Settle(context.Background(), time.Now()) // and again every few seconds, and after each of kept.Marked
	fmt.Println(n, "findings judged", err)
}

// Each configuration declares types of its own; one pool of connections serves them
// all. It is compiled but not run, for want of a server.
func ExampleStore_WithTypes() {
	s, err := postgres.Open(context.Background(), "postgresql://odg@db.example.org/odg", postgres.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close() // closes those that WithTypes makes, too

	declared := metadata.BuiltinTypes() // or those of a findings configuration
	other := s.WithTypes(declared)
	fmt.Println(other.Ping(context.Background()))
}
