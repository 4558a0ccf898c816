package snapshot_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/opendeliverygear/odg/snapshot"
)

// grown is a snapshot of an artefact that nine extensions look at.
func grown() snapshot.Snapshot {
	return snapshot.New(now).Triggered(checks()...)
}

func checks() []snapshot.Check {
	list := make([]snapshot.Check, 9)
	for i := range list {
		list[i] = snapshot.Check{Service: fmt.Sprint("service", i), Interval: time.Hour, Now: now}
	}
	return list
}

func BenchmarkDecode(b *testing.B) {
	entry := stored(encoded(b, grown()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := snapshot.Decode(entry); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPayload(b *testing.B) {
	s := grown()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Payload(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDue asks for all nine extensions of an artefact in steady state.
func BenchmarkDue(b *testing.B) {
	s := grown()
	list := checks()
	b.ReportAllocs()
	for b.Loop() {
		for _, c := range list {
			if s.Due(c) != snapshot.TriggerNone {
				b.Fatal("due")
			}
		}
	}
}

// BenchmarkFirstRun makes the snapshot of a new artefact with nine extensions.
func BenchmarkFirstRun(b *testing.B) {
	list := checks()
	b.ReportAllocs()
	for b.Loop() {
		snapshot.New(now).Triggered(list...)
	}
}
