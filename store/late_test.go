package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
)

func TestUntil(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, ok := store.Limit(t.Context())
	is.True(!ok)
	moment := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	ctx, cancel := context.WithCancel(store.Until(t.Context(), func() time.Time { return moment }))
	defer cancel()
	got, ok := store.Limit(ctx)
	is.True(ok)
	is.Equal(got, moment)
	moment = moment.Add(time.Minute) // the lease was renewed
	got, _ = store.Limit(ctx)
	is.Equal(got, moment)
}
