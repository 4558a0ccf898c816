package enumerator_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/snapshot"
)

// small draws from few artefacts, so that what is found and what is stored overlap.
func small(t *rapid.T, label string) []artefact.ID {
	var ids []artefact.ID
	for _, n := range rapid.SliceOfN(rapid.IntRange(0, 6), 0, 8).Draw(t, label) {
		ids = append(ids, artefact.ID{
			ComponentName: new(fmt.Sprintf("acme.org/c%d", n)), Kind: artefact.KindResource,
			Artefact: &artefact.LocalID{Name: new("image")},
		})
	}
	return ids
}

// carryOut returns the snapshots that are stored after a plan.
func carryOut(in enumerator.Input, r enumerator.Result) []enumerator.Stored {
	byKey := map[string]enumerator.Stored{}
	for _, s := range in.Snapshots {
		byKey[s.Entry.Artefact.Key()] = s
	}
	for _, gone := range r.Deletes {
		delete(byKey, gone.Artefact.Key())
	}
	for _, w := range r.Writes {
		byKey[w.Entry.Artefact.Key()] = enumerator.Stored{Entry: w.Entry, Snapshot: w.Snapshot}
	}
	var after []enumerator.Stored
	for _, s := range byKey {
		after = append(after, s)
	}
	return after
}

// Whatever changes between runs: a plan that was carried out leaves nothing to do,
// exactly what is found is active, what is kept is not touched, and every item has
// a write that stands for it.
func TestPlanConverges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := enumerator.Input{
			Now: noon, GracePeriod: time.Hour,
			Extensions: []enumerator.Extension{{Service: "osid", Interval: time.Hour}, {Service: enumerator.IssueReplicator, Interval: 2 * time.Hour, CountsScans: true}},
		}
		for range rapid.IntRange(1, 6).Draw(t, "runs") {
			in.Now = in.Now.Add(time.Duration(rapid.IntRange(1, 90).Draw(t, "minutes")) * time.Minute)
			in.Artefacts = small(t, "found")
			kept := map[string]bool{}
			for _, id := range small(t, "kept") {
				kept[id.Key()] = true
			}
			in.Keep = func(id artefact.ID) bool { return kept[id.Key()] }
			before := states(in.Snapshots)
			plan := enumerator.Plan(in)
			in.Snapshots = carryOut(in, plan)
			if again := enumerator.Plan(in); len(again.Writes)+len(again.Deletes) > 0 {
				t.Fatalf("a second plan has %d writes and %d deletes", len(again.Writes), len(again.Deletes))
			}
			check(t, in, kept, before)
		}
	})
}

func states(stored []enumerator.Stored) map[string]snapshot.Snapshot {
	m := map[string]snapshot.Snapshot{}
	for _, s := range stored {
		m[s.Entry.Artefact.Key()] = s.Snapshot
	}
	return m
}

func check(t *rapid.T, in enumerator.Input, kept map[string]bool, before map[string]snapshot.Snapshot) {
	found := map[string]bool{}
	for _, id := range in.Artefacts {
		found[id.Key()] = true
	}
	after := states(in.Snapshots)
	for key := range found {
		if !after[key].Active() {
			t.Fatalf("%s was found and is not active", key)
		}
	}
	for key, s := range after {
		switch {
		case found[key]:
		case kept[key] && !snapshot.Equal(s, before[key]):
			t.Fatalf("%s was to be kept and was changed", key)
		case !kept[key] && s.Active():
			t.Fatalf("%s was not found and is active", key)
		}
	}
}
