package enumerator

import (
	"context"
	"fmt"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Unresolved returns those of the watched components of which no enumeration has
// found anything yet, in their order. What is known about a delivery says nothing
// about them.
func Unresolved(ctx context.Context, core Core, components []Component) ([]Component, error) {
	resolved := map[string]bool{}
	for e, err := range core.QueryMetadata(ctx, store.Query{Types: []metadata.Type{TypeEnumeration}}) {
		if err != nil {
			return nil, fmt.Errorf("read what components consist of: %w", err)
		}
		resolved[e.Key()] = true
	}
	var list []Component
	for _, c := range components {
		if !resolved[c.key()] {
			list = append(list, c)
		}
	}
	return list, nil
}
