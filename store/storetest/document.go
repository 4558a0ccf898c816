package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
)

// documentRoom is how much the documents of a case may take.
const documentRoom = 64 << 10

// RunDocuments checks that what newDocuments makes keeps the contract of
// [store.Documents]. newDocuments is called once per case with the number of bytes
// that all documents may take, returns something empty, and cleans up through t. Cases
// run in parallel; none of them sleeps.
func RunDocuments(t *testing.T, newDocuments func(t *testing.T, maxBytes int64) store.Documents) {
	t.Helper()
	for _, c := range slices.Concat(documentCases, documentFaultCases) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, &documentBench{newDocuments(t, documentRoom), t})
		})
	}
}

type documentCase struct {
	name string
	run  func(t *testing.T, b *documentBench)
}

// documentBench is documents with calls that must work.
type documentBench struct {
	store.Documents
	t *testing.T
}

// document returns that of a version of a component, with n bytes.
func document(version string, n int) store.Document {
	content := noise(n)
	return store.Document{
		ID: store.DescriptorID("registry.example/ocm", "acme.org/shop", version), Content: content,
		Digest: store.DocumentDigest(content), Used: now,
	}
}

func (b *documentBench) put(documents ...store.Document) {
	b.t.Helper()
	if err := b.PutDocuments(b.t.Context(), documents); err != nil {
		b.t.Fatalf("put: %v", err)
	}
}

// holds fails unless exactly these documents are there, of those with ids and of theirs.
func (b *documentBench) holds(want []store.Document, ids ...string) {
	b.t.Helper()
	for _, d := range want {
		ids = append(ids, d.ID)
	}
	found, err := b.FindDocuments(b.t.Context(), ids)
	if err != nil {
		b.t.Fatalf("find: %v", err)
	}
	expected := map[string]store.Document{}
	for _, d := range want {
		expected[d.ID] = d
	}
	empty := cmp.Comparer(func(x, y []byte) bool { return bytes.Equal(x, y) }) // nil is as good
	if diff := cmp.Diff(expected, found, empty); diff != "" {
		b.t.Errorf("documents (-want +got):\n%s", diff)
	}
}

func (b *documentBench) count() store.DocumentCount {
	b.t.Helper()
	count, err := b.CountDocuments(b.t.Context())
	if err != nil {
		b.t.Fatalf("count: %v", err)
	}
	return count
}

