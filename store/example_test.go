package store_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

func scanInfo(component, version *string) metadata.Entry {
	return metadata.Entry{
		Artefact: artefact.ID{ComponentName: component, ComponentVersion: version},
		Meta:     metadata.Meta{Type: metadata.TypeScanInfo, Datasource: metadata.SourceOSID},
	}
}

// Entries that are shared between the versions of a component have none.
func ExampleMatches() {
	shared := scanInfo(new("acme.org/shop"), nil)
	q := store.Query{Artefacts: []store.Selector{{
		ID: artefact.ID{ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0")},
	}}}
	fmt.Println(store.Matches(q, shared))
	q.NullMatches = true
	fmt.Println(store.Matches(q, shared))
	// Output:
	// false
	// true
}

// A store of one's own reads what the batch asks for, and writes what it plans.
func ExampleBatch() {
	stored := map[string]metadata.Entry{}
	put := func(entries ...metadata.Entry) error {
		batch, err := store.NewBatch(entries, store.UpsertOptions{Now: time.Now()})
		if err != nil {
			return err
		}
		dates := map[store.Wanted]metadata.Candidate{}
		for _, w := range batch.Wanted(stored) {
			for _, e := range stored {
				c, ok := w.Candidate(e)
				if best, found := dates[w]; ok && metadata.ReuseKey(e) == w.ReuseKey && (!found || store.Prefer(c, best)) {
					dates[w] = c
				}
			}
		}
		rows, err := batch.Plan(stored, dates)
		if err != nil {
			return err
		}
		for _, row := range rows {
			stored[row.ID] = row.Entry
			fmt.Println(*row.Entry.Artefact.ComponentVersion, row.New, row.Entry.DiscoveryDate)
		}
		return nil
	}
	first, second := scanInfo(new("acme.org/shop"), new("1.0.0")), scanInfo(new("acme.org/shop"), new("1.1.0"))
	first.DiscoveryDate, second.DiscoveryDate = "2026-01-01", "2026-02-01"
	fmt.Println(put(first))
	fmt.Println(put(first, second))
	// Output:
	// 1.0.0 true 2026-01-01
	// <nil>
	// 1.0.0 false 2026-01-01
	// 1.1.0 true 2026-01-01
	// <nil>
}

func ExampleConflictError() {
	text := scanInfo(new("acme.org/shop"), new("None"))
	null := scanInfo(new("acme.org/shop"), nil)
	batch, err := store.NewBatch([]metadata.Entry{text, null}, store.UpsertOptions{Now: time.Now()})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = batch.Plan(nil, nil)
	var conflict *store.ConflictError
	fmt.Println(errors.As(err, &conflict))
	fmt.Println("stored:", *conflict.Existing.ComponentVersion)
	fmt.Println("refused has no version:", conflict.Refused.ComponentVersion == nil)
	// Output:
	// true
	// stored: None
	// refused has no version: true
}
