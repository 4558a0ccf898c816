//go:build unix

package firetest

import (
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
)

// checkStore holds what ODG Core has against what the API server and the workers told.
func (f *fire) checkStore() {
	f.t.Helper()
	kept := map[string]string{}
	for _, r := range f.core.stored(f.t) {
		kept[r.artefact] = r.token
	}
	if len(kept) != itemCount {
		f.t.Errorf("the results of %d artefacts are stored, want %d", len(kept), itemCount)
	}
	unknown := 0
	for i := range itemCount {
		item := backlog.Item{Service: service, Artefact: image(i)}
		switch stored, finisher := kept[artefact.Text(item.Artefact.Local().Name)], f.finisher(item.Name()); {
		case finisher == "":
			unknown++
		case stored != finisher:
			f.t.Errorf("%s: the result is that of claim %s, but %s finished it; claims were %v", item.Name(), stored, finisher, f.history.claims[item.Name()])
		}
	}
	f.t.Logf("%d results were accepted; of %d items it is not known who finished them", len(f.core.accepted), unknown)
	if unknown > itemCount/50 {
		f.t.Error("these are too many to prove anything")
	}
}

// finisher returns the token of the claim under which an item was finished. It is empty
// if nobody could watch, as the API server was away, and the worker was killed before
// it could tell.
func (f *fire) finisher(item string) string {
	f.t.Helper()
	seen, told := f.history.finisher[item], f.core.finished[item]
	switch {
	case len(told) > 1:
		f.t.Errorf("%s was finished under the claims %v", item, told)
	case len(told) == 1 && seen != "" && seen != told[0]:
		f.t.Errorf("%s was finished under the claim %s, says its worker, but deleted under %s", item, told[0], seen)
	case len(told) == 1:
		return told[0]
	}
	return seen
}

// checkLeases tells if results were accepted from workers that had no claim any more.
func (f *fire) checkLeases() {
	f.t.Helper()
	lost := 0
	for _, tokens := range f.history.claims {
		lost += len(tokens) - 1
	}
	f.t.Logf("%d claims were lost, and seen to be", lost)
	if lost == 0 {
		f.t.Error("there was no fire")
	}
	for _, r := range f.core.accepted {
		if until, known := f.history.until[r.token]; known && r.at.After(until.Add(notice)) {
			f.t.Errorf("the result of claim %s was accepted %s after the end of its lease", r.token, r.at.Sub(until))
		}
	}
}

// checkOrder tells if priorities were obeyed in the large.
func (f *fire) checkOrder() {
	f.t.Helper()
	pairs, inOrder, means := f.history.ranks()
	f.t.Logf("%.2f %% of pairs of items of different priority were finished in their order", 100*float64(inOrder)/float64(pairs))
	if float64(inOrder) < 0.95*float64(pairs) {
		f.t.Error("want 95 %")
	}
	for i := range priorities[1:] {
		if means[priorities[i]] <= means[priorities[i+1]] {
			f.t.Errorf("items of priority %s were not finished after those of %s", priorities[i], priorities[i+1])
		}
	}
}
