package main

import (
	"context"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// entries returns what a query selects.
func (s *site) entries(ctx context.Context, q store.Query) ([]metadata.Entry, error) {
	var list []metadata.Entry
	for e, err := range s.core.QueryMetadata(ctx, q) {
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}
