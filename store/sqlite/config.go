package sqlite

import (
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// DefaultBusyTimeout applies if [Config.BusyTimeout] is not set.
const DefaultBusyTimeout = 10 * time.Second

// Config configures a [Store]. The zero Config works.
type Config struct {
	// ReadOnly opens an existing database for reading only: nothing is created,
	// migrated or written. Writing methods fail with [store.ErrReadOnly].
	ReadOnly bool

	// BusyTimeout is how long a write waits for the writer of another process
	// before it fails with [store.ErrLocked]; 0 means DefaultBusyTimeout. Such a
	// wait does not end when the context does.
	BusyTimeout time.Duration

	// SyncEveryCommit writes through to the disk at every commit, so that a power
	// failure loses nothing, at the price of milliseconds per write. Without it
	// only a power failure can lose the last commits, the death of the process
	// cannot.
	SyncEveryCommit bool

	// Types knows the types of payloads that were declared by configuration; nil
	// means [metadata.BuiltinTypes].
	Types *metadata.Types

	// KeepDeletions is how long deletions are remembered for the change feed; 0
	// means [store.DefaultKeepDeletions]. They are forgotten when others follow.
	KeepDeletions time.Duration

	// MaxDocumentBytes is about how much the documents of [store.Documents] take
	// together; 0 means [store.DefaultMaxDocumentBytes].
	MaxDocumentBytes int64

	// Now is the clock by which they are; nil means [time.Now].
	Now func() time.Time
}

func (c Config) withDefaults() Config {
	if c.KeepDeletions <= 0 {
		c.KeepDeletions = store.DefaultKeepDeletions
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.BusyTimeout <= 0 {
		c.BusyTimeout = DefaultBusyTimeout
	}
	if c.Types == nil {
		c.Types = metadata.BuiltinTypes()
	}
	if c.MaxDocumentBytes <= 0 {
		c.MaxDocumentBytes = store.DefaultMaxDocumentBytes
	}
	return c
}
