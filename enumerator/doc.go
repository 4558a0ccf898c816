// Package enumerator finds out what a delivery consists of and what has to be
// done about it.
//
// [Plan] is the rule, a pure function: given the artefacts that were found, the
// compliance snapshots that are stored, the configuration and the time, it says
// which snapshots to write, which to delete, and which items to queue. [Enumerator.Run]
// is the process: it walks the configured components, makes the plan and carries it
// out over small interfaces, in one process or against a server.
//
//	plan := enumerator.Plan(enumerator.Input{
//		Now:        now,
//		Artefacts:  found,
//		Snapshots:  stored,
//		Extensions: extensions,
//	})
//
// A run may end at any moment. It stores a snapshot before it queues work, so that
// a worker finds its artefact active, and it notes that work was queued only after
// that happened, so that the next run queues what is missing.
package enumerator
