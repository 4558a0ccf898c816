package scaling_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	"pgregory.net/rapid"

	"github.com/opendeliverygear/odg/scaling"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	live := scaling.Claim{Holder: "pod", At: "2026-01-15T11:59:00Z"}
	lease := func(d time.Duration) scaling.Claim {
		return scaling.Claim{Holder: "laptop", At: "2026-01-15T10:00:00Z", LeaseEnd: now.Add(d)}
	}
	tests := []struct {
		name  string
		state scaling.State
		want  scaling.Decision
	}{
		{"nothing to do", scaling.State{Replicas: 3}, scaling.Decision{}},
		{"free items", scaling.State{Ready: 4}, scaling.Decision{Replicas: 2, Counts: scaling.Counts{Ready: 4}}},
		{"parked ones need nobody, whatever their label says",
			scaling.State{Items: []scaling.Item{{Name: "a", Label: "True", Parked: true}}},
			scaling.Decision{Counts: scaling.Counts{Parked: 1}}},
		{"a wait needs nobody until it is over",
			scaling.State{Items: []scaling.Item{{Name: "a", NotBefore: now.Add(time.Second)}}},
			scaling.Decision{Counts: scaling.Counts{Waiting: 1}, Wake: now.Add(time.Second)}},
		{"a wait that is over",
			scaling.State{Items: []scaling.Item{{Name: "a", NotBefore: now}}},
			scaling.Decision{Replicas: 1, Counts: scaling.Counts{Ready: 1}}},
		{"one that others do not see is left to those who know of waits",
			scaling.State{Items: []scaling.Item{{Name: "a", NotBefore: now, Hidden: true}}},
			scaling.Decision{Replicas: 1, Counts: scaling.Counts{Ready: 1}, Wake: now.Add(scaling.WaitGrace)}},
		{"but not for ever",
			scaling.State{Items: []scaling.Item{{Name: "a", NotBefore: now.Add(-scaling.WaitGrace), Hidden: true}}},
			scaling.Decision{Replicas: 1, Counts: scaling.Counts{Ready: 1}, Release: []string{"a"}, Causes: []scaling.Cause{scaling.WaitOver}}},
		{"busy workers stay, though fewer would do",
			scaling.State{Replicas: 4, Items: []scaling.Item{{Name: "a", Label: "True", Claim: live}, {Name: "b", Label: "True", Claim: live}}},
			scaling.Decision{Replicas: 2, Counts: scaling.Counts{Claimed: 2}, Wake: now.Add(29 * time.Minute)}},
		{"but are no reason to have more",
			scaling.State{Replicas: 1, Items: []scaling.Item{{Name: "a", Label: "True", Claim: live}, {Name: "b", Label: "True", Claim: live}}},
			scaling.Decision{Replicas: 1, Counts: scaling.Counts{Claimed: 2}, Wake: now.Add(29 * time.Minute)}},
		{"a lease goes on, though no pod has the name and it is old",
			scaling.State{Items: []scaling.Item{{Name: "a", Label: "True", Claim: lease(1)}}},
			scaling.Decision{Replicas: 1, Counts: scaling.Counts{Claimed: 1}, Wake: now.Add(1)}},
		{"a lease ends",
			scaling.State{Items: []scaling.Item{{Name: "a", Label: "True", Claim: lease(0)}}},
			scaling.Decision{Replicas: 1, Counts: scaling.Counts{Stale: 1}, Release: []string{"a"}, Causes: []scaling.Cause{scaling.LeaseOver}}},
		{"a lease of a pod that was seen to end",
			scaling.State{Ended: []string{"laptop"}, Items: []scaling.Item{{Name: "a", Label: "True", Claim: lease(time.Hour)}}},
			scaling.Decision{Replicas: 1, Counts: scaling.Counts{Stale: 1}, Release: []string{"a"}, Causes: []scaling.Cause{scaling.HolderKilled}}},
		{"a claim of a pod that was never seen",
			scaling.State{Items: []scaling.Item{{Name: "a", Label: "True", Claim: scaling.Claim{Holder: "gone"}}}},
			scaling.Decision{Replicas: 1, Counts: scaling.Counts{Stale: 1}, Release: []string{"a"}, Causes: []scaling.Cause{scaling.HolderGone}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			is := is.New(t)
			test.state.Live, test.state.Now, test.state.ClaimTimeout = []string{"pod"}, now, 30*time.Minute
			is.Equal(cmp.Diff(test.want, scaling.Decide(test.state, scaling.DefaultConfig)), "")
		})
	}
}

