package main

import (
	"context"
	"encoding/json"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// stored puts entries of a JSON list into a database: stored DATABASE FILE.
func stored(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: stored DATABASE FILE")
	}
	ctx := context.Background()
	var raw []json.RawMessage
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &raw))
	entries := make([]metadata.Entry, len(raw))
	for i, r := range raw {
		var err error
		entries[i], err = metadata.ParseEntry(r)
		ts.Check(err)
	}
	db, err := sqlite.Open(ctx, ts.MkAbs(args[0]), sqlite.Config{})
	ts.Check(err)
	defer db.Close()
	ts.Check(odg.New(db, odg.Config{}).PutMetadata(ctx, entries))
}
