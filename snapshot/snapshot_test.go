package snapshot_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/vectors"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
)

var now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func decoded(t testing.TB, data string) snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Decode(stored(data))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func stored(data string) metadata.Entry {
	return metadata.Entry{Data: metadata.BuiltinTypes().Stored(metadata.TypeSnapshot, json.RawMessage(data))}
}

func encoded(t testing.TB, s snapshot.Snapshot) string {
	t.Helper()
	payload, err := s.Payload()
	if err != nil {
		t.Fatal(err)
	}
	return string(payload.Raw())
}

func TestPayloadIsThatOfExistingInstallations(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := snapshot.New(now).
		Update(snapshot.State{Timestamp: "2026-01-15T12:00:00", Status: metadata.StatusCount(3), Service: new("issueReplicator")}).
		Triggered(snapshot.Check{Service: `b"dba`, Now: now.Add(1500 * time.Microsecond)})
	is.Equal(encoded(t, s), `{"state":[`+
		`{"timestamp":"2026-01-15T12:00:00","status":"active","service":null},`+
		`{"timestamp":"2026-01-15T12:00:00","status":3,"service":"issueReplicator"},`+
		`{"timestamp":"2026-01-15T12:00:00.001500","status":null,"service":"b\"dba"}]}`)
	is.True(snapshot.Equal(decoded(t, encoded(t, s)), s))
	is.Equal(encoded(t, snapshot.Snapshot{}), `{"state":[]}`)
	text := snapshot.Snapshot{}.Update(snapshot.State{Timestamp: "2026-01-15T12:00:00", Status: metadata.StatusText("<&>")})
	is.Equal(encoded(t, text), `{"state":[{"timestamp":"2026-01-15T12:00:00","status":"<&>","service":null}]}`) // no HTML escapes
}

func TestWhatIsUnknownIsKept(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	given := `{"version": 2, "state": [
		{"by": {"name":"x"}, "service": "osid", "timestamp": "2026-01-14T12:00:00"},
		{"status": "active", "timestamp": "2026-01-14T12:00:00", "note": null}], "more":[1,  2]}`
	s := decoded(t, given)
	want := `{"state":[` +
		`{"timestamp":"2026-01-14T12:00:00","status":null,"service":"osid","by":{"name":"x"}},` +
		`{"timestamp":"2026-01-14T12:00:00","status":"active","service":null,"note":null}],"version":2,"more":[1,  2]}`
	got, err := s.MarshalJSON()
	is.NoErr(err)
	is.Equal(strings.ReplaceAll(string(got), `"version": 2`, `"version":2`), want)
	again := decoded(t, string(got))
	is.True(snapshot.Equal(s, again))
	left, changed := again.Deactivate(now)
	is.True(changed)
	is.True(strings.Contains(encoded(t, left), `"by":{"name":"x"}`))
	is.True(!strings.Contains(encoded(t, left), `"note"`)) // that state was replaced
	is.True(strings.Contains(encoded(t, left), `"version":2`))
}

func TestDecodeReportsWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	good := `{"timestamp":"2026-01-15T12:00:00","status":"active","service":null}`
	tests := []struct{ name, data, message string }{
		{"no JSON", `{"state":[`, "unexpected end of JSON input"},
		{"no object", `[]`, "want an object, got list"},
		{"no states", `{}`, "state: want a list of states"},
		{"states are no list", `{"state":{}}`, "state: want a list of states"},
		{"a state is no object", `{"state":[1,` + good + `]}`, "state[0]: want an object, got number"},
		{"no timestamp", `{"state":[` + good + `,{}]}`, "state[1].timestamp: want a timestamp"},
		{"timestamp is a number", `{"state":[{"timestamp":1},` + good + `]}`, "state[0].timestamp: want a timestamp"},
		{"timestamp is none", `{"state":[{"timestamp":"nope"},` + good + `]}`, `state[0].timestamp: timestamp "nope"`},
		{"status is a list", `{"state":[{"timestamp":"2026-01-15","status":[]},` + good + `]}`, "state[0].status: want a string, a whole number or null, got []"},
		{"service is a number", `{"state":[{"timestamp":"2026-01-15","service":1},` + good + `]}`, "state[0].service: want a string or null, got number"},
		{"a key occurs twice", `{"state":[{"timestamp":"2026-01-15","x":1,"x":1},` + good + `]}`, `state[0]: key "x" occurs twice`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			is := is.New(t)
			s, err := snapshot.Decode(stored(test.data))
			is.True(errors.Is(err, snapshot.ErrMalformed))
			is.True(strings.Contains(err.Error(), test.message))
			is.Equal(s.Active(), strings.Contains(test.data, good)) // the rest is there
		})
	}
}

