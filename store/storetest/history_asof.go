package storetest

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var asOfCases = []historyCase{
	{"as of a moment is what was stored at that moment", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		high := vulnerability(image("web", "1"), "openssl", "3", "CVE-1")
		low := severity(high, "LOW")
		b.do(by(10), high)
		b.do(by(20), low)
		b.drop(by(30), low)
		b.do(by(40), high)
		for moment, want := range map[time.Time]map[string]string{
			{}:    {},
			at(9): {}, at(10): texts(byID(high)), at(10).Add(-1): {}, at(19): texts(byID(high)),
			at(20): texts(byID(low)), at(20).Add(-1): texts(byID(high)), at(29): texts(byID(low)),
			at(30): {}, at(39): {}, at(40): texts(byID(high)), at(1000): texts(byID(high)),
		} {
			is.Equal(cmp.Diff(want, b.then(store.Query{}, moment)), "") // as of moment
		}
	}},
	{"what is found again is as it was, with the last update of the end", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		e := vulnerability(image("web", "1"), "openssl", "3", "CVE-1")
		b.do(by(10), e)
		again := updated(e, "2026-01-11T00:00:00")
		b.do(by(20), again)
		is.Equal(len(b.life(e)), 1)
		is.Equal(cmp.Diff(texts(byID(again)), b.then(store.Query{}, at(15))), "")
		b.do(by(30), severity(updated(e, "2026-01-12T00:00:00"), "LOW"))
		is.Equal(cmp.Diff(texts(byID(again)), b.then(store.Query{}, at(15))), "")
	}},
	{"a decision that is made anew was made before, too", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		first := rescoring(image("web", "1"), metadata.TypeVulnerability, "LOW")
		anew := first
		anew.Meta.CreationDate = "2026-01-09T08:00:00"
		b.renew(by(10), first)
		b.renew(by(20), anew)
		is.Equal(cmp.Diff(texts(byID(first)), b.then(store.Query{}, at(19))), "")
		is.Equal(cmp.Diff(texts(byID(anew)), b.then(store.Query{}, at(20))), "")
		b.do(by(30), first) // an upsert keeps when it was made
		is.Equal(len(b.life(first)), 2)
	}},
	{"findings and rescorings have a history, others have none", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		e, r := vulnerability(image("web", "1"), "openssl", "3", "CVE-1"), rescoring(image("web", "1"), metadata.TypeVulnerability, "LOW")
		others := []metadata.Entry{scanInfo(image("web", "1")), responsibles(image("web", "1"), metadata.TypeVulnerability)}
		b.do(by(10), append(others, e, r)...)
		is.Equal(cmp.Diff(texts(byID(e, r)), b.then(store.Query{}, at(10))), "")
		is.Equal(len(b.then(store.Query{Types: []metadata.Type{metadata.TypeScanInfo}}, at(10))), 0)
		b.drop(by(20), append(others, e, r)...)
		is.Equal(len(b.versions(store.HistoryQuery{})), 2)
	}},
	{"a clock that goes back undoes nothing", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		e := vulnerability(image("web", "1"), "openssl", "3", "CVE-1")
		b.do(by(30), e)
		b.do(by(20), severity(e, "LOW")) // as late as what it changes
		is.Equal(len(b.then(store.Query{}, at(25))), 0)
		is.Equal(cmp.Diff(texts(byID(severity(e, "LOW"))), b.then(store.Query{}, at(30))), "")
		life := b.life(e)
		is.Equal(len(life), 2)
		is.Equal(life[1].Began.At, at(30))
		b.drop(by(40), e)
		b.do(by(35), e) // what was deleted was there until then
		is.Equal(cmp.Diff(texts(byID(severity(e, "LOW"))), b.then(store.Query{}, at(37))), "")
		is.Equal(cmp.Diff(texts(byID(e)), b.then(store.Query{}, at(40))), "")
	}},
	{"as of a moment selects what Matches says, whatever it asks for", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		r := rand.New(rand.NewPCG(5, 6))
		before := map[string]metadata.Entry{}
		for range 4 {
			var entries []metadata.Entry
			for range 40 {
				e := randomEntry(r)
				if _, known := before[e.ID()]; !known {
					before[e.ID()] = e
					entries = append(entries, e)
				}
			}
			b.do(by(10), entries...)
		}
		b.drop(by(20), some(r, list(before)...)...)
		selected := 0
		for range 150 {
			q := randomQuery(r)
			want := map[string]string{}
			for id, e := range before {
				if store.Recorded(e.Meta.Type) && store.Matches(q, e) {
					want[id] = string(e.AppendJSON(nil))
				}
			}
			selected += len(want)
			is.Equal(cmp.Diff(want, b.then(q, at(15))), "")
		}
		is.True(selected > 0)
	}},
}

func list(entries map[string]metadata.Entry) []metadata.Entry {
	var all []metadata.Entry
	for _, id := range sorted(entries) {
		all = append(all, entries[id])
	}
	return all
}