// TestDecideHolds states what is true of every decision.
func TestDecideHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := scaling.Config{ItemsPerReplica: rapid.IntRange(1, 9).Draw(t, "per"), MaxReplicas: rapid.IntRange(0, 9).Draw(t, "max")}
		c.MinReplicas = rapid.IntRange(0, c.MaxReplicas).Draw(t, "min")
		s := scaling.State{
			Ready: rapid.IntRange(0, 50).Draw(t, "ready"), Replicas: rapid.IntRange(0, 12).Draw(t, "replicas"),
			Live: []string{"p", "q"}, Ended: []string{"r"}, Now: now, ClaimTimeout: 30 * time.Minute,
			Items: rapid.SliceOfN(items, 0, 12).Draw(t, "items"),
		}
		d := scaling.Decide(s, c)
		n := d.Counts
		for _, violated := range []struct {
			rule string
			is   bool
		}{
			{"a configuration that is valid", c.Validate() != nil},
			{"busy workers stay", d.Replicas < min(n.Claimed, s.Replicas)},
			{"the bound is exceeded for busy workers only", d.Replicas > max(c.MaxReplicas, min(n.Claimed, s.Replicas))},
			{"there is the least number", d.Replicas < c.MinReplicas},
			{"work has a worker", n.Pending() > 0 && c.MaxReplicas > 0 && d.Replicas == 0},
			{"nobody is kept without work", n.Pending() == 0 && d.Replicas != c.MinReplicas},
			{"all items are counted once", n.Pending()+n.Waiting+n.Parked != s.Ready+len(s.Items)},
			{"each release has a cause", len(d.Release) != len(d.Causes)},
			{"time that may change something is later", !d.Wake.IsZero() && !d.Wake.After(s.Now)},
			{"nothing changes before", d.Replicas != before(s, c, d.Wake).Replicas},
		} {
			if violated.is {
				t.Fatalf("%s: not with %+v", violated.rule, d)
			}
		}
	})
}

// before is the decision in the moment before wake, if nothing else happens.
func before(s scaling.State, c scaling.Config, wake time.Time) scaling.Decision {
	s.Now = now.Add(24 * time.Hour)
	if !wake.IsZero() {
		s.Now = wake.Add(-1)
	}
	return scaling.Decide(s, c)
}

var items = rapid.Custom(func(t *rapid.T) scaling.Item {
	at := func(name string) time.Time {
		return now.Add(time.Duration(rapid.IntRange(-40, 40).Draw(t, name)) * time.Minute)
	}
	i := scaling.Item{
		Name:  fmt.Sprintf("item-%d", rapid.IntRange(0, 1000).Draw(t, "name")),
		Label: rapid.SampledFrom([]string{"", "True", "False", "odd"}).Draw(t, "label"),
	}
	i.Claim.Holder = rapid.SampledFrom([]string{"", "p", "q", "r", "gone"}).Draw(t, "holder")
	i.Claim.At = rapid.SampledFrom([]string{"", "yesterday", at("at").Format(time.RFC3339)}).Draw(t, "claimed")
	if rapid.Bool().Draw(t, "leased") {
		i.Claim.LeaseEnd = at("end")
	}
	if rapid.Bool().Draw(t, "failed") {
		i.NotBefore, i.Hidden = at("not before"), rapid.Bool().Draw(t, "hidden")
	}
	i.Parked = rapid.IntRange(0, 5).Draw(t, "parked") == 0
	return i
})

func TestConfigOfMinimum(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	c := scaling.Config{ItemsPerReplica: 3, MinReplicas: 2, MaxReplicas: 5}
	is.NoErr(c.Validate())
	is.Equal(scaling.Replicas(0, c), 2)
	is.Equal(scaling.Replicas(7, c), 3)
	is.Equal(c.For("issueReplicator", scaling.DefaultMaxima()), scaling.Config{ItemsPerReplica: 3, MinReplicas: 1, MaxReplicas: 1})
	c.MinReplicas = 6
	is.Equal(c.Validate().Error(), "min_replicas is 6, want 0 up to max_replicas (5)")
}