func TestMixedTimesAreRead(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := decoded(t, `{"state":[
		{"timestamp":"2026-01-15T12:00:00","status":"inactive"},
		{"timestamp":"2026-01-15T14:00:01+02:00","status":"active"},
		{"timestamp":"2026-01-15T11:00:00Z","service":"osid"}]}`)
	is.True(s.Active()) // 12:00:01 in UTC
	is.Equal(s.Due(snapshot.Check{Service: "osid", Interval: time.Hour, Now: now}), snapshot.TriggerLow)
	is.Equal(s.Due(snapshot.Check{Service: "osid", Interval: time.Hour + 1, Now: now}), snapshot.TriggerNone)
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := snapshot.New(now)
	is.True(s.Active())
	same, changed := s.Activate(now.Add(time.Hour))
	is.True(!changed)
	is.True(snapshot.Equal(same, s))

	r := s.Retire(time.Hour, now.Add(time.Minute))
	is.True(r.Left && r.Write && !r.Delete) // first seen gone
	is.True(s.Active())                     // the old value is as it was
	is.True(!r.Snapshot.Active())
	r = r.Snapshot.Retire(time.Hour, now.Add(time.Hour))
	is.True(!r.Left && !r.Write && !r.Delete) // waits
	r = r.Snapshot.Retire(time.Hour, now.Add(time.Hour+time.Minute))
	is.True(!r.Left && !r.Write && r.Delete) // grace is over

	back, changed := r.Snapshot.Activate(now.Add(2 * time.Hour))
	is.True(changed && back.Active())
}

func TestArtefactWithoutOwnState(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := snapshot.Snapshot{}.Triggered(snapshot.Check{Service: "osid", Now: now})
	is.True(!s.Active())
	is.True(!s.Expired(0, now))
	r := s.Retire(time.Hour, now)
	is.True(!r.Left && r.Write && !r.Delete) // its grace period begins
	r = r.Snapshot.Retire(time.Hour, now.Add(time.Hour))
	is.True(r.Delete)
}

func TestStateThatIsNoTimeIsOld(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := snapshot.Snapshot{States: []snapshot.State{{Timestamp: "yesterday", Service: new("osid")}}}
	is.Equal(s.Due(snapshot.Check{Service: "osid", Interval: time.Hour, Now: now}), snapshot.TriggerLow)
	_, err := s.Payload()
	is.True(err != nil) // and is not written
	_, err = snapshot.New(now).Triggered(snapshot.Check{Service: "a\x00", Now: now}).Payload()
	is.True(err != nil)
}

func TestChangesLeaveTheOldValueAsItWas(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	old := snapshot.New(now).Triggered(snapshot.Check{Service: "osid", Now: now})
	was := wires(old)
	later := now.Add(time.Hour)
	osid := snapshot.Check{Service: "osid", Now: later}
	bdba := snapshot.Check{Service: "bdba", Now: later.Add(time.Second)}
	two := old.Triggered(osid, bdba)
	is.Equal(len(two.States), 3)
	is.True(snapshot.Equal(old.Triggered(osid).Triggered(bdba), two)) // at once or one after the other
	old.Purge(new("osid"))
	old.Update(snapshot.State{Timestamp: "2026-02-01T00:00:00"})
	old.Deactivate(later)
	is.Equal(wires(old), was)
}

func TestEqual(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := snapshot.New(now)
	is.True(snapshot.Equal(s, snapshot.New(now)))
	is.True(!snapshot.Equal(s, snapshot.Snapshot{}))
	is.True(!snapshot.Equal(s, snapshot.New(now.Add(1e6))))
	is.True(!snapshot.Equal(s, decoded(t, `{"state":[{"timestamp":"2026-01-15T12:00:00","status":"active"}],"x":1}`)))
	service := func(name *string) snapshot.Snapshot {
		return snapshot.Snapshot{States: []snapshot.State{{Service: name}}}
	}
	is.True(snapshot.Equal(service(new("a")), service(new("a"))))
	is.True(!snapshot.Equal(service(new("a")), service(nil)))
}

func FuzzDecode(f *testing.F) {
	var v struct {
		Operations []struct {
			States json.RawMessage `json:"states"`
		} `json:"operations"`
	}
	vectors.Load(f, "snapshots.json", &v)
	for _, c := range v.Operations {
		f.Add(`{"state":` + string(c.States) + `}`)
	}
	f.Add(`{"state":[{"timestamp":"2026-01-15T12:00:00","a":"\u00e9"}],"b":{}}`)
	f.Fuzz(func(t *testing.T, data string) {
		is := is.New(t)
		s, err := snapshot.Decode(stored(data))
		if err != nil {
			return
		}
		text, err := s.MarshalJSON()
		is.NoErr(err)
		again, err := snapshot.Decode(stored(string(text)))
		is.NoErr(err)
		is.True(snapshot.Equal(s, again)) // what was read is written
	})
}
