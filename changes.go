package odg

import (
	"context"
	"iter"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Changes streams what became of the entries that were inserted, changed or deleted
// after since, of these types or of all, up to the present, and ends with a mark
// (see [store.ChangeReader] for what a reader may rely on). As for
// [Core.QueryMetadata], entries of a finding type whose configuration does not
// apply to their artefact are left out; their deletion may be told nevertheless.
// When the configuration changes, what it lets in is told with its next change:
// who needs it at once starts again from the beginning.
func (c *Core) Changes(ctx context.Context, since store.Cursor, types []metadata.Type) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		for e, err := range c.store.Changes(ctx, since, types) {
			if err == nil && !e.Mark() && !e.Deleted && !c.applies(e.Entry) {
				continue
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}
