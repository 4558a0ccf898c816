package snapshot_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
)

func ExampleSnapshot_Due() {
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	s := snapshot.New(at) // an artefact that was just found

	check := snapshot.Check{Service: "osid", Interval: 24 * time.Hour, Now: at}
	fmt.Println(s.Due(check) == snapshot.TriggerHigh) // never looked at
	s = s.Triggered(check)
	fmt.Println(s.Due(check) == snapshot.TriggerNone)
	check.Now = at.Add(24 * time.Hour)
	fmt.Println(s.Due(check) == snapshot.TriggerLow) // a day later
	// Output:
	// true
	// true
	// true
}

func ExampleSnapshot_Due_status() {
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	check := snapshot.Check{Service: "issueReplicator", Interval: time.Hour, Status: metadata.StatusCount(2), Now: at}
	s := snapshot.New(at).Triggered(check)

	check.Status = metadata.StatusCount(3) // a third scan info has come
	fmt.Println(s.Due(check) == snapshot.TriggerHigh)
	// Output: true
}

func ExampleSnapshot_Retire() {
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	s := snapshot.New(at)
	for _, hours := range []time.Duration{0, 12, 24} {
		r := s.Retire(24*time.Hour, at.Add(time.Hour+hours*time.Hour))
		fmt.Printf("left %t, write %t, delete %t\n", r.Left, r.Write, r.Delete)
		s = r.Snapshot
	}
	// Output:
	// left true, write true, delete false
	// left false, write false, delete false
	// left false, write false, delete true
}

func ExampleSnapshot_Payload() {
	payload, err := snapshot.New(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)).Payload()
	fmt.Println(string(payload.Raw()), err)
	// Output: {"state":[{"timestamp":"2026-01-15T12:00:00","status":"active","service":null}]} <nil>
}

func ExampleDecode() {
	image := artefact.ID{ComponentName: new("acme.org/shop"), Artefact: &artefact.LocalID{Name: new("web")}}
	entry := metadata.Entry{Artefact: image, Data: metadata.BuiltinTypes().Stored(metadata.TypeSnapshot, json.RawMessage(`{"state": [
		{"timestamp": "2026-01-15T12:00:00", "status": "active", "service": null},
		{"timestamp": "soon", "status": null, "service": "osid"}]}`))}
	s, err := snapshot.Decode(entry) // what can be read is there, whatever the error
	fmt.Println(s.Active(), len(s.States))
	fmt.Println(err)
	// Output:
	// true 1
	// compliance snapshot is malformed: artefact acme.org/shop|None|web|None|None||None|: state[1].timestamp: timestamp "soon": no ISO 8601 date or time
}

func ExampleSnapshot_Activate() {
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	s, changed := snapshot.Snapshot{}.Activate(at)
	fmt.Println(s.Active(), changed)
	_, changed = s.Activate(at.Add(time.Hour)) // as it was, so nothing is to be written
	fmt.Println(changed)
	// Output:
	// true true
	// false
}
