// Package worker runs an extension: it takes items from the backlog, has a
// scanner look at their artefacts, and stores what it found.
//
// Who writes a scanner says what is to be found in one artefact; everything else
// (claims and their renewal, retries, parking, clean-up of what vanished, the
// scan info) is done here:
//
//	scanner := worker.ScannerFunc(func(ctx context.Context, id artefact.ID) (worker.Result, error) {
//		return worker.Result{Entries: findings}, nil
//	})
//	w := worker.New(queue, core, scanner, worker.Config{
//		Service: "osid", Datasource: metadata.SourceOSID, Types: []metadata.Type{metadata.TypeOSIDFinding},
//	})
//	err := w.Run(ctx)
//
// # One turn
//
// Claim the first item by priority, then age. Scan, while a heartbeat renews the
// lease every third of its length. Take over what people corrected at the scanner (see
// package writeback). Store the findings and the scan info at once. Remove earlier findings of the artefact that are not among them. Finish the
// item. A crash in between is repaired by the next turn, as storing the same
// twice changes nothing. If the lease is lost, the scan is cancelled and its
// result refused: the item belongs to somebody else. What a worker sends just before
// its process is frozen, and arrives when the lease is over, ODG Core refuses (see
// [store.Until]), so its clock must not differ by a lease.
//
// # Stopping
//
// [Worker.Stop] finishes the items at hand and leaves; cancelling the context
// gives them back at once. A main that Kubernetes may stop does both:
//
//	ctx, cancel := context.WithCancel(context.Background())
//	signals := make(chan os.Signal, 2)
//	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
//	go func() {
//		<-signals
//		w.Stop()
//		<-signals
//		cancel()
//	}()
//	err := w.Run(ctx)
package worker