var documentCases = []documentCase{
	{"documents come back as they are", func(t *testing.T, b *documentBench) {
		is := is.New(t)
		all := []store.Document{document("1", 0), document("2", 1), document("3", 3000), document("4", 20_000)}
		b.holds(nil, all[0].ID)
		b.put(all...)
		b.holds(all)
		b.holds(all[1:2], "", "x", "\x00", strings.Repeat("f", 32), strings.ToUpper(all[1].ID)) // unknown ones are left out
		b.holds(nil)
		is.Equal(b.count(), store.DocumentCount{Documents: 4, Bytes: 23_001})
	}},
	{"a document replaces the one before", func(t *testing.T, b *documentBench) {
		is := is.New(t)
		first, second, third := document("1", 100), document("1", 200), document("1", 300)
		third.Used = now.Add(time.Hour)
		b.put(first, second)
		b.holds([]store.Document{second}) // the last one of a call
		b.put(third)
		b.holds([]store.Document{third})
		is.Equal(b.count(), store.DocumentCount{Documents: 1, Bytes: 300})
	}},
	{"what is written does not change with what was given", func(_ *testing.T, b *documentBench) {
		want, given := document("1", 100), document("1", 100)
		b.put(given)
		clear(given.Content)
		b.holds([]store.Document{want})
	}},
	{"deleted ones are gone", func(t *testing.T, b *documentBench) {
		is := is.New(t)
		one, two := document("1", 100), document("2", 100)
		b.put(one, two)
		is.NoErr(b.DeleteDocuments(t.Context(), []string{one.ID, "\x00", "unknown"}))
		is.NoErr(b.DeleteDocuments(t.Context(), nil))
		b.holds([]store.Document{two}, one.ID)
		b.put(one)
		b.holds([]store.Document{one, two})
	}},
	{"marks stay until a later document comes", func(t *testing.T, b *documentBench) {
		is := is.New(t)
		d := document("1", 100)
		is.NoErr(b.MarkCacheForDeletion(t.Context(), d.ID, now)) // not known
		b.put(d)
		b.holds([]store.Document{d})
		marked := d
		marked.StaleFrom = now.Add(time.Hour)
		is.NoErr(b.MarkCacheForDeletion(t.Context(), strings.ToUpper(d.ID), marked.StaleFrom))
		b.holds([]store.Document{marked})
		b.put(d) // what was read before the mark does not take it away
		b.holds([]store.Document{marked})
		d.Used = marked.StaleFrom
		b.put(d)
		b.holds([]store.Document{d})
		for _, id := range []string{"", "x", "\x00", strings.Repeat("f", 32)} {
			is.NoErr(b.MarkCacheForDeletion(t.Context(), id, now))
		}
		b.holds([]store.Document{d})
	}},
	{"what was not used for long goes when there is no room", func(t *testing.T, b *documentBench) {
		is := is.New(t)
		var all []store.Document
		for i := range 100 {
			d := document(fmt.Sprint(i), 4096)
			d.Used = now.Add(time.Duration(i) * time.Minute)
			all = append(all, d)
			b.put(d)
			first := all[0].ID
			is.NoErr(b.UseDocuments(t.Context(), []string{first, "\x00", "unknown"}, d.Used.Add(time.Second)))
		}
		count := b.count()
		is.True(count.Bytes <= documentRoom+documentRoom/16)
		is.True(count.Bytes >= documentRoom/2)
		all[0].Used = all[99].Used.Add(time.Second)
		b.holds([]store.Document{all[0], all[98], all[99]}, all[1].ID, all[50].ID)
	}},
	{"what has no room at all is not kept", func(t *testing.T, b *documentBench) {
		is := is.New(t)
		b.put(document("1", 2*documentRoom))
		is.Equal(b.count(), store.DocumentCount{})
	}},
}

var documentFaultCases = []documentCase{
	{"ids that are none are refused", func(t *testing.T, b *documentBench) {
		is := is.New(t)
		good := document("1", 10)
		for _, id := range []string{"", "x", "\x00", strings.ToUpper(good.ID), good.ID + "00", strings.Repeat("g", 32)} {
			wrong := good
			wrong.ID = id
			is.True(errors.Is(b.PutDocuments(t.Context(), []store.Document{good, wrong}), store.ErrDocumentID))
		}
		b.holds(nil, good.ID) // all or none
	}},
	{"a context that is done changes nothing", func(t *testing.T, b *documentBench) {
		is := is.New(t)
		d := document("1", 10)
		b.put(d)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, find := b.FindDocuments(ctx, []string{d.ID})
		_, count := b.CountDocuments(ctx)
		for call, err := range map[string]error{
			"FindDocuments": find, "CountDocuments": count, "PutDocuments": b.PutDocuments(ctx, []store.Document{d}),
			"UseDocuments":         b.UseDocuments(ctx, []string{d.ID}, now.Add(time.Hour)),
			"DeleteDocuments":      b.DeleteDocuments(ctx, []string{d.ID}),
			"MarkCacheForDeletion": b.MarkCacheForDeletion(ctx, d.ID, now),
		} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got error %v, want context.Canceled", call, err)
			}
		}
		is.True(errors.Is(b.PutDocuments(ctx, nil), context.Canceled))
		b.holds([]store.Document{d})
	}},
	{"writers of the same documents at once all succeed", func(t *testing.T, b *documentBench) {
		is := is.New(t)
		together(func(writer int) {
			for i := range 10 {
				documents := []store.Document{document("1", 100), document("2", 200), document(fmt.Sprint(writer, i), 10)}
				if writer%2 == 0 {
					slices.Reverse(documents)
				}
				if err := b.PutDocuments(t.Context(), documents); err != nil {
					t.Errorf("put: %v", err)
				}
				if _, err := b.FindDocuments(t.Context(), []string{documents[0].ID}); err != nil {
					t.Errorf("find: %v", err)
				}
			}
		})
		b.holds([]store.Document{document("1", 100), document("2", 200)})
		is.True(b.count().Documents > 2)
	}},
}
