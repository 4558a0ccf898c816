package memory

import (
	"context"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var _ store.SeverityCounter = (*Store)(nil)

// CountSeverities implements [store.SeverityCounter].
func (s *Store) CountSeverities(ctx context.Context, types []metadata.Type) ([]store.SeverityCount, error) {
	return store.CountSeverities(s.Query(ctx, store.Query{}), types)
}
