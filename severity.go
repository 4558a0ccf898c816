package odg

import (
	"context"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/store"
)

// UnknownSeverities tells which severities stored findings and rescorings of configured
// types have that are no category, as when one was taken out of the configuration while it
// was in use: nobody can say how such findings stand, see [Finding.Err]. All rows count, also
// those of artefacts that are not active, or to which a configuration does not apply.
//
// It reads much of the store, in one statement if that is a [store.SeverityCounter].
func (c *Core) UnknownSeverities(ctx context.Context) ([]store.SeverityCount, error) {
	counts, err := c.countSeverities(ctx)
	if err != nil {
		return nil, fmt.Errorf("count severities: %w", err)
	}
	return slices.DeleteFunc(counts, func(s store.SeverityCount) bool {
		cfg, _ := c.cfg.Findings.For(s.Type) // only configured types are asked for
		_, known := cfg.Category(s.Severity)
		return known
	}), nil
}

func (c *Core) countSeverities(ctx context.Context) ([]store.SeverityCount, error) {
	types := c.findingTypes()
	if len(types) == 0 {
		return nil, nil
	}
	if counter, ok := c.store.(store.SeverityCounter); ok {
		return counter.CountSeverities(ctx, types)
	}
	return store.CountSeverities(c.store.Query(ctx, store.Query{}), types)
}
