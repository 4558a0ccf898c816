package snapshot_test

import (
	"fmt"
	"time"

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
