package enumeration_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/internal/enumeration"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
)

var noon = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func of(component string) artefact.ID {
	return artefact.ID{ComponentName: &component, Kind: artefact.KindResource, Artefact: &artefact.LocalID{Name: new("a")}}
}

// planned is a plan with an artefact that comes, one that goes, and one that is forgotten.
func planned() enumerator.Enumeration {
	stored := func(component string, at time.Time) enumerator.Stored {
		return enumerator.Stored{Entry: metadata.Entry{Artefact: of(component)}, Snapshot: snapshot.New(at)}
	}
	gone := stored("forgotten", noon.Add(-72*time.Hour))
	gone.Snapshot = enumerator.Plan(enumerator.Input{Now: noon.Add(-48 * time.Hour), Snapshots: []enumerator.Stored{gone}, GracePeriod: 24 * time.Hour}).Writes[0].Snapshot
	return enumerator.Enumeration{
		Result: enumerator.Plan(enumerator.Input{
			Now: noon, Artefacts: []artefact.ID{of("new")}, GracePeriod: 24 * time.Hour,
			Snapshots:  []enumerator.Stored{stored("old", noon.Add(-time.Hour)), gone},
			Extensions: []enumerator.Extension{{Service: "osid", Interval: time.Hour}},
		}),
		Components: 1,
		Problems:   []enumerator.Problem{{Component: "broken", Err: errors.New("is broken")}},
	}
}

func TestOf(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	e := enumeration.Of(planned(), func(p enumerator.Problem) string { return p.Component })
	is.Equal(e.Activate, []artefact.ID{of("new")})
	is.Equal(e.Deactivate, []artefact.ID{of("old")})
	is.Equal(e.Delete, []artefact.ID{of("forgotten")})
	is.Equal(len(e.Items), 1)
	is.Equal(e.Items[0].Service, "osid")
	is.Equal(e.Items[0].Priority, "HIGH")
	is.Equal(e.Problems, []string{"broken"})
	is.True(e.Written == nil)
}

// Lists that are empty are lists, not null: programs read this.
func TestEmptyLists(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	text, err := json.Marshal(enumeration.OfRun(enumerator.Report{}, enumerator.Problem.Error))
	is.NoErr(err)
	is.Equal(string(text), `{"components":0,"artefacts":0,"kept":0,"activate":[],"deactivate":[],"delete":[],"items":[],"problems":[],"written":{"entries":0,"deleted":0,"items":0}}`)
}

func TestSentence(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(enumeration.Enumeration{Artefacts: 1, Components: 1}.Sentence(), "1 artefact in 1 component version; nothing was written (dry run)")
	is.Equal(enumeration.Enumeration{Artefacts: 2, Components: 2, Kept: 3, Written: &enumeration.Written{}}.Sentence(),
		"2 artefacts in 2 component versions, 3 kept as they were; nothing is due: no entry was written, no item was queued")
}

func ExampleOfRun() {
	report := enumerator.Report{Enumeration: enumerator.Enumeration{Components: 2}, Written: 4, Created: 1}
	fmt.Println(enumeration.OfRun(report, enumerator.Problem.Error).Sentence())
	// Output: 0 artefacts in 2 component versions; 4 entries written, 0 deleted, 1 new item queued
}
