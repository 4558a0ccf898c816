// Package sqlite keeps ODG's metadata, its blobs and its backlog in one SQLite
// file, with nothing to install and nothing to configure.
//
//	s, err := sqlite.Open(ctx, "odg.db", sqlite.Config{})
//	if err != nil {
//		return err
//	}
//	defer s.Close()
//	queue := s.Queue(time.Now)
//
// [Store] implements [store.Store], [store.Blobs] and [store.Documents], [Queue] implements
// [backlog.Queue].
//
// The file is in WAL mode: readers, also those of other processes, neither wait
// for the writer nor disturb it, and each reads one consistent state. There is one
// writer at a time; others wait for their turn. What was committed survives the
// death of the process at any moment (kill -9). A power failure may take the last
// transactions with it, never a part of one, unless [Config.SyncEveryCommit] is
// set; the next run does their work again.
//
// Every change has a number, by which [Store.Changes] tells what is new. Deletions
// are remembered for [Config.KeepDeletions].
//
// What findings and rescorings once were is kept for ever (see [Store.History]): content
// that is changed or deleted is appended to the table metadata_history, whose rows
// triggers protect. What is new costs two numbers, what is found again nothing.
//
// A process that works on the file for long takes [Store.Lock], so that a second
// one is told instead of doing the same work.
package sqlite
