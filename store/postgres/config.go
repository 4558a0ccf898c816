package postgres

import (
	"time"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Defaults of [Config].
const (
	// DefaultMaxConns leaves most of the hundred connections that a fresh server has
	// to others.
	DefaultMaxConns         = 16
	DefaultAcquireTimeout   = 5 * time.Second
	DefaultStatementTimeout = 15 * time.Minute
	DefaultRetryFor         = 30 * time.Second
)

// Config configures a [Store]. The zero Config works.
type Config struct {
	// MaxConns limits the connections to the server, from 2 to 10,000; 0 means
	// DefaultMaxConns. [Store.Settle] takes none of them: it has two more.
	MaxConns int

	// AcquireTimeout is how long a call waits for one of them before it fails with
	// [store.ErrBusy]; 0 means DefaultAcquireTimeout.
	AcquireTimeout time.Duration

	// StatementTimeout ends every statement that takes longer, the time included in
	// which a caller takes the entries of a query; 0 means DefaultStatementTimeout.
	StatementTimeout time.Duration

	// RetryFor is how long a call is tried again while the server is away or other
	// writers are in its way; 0 means DefaultRetryFor, less than 0 not at all. What
	// fails then wraps [store.ErrUnavailable].
	RetryFor time.Duration

	// KeepDeletions is how long the change feed remembers deletions; 0 means
	// [store.DefaultKeepDeletions].
	KeepDeletions time.Duration

	// MaxDocumentBytes is about how much the documents of [store.Documents] take
	// together; 0 means [store.DefaultMaxDocumentBytes].
	MaxDocumentBytes int64

	// Now is the clock by which deletions grow old; nil means that of the database.
	Now func() time.Time

	// Types knows the types of payloads that were declared by configuration; nil
	// means [metadata.BuiltinTypes].
	Types *metadata.Types

	// Log tells what takes long and what was tried again; the zero value is silent.
	Log zerolog.Logger
}

func (c Config) withDefaults() Config {
	if c.MaxConns <= 0 {
		c.MaxConns = DefaultMaxConns
	}
	if c.AcquireTimeout <= 0 {
		c.AcquireTimeout = DefaultAcquireTimeout
	}
	if c.StatementTimeout <= 0 {
		c.StatementTimeout = DefaultStatementTimeout
	}
	if c.RetryFor == 0 {
		c.RetryFor = DefaultRetryFor
	}
	if c.KeepDeletions <= 0 {
		c.KeepDeletions = store.DefaultKeepDeletions
	}
	if c.Types == nil {
		c.Types = metadata.BuiltinTypes()
	}
	if c.MaxDocumentBytes <= 0 {
		c.MaxDocumentBytes = store.DefaultMaxDocumentBytes
	}
	return c
}
