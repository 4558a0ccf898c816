package snapshot_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/vectors"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
)

// wire is a state as it stands in vectors.
type wire struct {
	Timestamp metadata.Timestamp `json:"timestamp"`
	Status    metadata.Status    `json:"status"`
	Service   *string            `json:"service"`
}

func (w wire) state() snapshot.State {
	return snapshot.State{Timestamp: w.Timestamp, Status: w.Status, Service: w.Service}
}

type states = vectors.Result[[]wire]

type operation struct {
	Case    string               `json:"case"`
	States  json.RawMessage      `json:"states"`
	Parsed  states               `json:"parsed"`
	Active  vectors.Result[bool] `json:"is_active"`
	Current []struct {
		Service *string               `json:"service"`
		State   vectors.Result[*wire] `json:"state"`
	} `json:"current_state"`
	Update []struct {
		New    wire   `json:"new"`
		States states `json:"states"`
	} `json:"update_state"`
	Purge []struct {
		Service *string `json:"service"`
		States  states  `json:"states"`
	} `json:"purge_old_states"`
	Activated states `json:"create_or_update_compliance_snapshot_of_artefact"`
}

// entryOf returns an entry with these states, as a database holds it.
func entryOf(states json.RawMessage) metadata.Entry {
	data := json.RawMessage(`{"state":` + string(states) + `}`)
	return metadata.Entry{Data: metadata.BuiltinTypes().Stored(metadata.TypeSnapshot, data)}
}

// mixed tells if the recorded installation failed for a reason of deviation D26:
// naive and aware times together, or no state of the artefact itself.
func mixed(kind, message string) bool {
	return kind == "TypeError" && message == "can't compare offset-naive and offset-aware datetimes" ||
		kind == "TypeError" && message == "can't subtract offset-naive and offset-aware datetimes" ||
		kind == "AttributeError" && message == "'NoneType' object has no attribute 'timestamp'"
}

// expect compares got with a recorded result, unless D26 explains its failure.
func expect[T, G any](t *testing.T, what string, want vectors.Result[T], got G, convert func(G) T) {
	t.Helper()
	if want.Failed() {
		if !mixed(want.Error, want.Message) {
			t.Errorf("%s: recorded %s: %s, got a result", what, want.Error, want.Message)
		}
		return
	}
	if diff := cmp.Diff(want.Value, convert(got), sameInstant); diff != "" {
		t.Errorf("%s (-recorded +got):\n%s", what, diff)
	}
}

// sameInstant accepts the text that was given where the recorded installation
// writes the same instant in its own form (D6).
var sameInstant = cmp.Comparer(func(a, b wire) bool {
	at, errA := a.Timestamp.Time()
	bt, errB := b.Timestamp.Time()
	return errA == nil && errB == nil && at.Equal(bt) && a.Status == b.Status &&
		(a.Service == nil) == (b.Service == nil) && artefact.Text(a.Service) == artefact.Text(b.Service)
})

func wires(s snapshot.Snapshot) []wire {
	list := make([]wire, len(s.States))
	for i, state := range s.States {
		list[i] = wire{Timestamp: state.Timestamp, Status: state.Status, Service: state.Service}
	}
	return list
}

func same[T any](v T) T { return v }

func TestRecordedOperations(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var v struct {
		Now        metadata.Timestamp `json:"now"`
		Operations []operation        `json:"operations"`
	}
	vectors.Load(t, "snapshots.json", &v)
	is.True(len(v.Operations) > 0)
	now, err := v.Now.Time()
	is.NoErr(err)
	for _, c := range v.Operations {
		t.Run(c.Case, func(t *testing.T) { c.check(t, now) })
	}
}

func (c operation) check(t *testing.T, now time.Time) {
	is := is.New(t)
	s, err := snapshot.Decode(entryOf(c.States))
	if c.Parsed.Failed() {
		is.True(err != nil) // malformed
		return
	}
	is.NoErr(err)
	expect(t, "parsed", c.Parsed, s, wires)
	expect(t, "is_active", c.Active, s.Active(), same)
	for _, current := range c.Current {
		expect(t, "current_state", current.State, current.Service, func(service *string) *wire {
			state, ok := s.Current(service)
			if !ok {
				return nil
			}
			return &wires(snapshot.Snapshot{States: []snapshot.State{state}})[0]
		})
	}
	for _, update := range c.Update {
		expect(t, "update_state", update.States, s.Update(update.New.state()), wires)
	}
	for _, purge := range c.Purge {
		expect(t, "purge_old_states", purge.States, s.Purge(purge.Service), wires)
	}
	activated, _ := s.Activate(now)
	if len(s.States) == 0 {
		activated = snapshot.New(now)
	}
	expect(t, "create_or_update", c.Activated, activated, wires)
}

