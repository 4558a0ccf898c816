package memory

import (
	"time"

	"github.com/opendeliverygear/odg/store"
)

// Config configures a [Store]. The zero Config works.
type Config struct {
	// KeepDeletions is how long deletions are remembered for the change feed; 0
	// means [store.DefaultKeepDeletions].
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
	if c.MaxDocumentBytes <= 0 {
		c.MaxDocumentBytes = store.DefaultMaxDocumentBytes
	}
	return c
}
