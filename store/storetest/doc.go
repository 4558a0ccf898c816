// Package storetest checks that a store keeps the contract of [store.Store].
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) store.Store { return memory.New() })
//	}
//
// A regression in any store becomes a case here first.
package storetest
