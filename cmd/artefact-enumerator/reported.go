package main

import (
	"context"
	"iter"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// reported are the artefacts of which odg serve was told over a database of its own.
type reported struct{ db *sqlite.Store }

// RuntimeArtefacts implements [enumerator.RuntimeArtefacts].
func (r reported) RuntimeArtefacts(ctx context.Context) iter.Seq2[artefact.ID, error] {
	return func(yield func(artefact.ID, error) bool) {
		for a, err := range r.db.RuntimeArtefacts(ctx, nil) {
			if !yield(a.Artefact, err) {
				return
			}
		}
	}
}
