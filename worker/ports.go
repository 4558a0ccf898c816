package worker

import (
	"context"
	"iter"
	"time"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Queue is what a worker needs of a backlog. A [backlog.Queue] satisfies it; see
// there for the contract of each method.
type Queue interface {
	Claim(ctx context.Context, req backlog.ClaimRequest) (backlog.Claim, error)
	Renew(ctx context.Context, c backlog.Claim, d time.Duration) error
	Finish(ctx context.Context, c backlog.Claim) error
	Fail(ctx context.Context, c backlog.Claim, f backlog.Failure) error
	Release(ctx context.Context, c backlog.Claim) error
	List(ctx context.Context, f backlog.Filter) ([]backlog.Item, error)
}

// waker is a [Queue] that tells when work has arrived, so that nobody need wait for
// [Config.Poll].
type waker interface {
	// Wake returns a channel that is closed when an item can be claimed that could not
	// be when Wake was called, or some time after that.
	Wake() <-chan struct{}
}

// Core is what a worker needs of ODG Core. The core itself satisfies it, and so
// does its client.
type Core interface {
	// PutMetadata stores entries, all or none; the same twice changes nothing.
	PutMetadata(ctx context.Context, entries []metadata.Entry) error
	// DeleteMetadata removes entries; those that are not stored are fine.
	DeleteMetadata(ctx context.Context, entries []metadata.Entry) error
	// QueryMetadata streams the entries that q selects.
	QueryMetadata(ctx context.Context, q store.Query) iter.Seq2[metadata.Entry, error]
}
