// Package storetest checks that a store keeps the contract of [store.Store], by
// [Run], and of the interfaces beside it: of [store.Blobs] by [RunBlobs], of
// [store.Documents] by [RunDocuments], of [store.Historian] by [RunHistory].
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) store.Store { return memory.New() })
//	}
//
// A regression in any store becomes a case here first.
package storetest
