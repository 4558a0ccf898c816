// Package memory is a store that lives as long as the process, for tests, dry
// runs and examples.
//
//	s := memory.New()
//	change, err := s.Upsert(ctx, entries, store.UpsertOptions{Now: time.Now()})
//	for entry, err := range s.Query(ctx, store.Query{}) {
//		// …
//	}
//
// It holds entries by id, component name and reuse key, so that writing costs as
// much as what is written, and reading as much as the components that are asked
// for. Blobs are held in memory as a whole. A journal tells readers
// of [Store.Changes] what is new, and what findings and rescorings once were is kept.
package memory
