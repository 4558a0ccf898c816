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
	return c
}
