package odg

import (
	"time"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/sprint"
	"github.com/opendeliverygear/odg/store"
)

// Core is ODG Core: the only writer of the store, and the rules for reading it.
// It is safe for concurrent use if its store is.
type Core struct {
	store store.Store
	cfg   Config
}

// Config says by which rules a [Core] works. The zero Config works: nothing is
// categorised then, since no finding type is configured.
type Config struct {
	// Findings is the findings configuration; nil means no finding types.
	Findings *findingcfg.Config

	// Descriptors resolves component versions for rows that are shared between the
	// versions of a component; nil means that such rows match no version.
	Descriptors component.Resolver

	// PeerScopes restores the reading of existing installations, in which rescorings
	// of scope component and global are stored and never apply.
	PeerScopes bool

	// Sprints are those in which findings are due; nil means that there are none.
	Sprints *sprint.Config

	// Now is the clock; nil means [time.Now].
	Now func() time.Time
}

// New returns a Core over s. The caller closes s after the last use.
func New(s store.Store, cfg Config) *Core {
	if cfg.Findings == nil {
		cfg.Findings = &findingcfg.Config{}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Core{store: s, cfg: cfg}
}
