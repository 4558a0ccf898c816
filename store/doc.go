// Package store is the contract between ODG and the database that keeps its
// metadata: every finding, snapshot, rescoring and scan info is one
// [metadata.Entry], found again by its id.
//
//	s := memory.New() // or sqlite.Open(ctx, "odg.db", sqlite.Config{})
//	defer s.Close()
//	change, err := s.Upsert(ctx, entries, store.UpsertOptions{Now: now})
//	for entry, err := range s.Query(ctx, store.Query{Types: []metadata.Type{metadata.TypeSnapshot}}) {
//		// …
//	}
//
// Callers declare the methods that they need; [Store] is their sum, for those who
// implement it. Implementers get the rules for free, as plain functions: [Batch]
// works out what an upsert writes, [Matches] says what a query selects, [Feed]
// says where a reader of changes goes on. The suite
// of package storetest checks the rest.
//
// What findings and rescorings once were, and who changed them, is told by stores that
// are a [Historian]; writers say with [By] who they are.
//
// Content that is too large for an entry is in [Blobs], under its digest; the
// stores of this module keep that too. What was fetched from registries, and need
// not be fetched again, is in [Documents].
package store
