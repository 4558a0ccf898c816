// Command custom-store runs ODG Core on a store of one's own: one that writes a
// line of JSON about every change of the store behind it, which can be any.
//
//	go run ./examples/custom-store
//
// What to copy: audit.go, the store, and its test, which holds it to the contract
// of all stores by package storetest. A store from scratch takes the same test; the
// rules of writing it gets from store.NewBatch and store.Matches.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, time.Now, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "custom-store:", err)
		os.Exit(1)
	}
}

// run stores a finding, changes its severity, and removes it. The audit log goes to
// stdout.
func run(ctx context.Context, now func() time.Time, stdout io.Writer) error {
	s := audited(memory.New(), stdout, now)
	defer s.Close()
	core := odg.New(s, odg.Config{Now: now})
	for _, severity := range []string{"BLOCKER", "LOW"} {
		found, err := finding(severity)
		if err != nil {
			return err
		}
		if err := core.PutMetadata(ctx, []metadata.Entry{found}); err != nil {
			return fmt.Errorf("store finding: %w", err)
		}
	}
	for found, err := range core.QueryMetadata(ctx, store.Query{Types: []metadata.Type{metadata.TypeSAST}}) {
		if err != nil {
			return fmt.Errorf("read findings: %w", err)
		}
		if err := core.DeleteMetadata(ctx, []metadata.Entry{found}); err != nil {
			return fmt.Errorf("delete finding: %w", err)
		}
	}
	return nil
}

// finding says that nobody runs a linter on the sources of a component.
func finding(severity string) (metadata.Entry, error) {
	data, err := metadata.NewPayload(metadata.TypeSAST, metadata.SASTFinding{
		Severity: severity, SASTStatus: metadata.SASTNoLinter, SubType: metadata.SASTLocalLinting,
	})
	return metadata.Entry{
		Artefact: artefact.ID{
			ComponentName: new("example.org/shop"), ComponentVersion: new("2026.11.0"), Kind: artefact.KindSource,
			Artefact: &artefact.LocalID{Name: new("main"), Version: new("2026.11.0"), Type: new("git")},
		},
		Meta: metadata.Meta{Datasource: metadata.SourceSAST, Type: metadata.TypeSAST},
		Data: data,
	}, err
}
