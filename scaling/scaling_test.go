package scaling_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/vectors"
	"github.com/opendeliverygear/odg/scaling"
)

var now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

type recorded struct {
	Cases []struct {
		Items           int    `json:"items"`
		ItemsPerReplica int    `json:"items_per_replica"`
		MaxReplicas     int    `json:"max_replicas"`
		Service         string `json:"service"`
		Result          vectors.Result[struct {
			Desired int `json:"desired_replicas"`
		}] `json:"result"`
	} `json:"cases"`
	Claims []struct {
		Case    string   `json:"case"`
		Minutes float64  `json:"remove_claim_after_minutes"`
		Live    []string `json:"running_pods"`
		Items   []item   `json:"items"`
		Result  vectors.Result[struct {
			Desired int      `json:"desired_replicas"`
			Removed []string `json:"claim_removed_from"`
		}] `json:"result"`
	} `json:"claims"`
}

type item struct {
	Name       string  `json:"name"`
	Label      *string `json:"label_claimed"`
	Holder     string  `json:"claimed_by"`
	MinutesAgo float64 `json:"claimed_minutes_ago"`
	Format     string  `json:"claimed_at_format"`
}

func (i item) scaling() scaling.Item {
	at := now.Add(-minutes(i.MinutesAgo))
	texts := map[string]string{
		"utc":    at.Format("2006-01-02T15:04:05.000000-07:00"),
		"offset": at.In(time.FixedZone("", 19800)).Format("2006-01-02T15:04:05.000000-07:00"),
		"naive":  at.Format("2006-01-02T15:04:05.000000"),
	}
	converted := scaling.Item{Name: i.Name, Claim: scaling.Claim{Holder: i.Holder, At: texts[i.Format]}}
	if i.Label != nil {
		converted.Label = *i.Label
	}
	return converted
}

func minutes(n float64) time.Duration { return time.Duration(n * float64(time.Minute)) }

func TestRecordedReplicas(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var v recorded
	vectors.Load(t, "replicas.json", &v)
	is.True(len(v.Cases) > 0)
	for _, c := range v.Cases {
		name := fmt.Sprintf("%d of %s by %d up to %d", c.Items, c.Service, c.ItemsPerReplica, c.MaxReplicas)
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			cfg := scaling.Config{ItemsPerReplica: c.ItemsPerReplica, MaxReplicas: c.MaxReplicas}.
				For(c.Service, scaling.DefaultMaxima())
			if cfg.ItemsPerReplica < 1 || cfg.MaxReplicas < 0 { // D27
				is.True(cfg.Validate() != nil)
				return
			}
			is.NoErr(cfg.Validate())
			is.True(!c.Result.Failed())
			is.Equal(scaling.Replicas(c.Items, cfg), c.Result.Value.Desired)
		})
	}
}

func TestRecordedClaims(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var v recorded
	vectors.Load(t, "replicas.json", &v)
	is.True(len(v.Claims) > 0)
	for _, c := range v.Claims {
		t.Run(c.Case, func(t *testing.T) {
			is := is.New(t)
			state := scaling.State{Live: c.Live, Now: now, ClaimTimeout: minutes(c.Minutes)}
			for _, i := range c.Items {
				state.Items = append(state.Items, i.scaling())
			}
			want := scaling.Decision{Replicas: c.Result.Value.Desired, Release: c.Result.Value.Removed}
			got := scaling.Decide(state, scaling.DefaultConfig)
			is.Equal(len(got.Causes), len(got.Release)) // each has its cause
			is.Equal(cmp.Diff(want, scaling.Decision{Replicas: got.Replicas, Release: got.Release}, cmpopts.EquateEmpty()), "")
		})
	}
}

func TestStale(t *testing.T) {
	t.Parallel()
	live := []string{"pod-a"}
	tests := []struct {
		name  string
		claim scaling.Claim
		want  bool
	}{
		{"fresh claim of a live worker", scaling.Claim{Holder: "pod-a", At: "2026-01-15T11:59:59Z"}, false},
		{"exactly as old as allowed", scaling.Claim{Holder: "pod-a", At: "2026-01-15T11:30:00Z"}, true},
		{"a moment younger", scaling.Claim{Holder: "pod-a", At: "2026-01-15T11:30:00.000001Z"}, false},
		{"from the future", scaling.Claim{Holder: "pod-a", At: "2027-01-15T11:30:00Z"}, false},
		{"worker is gone", scaling.Claim{Holder: "pod-b", At: "2026-01-15T12:00:00Z"}, true},
		{"no worker named", scaling.Claim{Holder: "", At: "2026-01-15T11:59:59Z"}, false},
		{"no worker named, old", scaling.Claim{Holder: "", At: "2026-01-15T11:00:00Z"}, true},
		{"time is missing", scaling.Claim{Holder: "pod-a", At: ""}, false},
		{"time is no time", scaling.Claim{Holder: "pod-a", At: "yesterday"}, false},
		{"neither worker nor time", scaling.Claim{}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			is := is.New(t)
			is.Equal(scaling.Stale(test.claim, live, now, 30*time.Minute), test.want)
		})
	}
}

func TestClaimed(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, label := range []string{"True", "true", "TRUE", "yes", "on"} {
		is.True(scaling.Claimed(label))
	}
	for _, label := range []string{"", "False", "false", "no", "off", "1", "tRUE"} {
		is.True(!scaling.Claimed(label))
	}
}

func TestConfigValidate(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.NoErr(scaling.DefaultConfig.Validate())
	is.NoErr(scaling.Config{ItemsPerReplica: 1}.Validate()) // scaled to nothing, on purpose
	err := scaling.Config{MaxReplicas: -1}.Validate()
	is.Equal(err.Error(), "backlog_items_per_replica is 0, want at least 1\nmax_replicas is -1, want at least 0")
	is.Equal(scaling.Replicas(7, scaling.Config{MaxReplicas: -1}), 0) // not valid, but no panic either
	is.Equal(scaling.Replicas(-1, scaling.DefaultConfig), 0)
	is.Equal(scaling.Replicas(int(^uint(0)>>1), scaling.DefaultConfig), 5) // the sum must not overflow
}

func ExampleStale() {
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	claim := scaling.Claim{Holder: "osid-pod", At: "2026-01-15T11:45:00+00:00"}
	fmt.Println(scaling.Stale(claim, []string{"osid-pod"}, at, 30*time.Minute))
	fmt.Println(scaling.Stale(claim, []string{"another-pod"}, at, 30*time.Minute)) // its worker is gone
	fmt.Println(scaling.Stale(claim, []string{"osid-pod"}, at, 15*time.Minute))    // it takes too long
	// Output:
	// false
	// true
	// true
}
