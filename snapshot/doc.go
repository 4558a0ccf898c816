// Package snapshot is the memory of the enumerator about one artefact: whether
// it is part of the delivery, and when each extension was last sent to it.
//
// A [Snapshot] is a small log with one current [State] per service; the state
// without a service says if the artefact is active. It is a value: every change
// returns a new one, and who writes compares it with what was stored.
//
//	stored, err := snapshot.Decode(entry)
//	next, _ := stored.Activate(now)
//	check := snapshot.Check{Service: "osid", Interval: 24 * time.Hour, Now: now}
//	if trigger := next.Due(check); trigger != snapshot.TriggerNone {
//		next = next.Triggered(check) // and queue an item of that priority
//	}
//
// Snapshots are stored as entries of type compliance/snapshots, which existing
// installations read and write too. Times are written as naive UTC, because the
// enumerator of those subtracts them from naive times; both kinds are read.
package snapshot
