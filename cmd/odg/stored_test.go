package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// stored puts entries of a JSON list into a database, now or at a time, or removes them:
// [!] stored DATABASE FILE [TIME].
func stored(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: stored DATABASE FILE [TIME]")
	}
	now := time.Now
	if len(args) == 3 {
		at, err := metadata.Timestamp(args[2]).Time()
		ts.Check(err)
		now = func() time.Time { return at }
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
	core := odg.New(db, odg.Config{Now: now})
	if neg {
		ts.Check(core.DeleteMetadata(ctx, entries))
		return
	}
	ts.Check(core.PutMetadata(ctx, entries))
}
