package storetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// failures returns the errors of all calls with ctx.
func (b *bench) failures(ctx context.Context) map[string]error {
	e := scanInfo(image("new", "1"))
	_, upsert := b.Upsert(ctx, []metadata.Entry{e}, store.UpsertOptions{Now: now})
	_, empty := b.Upsert(ctx, nil, store.UpsertOptions{Now: now})
	_, remove := b.Delete(ctx, []string{scanInfo(image("web", "1")).ID()})
	_, count := b.CountByArtefact(ctx, store.Query{})
	errs := map[string]error{"Upsert": upsert, "Upsert of nothing": empty, "Delete": remove, "CountByArtefact": count, "Query": nil}
	for _, err := range b.Query(ctx, store.Query{}) {
		errs["Query"] = err
	}
	return errs
}

var lifecycleCases = []testCase{
	{"a context that is done changes nothing", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(scanInfo(image("web", "1")))
		before := b.dump()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for call, err := range b.failures(ctx) {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got error %v, want context.Canceled", call, err)
			}
		}
		is.Equal(cmp.Diff(before, b.dump()), "")
	}},
	{"a closed store says so", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(scanInfo(image("web", "1")))
		is.NoErr(b.Close())
		for call, err := range b.failures(t.Context()) {
			if !errors.Is(err, store.ErrClosed) {
				t.Errorf("%s: got error %v, want ErrClosed", call, err)
			}
		}
		is.NoErr(b.Close()) // twice is fine
	}},
	{"blobs of a closed store say so", func(t *testing.T, b *bench) {
		is := is.New(t)
		blobs, ok := b.Store.(store.Blobs)
		if !ok {
			is.NoErr(b.Close())
			return // a store need not keep blobs
		}
		stored := &blobBench{blobs, t}
		content := noise(600_000)
		blob := stored.put(content)
		_, opened, err := blobs.OpenBlob(t.Context(), blob.Digest)
		is.NoErr(err)
		is.NoErr(b.Close())
		read, err := io.ReadAll(opened)
		is.True(errors.Is(err, store.ErrClosed) || err == nil && bytes.Equal(read, content)) // it never just ends early
		_, err = blobs.PutBlob(t.Context(), blob, bytes.NewReader(content))
		is.True(errors.Is(err, store.ErrClosed))
		for call, err := range stored.failures(t.Context(), blob.Digest) {
			if !errors.Is(err, store.ErrClosed) {
				t.Errorf("%s: got error %v, want ErrClosed", call, err)
			}
		}
	}},
}
