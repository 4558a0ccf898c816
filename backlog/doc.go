// Package backlog is the work queue of ODG: which extension is to look at which
// artefact, and who is doing so right now.
//
// An [Item] names an extension (its service id) and an artefact; there is one
// per pair, under a name that follows from both, so whoever triggers the same
// work twice meets the same item. A claim is a lease with a fencing token: it
// ends unless it is renewed, and what ended can neither finish nor fail the item
// any more. Items that keep failing back off ([RetryPolicy]) and are parked with
// their last error, where a person can see and replay them.
//
//	queue := backlog.NewMemory(backlog.MemoryConfig{})
//	queue.Add(ctx, backlog.Item{Service: "osid", Artefact: id, Priority: backlog.PriorityHigh, Timestamp: now})
//	claim, err := queue.Claim(ctx, backlog.ClaimRequest{Services: []string{"osid"}, Holder: "me", Lease: time.Minute})
//	// scan claim.Item.Artefact
//	err = queue.Finish(ctx, claim)
//
// Package worker holds the loop around these calls. [Memory] is for tests and
// single runs; store/sqlite and kube hold durable queues. All of them pass the
// suite of package backlogtest.
package backlog
