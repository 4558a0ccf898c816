package enumerator

import (
	"context"
	"iter"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Core is what an enumeration needs of ODG Core. The core itself satisfies it,
// and so does its client.
type Core interface {
	// QueryMetadata streams the entries that q selects.
	QueryMetadata(ctx context.Context, q store.Query) iter.Seq2[metadata.Entry, error]
	// CountScanInfos counts the scan infos of each artefact, by the artefact's key.
	CountScanInfos(ctx context.Context) (map[string]int, error)
	// PutMetadata stores entries, all or none.
	PutMetadata(ctx context.Context, entries []metadata.Entry) error
	// DeleteMetadata removes entries; those that are not stored are fine.
	DeleteMetadata(ctx context.Context, entries []metadata.Entry) error
}

// Queue is where an enumeration puts work. A [backlog.Queue] satisfies it.
type Queue interface {
	// Add queues items, all or none, and returns how many of them are new.
	Add(ctx context.Context, items ...backlog.Item) (created int, err error)
}

// Repositories finds the OCM repository that a configuration names.
type Repositories interface {
	// Repository returns the repository for an ocm_repo_url; "" means the default.
	Repository(ctx context.Context, url string) (Repository, error)
}

// RepositoriesFunc makes a function [Repositories].
type RepositoriesFunc func(ctx context.Context, url string) (Repository, error)

// Repository calls f.
func (f RepositoriesFunc) Repository(ctx context.Context, url string) (Repository, error) {
	return f(ctx, url)
}

// Repository is what an enumeration needs of an OCM repository.
type Repository interface {
	component.Resolver
	component.VersionLister
}

// RuntimeArtefacts lists what runs without being part of a component.
type RuntimeArtefacts interface {
	// RuntimeArtefacts yields identities. A pair with an error stands for one that
	// could not be read; the sequence goes on after it.
	RuntimeArtefacts(ctx context.Context) iter.Seq2[artefact.ID, error]
}
