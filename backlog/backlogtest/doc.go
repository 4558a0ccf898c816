// Package backlogtest checks that a queue keeps the contract of [backlog.Queue].
//
//	func TestQueue(t *testing.T) {
//		backlogtest.Run(t, func(t *testing.T, now func() time.Time) backlog.Queue {
//			return backlog.NewMemory(backlog.MemoryConfig{Now: now})
//		})
//	}
//
// A regression in any queue becomes a case here first.
package backlogtest
