package store_test

import (
	"context"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

// What was stored at a moment can be asked for later.
func ExampleHistorian() {
	noon := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	s := memory.New()
	finding := metadata.Entry{
		Artefact: artefact.ID{ComponentName: new("acme.org/shop")},
		Meta:     metadata.Meta{Datasource: metadata.SourceBDBA, Type: metadata.TypeVulnerability},
	}
	ctx := store.By(context.Background(), store.Act{At: noon, Who: "bdba"})
	if _, err := s.Upsert(ctx, []metadata.Entry{finding}, store.UpsertOptions{Now: noon}); err != nil {
		fmt.Println(err)
		return
	}
	ctx = store.By(context.Background(), store.Act{At: noon.Add(time.Hour), Who: "ada"})
	if _, err := s.Delete(ctx, []string{finding.ID()}); err != nil {
		fmt.Println(err)
		return
	}
	for _, after := range []time.Duration{-time.Second, 0, time.Hour} {
		n := 0
		for range s.AsOf(ctx, store.Query{}, noon.Add(after)) {
			n++
		}
		fmt.Println(n, "finding(s) after", after)
	}
	// Output:
	// 0 finding(s) after -1s
	// 1 finding(s) after 0s
	// 0 finding(s) after 1h0m0s
}
