package store

import (
	"context"
	"errors"
	"time"
)

// ErrLate says that a write came after the moment until which its sender might make it,
// see [Until].
var ErrLate = errors.New("the write came too late")

// Until returns a context for writes that must not happen from a moment on. A worker
// says so whose lease ends then: its process may be frozen just before it sends what it
// found, and go on when the artefact is somebody else's. The moment may move, as leases
// are renewed; it is asked for when the write is sent. Clients of ODG Core tell the
// server, which refuses what comes later with [ErrLate], by its own clock.
func Until(ctx context.Context, moment func() time.Time) context.Context {
	return context.WithValue(ctx, untilKey{}, moment)
}

// Limit returns the moment of [Until], false if there is none.
func Limit(ctx context.Context) (moment time.Time, ok bool) {
	ask, ok := ctx.Value(untilKey{}).(func() time.Time)
	if !ok {
		return time.Time{}, false
	}
	return ask(), true
}

type untilKey struct{}