type priority struct {
	Case     string              `json:"case"`
	States   json.RawMessage     `json:"states"`
	Service  string              `json:"service"`
	Interval float64             `json:"interval"`
	Now      metadata.Timestamp  `json:"now"`
	Status   metadata.Status     `json:"status"`
	Priority vectors.Result[int] `json:"priority"`
	Created  vectors.Result[struct {
		States []wire `json:"states"`
		Item   *struct {
			Service  string `json:"service"`
			Priority int    `json:"priority"`
		} `json:"backlog_item"`
	}] `json:"create_backlog_item"`
}

func TestRecordedPriorities(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var v struct {
		Priorities []priority `json:"priorities"`
	}
	vectors.Load(t, "snapshots.json", &v)
	is.True(len(v.Priorities) > 0)
	for _, c := range v.Priorities {
		t.Run(c.Case, func(t *testing.T) {
			is := is.New(t)
			now, err := c.Now.Time()
			is.NoErr(err)
			s, err := snapshot.Decode(entryOf(c.States))
			if err != nil {
				is.True(c.Priority.Failed() && !mixed(c.Priority.Error, c.Priority.Message)) // malformed
				return
			}
			check := snapshot.Check{
				Service: c.Service, Status: c.Status, Now: now,
				Interval: time.Duration(c.Interval * float64(time.Second)),
			}
			due := s.Due(check)
			expect(t, "priority", c.Priority, int(due), same)
			if c.Created.Failed() {
				is.True(mixed(c.Created.Error, c.Created.Message))
				return
			}
			is.Equal(c.Created.Value.Item != nil, due != snapshot.TriggerNone)
			if due != snapshot.TriggerNone {
				s = s.Triggered(check)
				is.Equal(c.Created.Value.Item.Priority, int(due))
			}
			is.Equal(cmp.Diff(c.Created.Value.States, wires(s), sameInstant), "")
		})
	}
}

type retirement struct {
	Key    string `json:"artefact_key"`
	States []wire `json:"states"`
}

func TestRecordedRetirements(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var v struct {
		Inactive []struct {
			Case      string  `json:"case"`
			Grace     float64 `json:"compliance_snapshot_grace_period"`
			Snapshots []struct {
				Artefact artefact.ID     `json:"artefact"`
				States   json.RawMessage `json:"states"`
			} `json:"snapshots"`
			Now    metadata.Timestamp `json:"now"`
			Result vectors.Result[struct {
				Updated []retirement `json:"updated"`
				Deleted []retirement `json:"deleted"`
			}] `json:"result"`
		} `json:"inactive"`
	}
	vectors.Load(t, "snapshots.json", &v)
	is.True(len(v.Inactive) > 0)
	for _, c := range v.Inactive {
		t.Run(c.Case, func(t *testing.T) {
			is := is.New(t)
			now, err := c.Now.Time()
			is.NoErr(err)
			updated, deleted := []retirement{}, []retirement{}
			malformed := false
			for _, stored := range c.Snapshots {
				s, err := snapshot.Decode(entryOf(stored.States))
				malformed = malformed || err != nil
				r := s.Retire(time.Duration(c.Grace)*time.Second, now)
				is.True(!(r.Write && r.Delete))
				was := retirement{stored.Artefact.Key(), wires(r.Snapshot)}
				switch {
				case r.Write:
					updated = append(updated, was)
				case r.Delete:
					deleted = append(deleted, was)
				}
			}
			if c.Result.Failed() {
				is.True(malformed || mixed(c.Result.Error, c.Result.Message))
				return
			}
			is.Equal(cmp.Diff(c.Result.Value.Updated, updated, sameInstant), "")
			is.Equal(cmp.Diff(c.Result.Value.Deleted, deleted, sameInstant), "")
		})
	}
}
