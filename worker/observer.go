package worker

import (
	"time"

	"github.com/opendeliverygear/odg/backlog"
)

// Observer is told what becomes of items, for progress bars and counters. Each
// item that is claimed ends in exactly one of the other calls. They come from
// several goroutines at once and must be quick. Nil functions are not called.
type Observer struct {
	Claimed  func(item backlog.Item)
	Finished func(item backlog.Item)
	// Skipped: the scanner does not support the artefact.
	Skipped func(item backlog.Item, err error)
	// Failed: the item is tried again, not before the given time.
	Failed func(item backlog.Item, err error, notBefore time.Time)
	// Parked: the item is not tried again before somebody replays it.
	Parked func(item backlog.Item, err error)
	// Lost: the lease ended, or the queue could not be told what became of the item.
	// It is free or somebody else's; what was not stored yet was refused.
	Lost func(item backlog.Item, err error)
	// Released: the item was given back untouched, as the worker ends.
	Released func(item backlog.Item)
}

func (o Observer) claimed(item backlog.Item) {
	if o.Claimed != nil {
		o.Claimed(item)
	}
}

func (o Observer) finished(item backlog.Item) {
	if o.Finished != nil {
		o.Finished(item)
	}
}

func (o Observer) skipped(item backlog.Item, err error) {
	if o.Skipped != nil {
		o.Skipped(item, err)
	}
}

func (o Observer) failed(item backlog.Item, err error, notBefore time.Time) {
	if o.Failed != nil {
		o.Failed(item, err, notBefore)
	}
}

func (o Observer) parked(item backlog.Item, err error) {
	if o.Parked != nil {
		o.Parked(item, err)
	}
}

func (o Observer) lost(item backlog.Item, err error) {
	if o.Lost != nil {
		o.Lost(item, err)
	}
}

func (o Observer) released(item backlog.Item) {
	if o.Released != nil {
		o.Released(item)
	}
}
