package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// turn is what an act did.
func turn(what store.What, a store.Act) store.Turn { return store.Turn{What: what, Act: a} }

var versionCases = []historyCase{
	{"the history tells what happened, when, by whom and by which request", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		e := vulnerability(image("web", "1"), "openssl", "3", "CVE-1")
		ada := store.Act{At: at(10), Who: "ada", Request: "r1"}
		bob := store.Act{At: at(20), Who: "Bob \"<&>\" ü", Request: "odg vex import"}
		eve := store.Act{At: at(30), Request: "r3"}
		b.do(ada, e)
		b.do(bob, severity(e, "LOW"))
		b.drop(eve, e)
		b.do(store.Act{At: at(40)}, e)
		want := []store.Version{
			{ID: e.ID(), Entry: e, Began: turn(store.Inserted, ada), Ended: turn(store.Changed, bob)},
			{ID: e.ID(), Entry: severity(e, "LOW"), Began: turn(store.Changed, bob), Ended: turn(store.Deleted, eve)},
			{ID: e.ID(), Entry: e, Began: turn(store.Inserted, store.Act{At: at(40)})},
		}
		is.Equal(cmp.Diff(forms(want), forms(b.life(e))), "")
		is.True(b.life(e)[2].Present())
		is.True(!b.life(e)[1].Present())
	}},
	{"several of one id in a batch are one version", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		e := vulnerability(image("web", "1"), "openssl", "3", "CVE-1")
		b.do(by(10), e, severity(e, "LOW"), severity(e, "CRITICAL"))
		is.Equal(len(b.life(e)), 1)
		b.do(by(20), e, severity(e, "LOW"))
		b.do(by(30), e, severity(e, "LOW")) // as it is
		life := b.life(e)
		is.Equal(len(life), 2)
		is.Equal(cmp.Diff(texts(byID(severity(e, "CRITICAL"))), b.then(store.Query{}, at(19))), "")
		is.Equal(cmp.Diff(texts(byID(severity(e, "LOW"))), b.then(store.Query{}, at(20))), "")
	}},
	{"what is said of nobody is when it was done", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		e := vulnerability(image("web", "1"), "openssl", "3", "CVE-1")
		b.put(e)
		_, err := b.Delete(t.Context(), []string{e.ID()})
		is.NoErr(err)
		life := b.life(e)
		is.Equal(life[0].Began, turn(store.Inserted, store.Act{At: now}))
		is.Equal(life[0].Ended.What, store.Deleted)
		is.True(!life[0].Ended.At.Before(now)) // by the clock of the store
		is.Equal(life[0].Ended.Who+life[0].Ended.Request, "")
	}},
	{"an upsert that is refused leaves no trace, nor does a deletion of nothing", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		e := vulnerability(image("web", "1"), "openssl", "3", "CVE-1")
		b.do(by(10), e)
		refused := severity(e, "LOW")
		other := scanInfo(image("db", "1"))
		other.Artefact.References = append(other.Artefact.References, image("x", "1"))
		_, err := b.Upsert(t.Context(), []metadata.Entry{refused, other}, store.UpsertOptions{Now: now})
		is.True(errors.Is(err, store.ErrReferences))
		_, err = b.Delete(t.Context(), []string{"00000000000000000000000000000000"})
		is.NoErr(err)
		is.Equal(len(b.versions(store.HistoryQuery{})), 1)
		is.Equal(cmp.Diff(texts(byID(e)), b.then(store.Query{}, at(1000))), "")
	}},
	{"a new store has the whole history", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		began, err := b.HistoryBegan(t.Context())
		is.NoErr(err)
		is.True(began.IsZero())
		is.Equal(len(b.versions(store.HistoryQuery{})), 0)
		is.Equal(len(b.then(store.Query{}, at(0))), 0)
	}},
	{"a context that is done, and a closed store, are told", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		b.do(by(10), vulnerability(image("web", "1"), "openssl", "3", "CVE-1"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for _, err := range b.historyFailures(ctx) {
			is.True(errors.Is(err, context.Canceled))
		}
		is.NoErr(b.Close())
		for _, err := range b.historyFailures(t.Context()) {
			is.True(errors.Is(err, store.ErrClosed))
		}
	}},
}

// historyFailures returns the errors of all calls.
func (b *historyBench) historyFailures(ctx context.Context) []error {
	_, began := b.HistoryBegan(ctx)
	errs := []error{began, nil, nil}
	for _, err := range b.AsOf(ctx, store.Query{}, at(20)) {
		errs[1] = err
	}
	for _, err := range b.History(ctx, store.HistoryQuery{}) {
		errs[2] = err
	}
	return errs
}

// form is a version without what stores are free in.
type form struct {
	ID, Entry    string
	Began, Ended store.Turn
}

func forms(versions []store.Version) []form {
	var list []form
	for _, v := range versions {
		list = append(list, form{v.ID, string(v.Entry.AppendJSON(nil)), v.Began, v.Ended})
	}
	return list
}

var historyPageCases = []historyCase{
	{"pages of a history leave nothing out while it grows", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		var entries []metadata.Entry
		for i := range 7 {
			entries = append(entries, vulnerability(image("web", "1"), "openssl", "3", fmt.Sprint("CVE-", i)))
		}
		b.do(by(10), entries...)
		b.do(by(20), severity(entries[2], "LOW"))
		q := store.HistoryQuery{Limit: 3}
		var paged []store.Version
		for page := b.versions(q); len(page) > 0; page = b.versions(q) {
			is.True(len(page) <= 3)
			paged = append(paged, page...)
			q.After = page[len(page)-1].Point
			if len(paged) == 3 {
				b.drop(by(30), entries[4], paged[2].Entry) // of which the last one was told already
			}
		}
		is.Equal(len(paged), 8)
		ignored := cmpopts.IgnoreFields(form{}, "Ended")
		is.Equal(cmp.Diff(forms(b.versions(store.HistoryQuery{})), forms(paged), ignored), "")
	}},
	{"a history is asked for by all that a query may ask for", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		e, r := vulnerability(image("web", "1"), "openssl", "3", "CVE-1"), rescoring(image("web", "1"), metadata.TypeVulnerability, "LOW")
		other := vulnerability(image("web", "2"), "openssl", "3", "CVE-1")
		b.do(by(10), e, r, other)
		b.drop(by(20), e, r)
		count := func(q store.Query) int { return len(b.versions(store.HistoryQuery{Query: q})) }
		is.Equal(count(store.Query{Types: []metadata.Type{metadata.TypeVulnerability}}), 2)
		is.Equal(count(store.Query{ReferencedTypes: []metadata.Type{metadata.TypeVulnerability}}), 1)
		is.Equal(count(store.Query{Artefacts: []store.Selector{{ID: other.Artefact}}}), 1)
		is.Equal(count(store.Query{Artefacts: []store.Selector{{ID: e.Artefact}}}), 2)
		is.Equal(count(store.Query{Artefacts: []store.Selector{{ID: e.Artefact}, {ID: other.Artefact}}}), 3)
		is.Equal(count(store.Query{IDs: []string{r.ID(), other.ID()}}), 2)
		is.Equal(count(store.Query{IDs: []string{"x"}}), 0)
	}},
}
