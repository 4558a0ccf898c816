package enumerator_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/snapshot"
)

var noon = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func manyArtefacts(n int) []artefact.ID {
	ids := make([]artefact.ID, n)
	for i := range ids {
		ids[i] = artefact.ID{
			ComponentName: new(fmt.Sprintf("example.org/bench/component-%04d", i/8)), ComponentVersion: new("1.2.3"),
			Kind: artefact.KindResource,
			Artefact: &artefact.LocalID{
				Name: new(fmt.Sprintf("image-%d", i%8)), Version: new("v1.2"), Type: new("ociImage"),
			},
		}
	}
	return ids
}

func nineExtensions() []enumerator.Extension {
	var list []enumerator.Extension
	for _, service := range []string{"bdba", "blackduck", "clamav", "crypto", "issueReplicator", "responsibles", "sast", "osid", "sbomGenerator"} {
		list = append(list, enumerator.Extension{Service: service, Interval: 24 * time.Hour, CountsScans: service == "issueReplicator"})
	}
	return list
}

// steady is the input of the run after the one that planned in.
func steady(in enumerator.Input) enumerator.Input {
	for _, w := range enumerator.Plan(in).Writes {
		in.Snapshots = append(in.Snapshots, enumerator.Stored{Entry: w.Entry, Snapshot: w.Snapshot})
	}
	in.Now = in.Now.Add(time.Hour)
	return in
}

// BenchmarkPlan is one plan for 10,000 artefacts and 9 extensions.
func BenchmarkPlan(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		first := enumerator.Input{Now: noon, Artefacts: manyArtefacts(n), Extensions: nineExtensions()}
		b.Run(fmt.Sprintf("first/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if got := enumerator.Plan(first); len(got.Writes) != n {
					b.Fatalf("%d writes", len(got.Writes))
				}
			}
		})
		again := steady(first)
		b.Run(fmt.Sprintf("steady/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if got := enumerator.Plan(again); len(got.Writes) != 0 {
					b.Fatalf("%d writes", len(got.Writes))
				}
			}
		})
	}
}

// BenchmarkSnapshots is reading and writing the payloads of 10,000 snapshots with
// 10 states each, which a run does besides the plan.
func BenchmarkSnapshots(b *testing.B) {
	in := steady(enumerator.Input{Now: noon, Artefacts: manyArtefacts(10_000), Extensions: nineExtensions()})
	for i := range in.Snapshots {
		payload, err := in.Snapshots[i].Snapshot.Payload()
		if err != nil {
			b.Fatal(err)
		}
		in.Snapshots[i].Entry.Data = payload
	}
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for i := range in.Snapshots {
				if _, err := snapshot.Decode(in.Snapshots[i].Entry); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for i := range in.Snapshots {
				if _, err := in.Snapshots[i].Snapshot.Payload(); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
