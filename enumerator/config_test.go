package enumerator_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
)

const extensionsCfg = `
artefact_enumerator:
  components:
    - {component_name: acme.org/a, version: 1.0.0, ocm_repo_url: ./a.ctf}
    - {component_name: acme.org/b, max_versions_limit: 3}
    - {component_name: acme.org/c, time_range: {days_from: -30}}
    - {component_name: acme.org/d, version: {source: {type: github, repo: r, relpath: [VERSION]}}}
`

func TestComponents(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg, _, err := extcfg.Parse("extensions-cfg.yaml", []byte(extensionsCfg), extcfg.Options{Local: true})
	is.NoErr(err)
	got := enumerator.Components(cfg)
	is.Equal(len(got), 4)
	is.True(got[3].Unsupported != nil) // a file on a code host
	want := []enumerator.Component{
		{Name: "acme.org/a", Repository: "./a.ctf", Versions: component.Choice{Version: "1.0.0", Limit: 1}, Position: "extensions-cfg.yaml:4:7"},
		{Name: "acme.org/b", Versions: component.Choice{Limit: 3}, Position: "extensions-cfg.yaml:5:7"},
		{Name: "acme.org/c", Versions: component.Choice{Limit: 1, Days: &component.Days{From: -30}}, Position: "extensions-cfg.yaml:6:7"},
	}
	if diff := cmp.Diff(want, got[:3], cmpopts.EquateErrors()); diff != "" {
		t.Error(diff)
	}
	is.Equal(len(enumerator.Components(&extcfg.Config{})), 0) // no enumerator
}

// One malformed entry is reported; it neither stops the run nor is it lost.
func TestRunGoesOnWithMalformedEntries(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w := newWorld(shop(), watch("shop"))
	w.run(t)
	types := metadata.BuiltinTypes()
	for _, broken := range []metadata.Entry{
		{
			Artefact: artefact.ID{ComponentName: new("acme.org/odd"), Artefact: &artefact.LocalID{}},
			Meta:     metadata.Meta{Datasource: metadata.SourceEnumerator, Type: metadata.TypeSnapshot},
			Data:     types.Stored(metadata.TypeSnapshot, []byte(`{"state":"none"}`)),
		},
		{
			Artefact: artefact.ID{ComponentName: new("acme.org/odd"), Artefact: &artefact.LocalID{}},
			Meta:     metadata.Meta{Datasource: metadata.SourceEnumerator, Type: enumerator.TypeEnumeration},
			Data:     types.Stored(enumerator.TypeEnumeration, []byte(`{"components":7}`)),
		},
	} {
		is.NoErr(w.core.PutMetadata(t.Context(), []metadata.Entry{broken}))
	}
	w.now = w.now.Add(time.Minute)
	r := w.run(t)
	is.Equal(len(r.Problems), 2)
	for _, p := range r.Problems {
		is.Equal(p.Component, "acme.org/odd")
	}
	is.Equal(r.Active, 4)
}

// A watched component that is taken out of the configuration is forgotten.
func TestRunForgetsWhatIsNotWatched(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w := newWorld(shop(), watch("shop"), watch("web"))
	w.run(t)
	w.cfg.Components = []enumerator.Component{watch("web")}
	w.now = w.now.Add(time.Minute)
	r := w.run(t)
	is.Equal(r.Deleted, 1) // what the shop consisted of
	is.True(!w.active(t)["acme.org/shop"])
	is.True(w.run(t).Empty())
}

func TestUnresolved(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w := newWorld(shop(), watch("shop"), watch("nothing"))
	w.run(t)
	list, err := enumerator.Unresolved(t.Context(), w.core, w.cfg.Components)
	is.NoErr(err)
	is.Equal(len(list), 1)
	is.Equal(list[0].Name, "acme.org/nothing")
	is.NoErr(w.core.Close())
	_, err = enumerator.Unresolved(t.Context(), w.core, w.cfg.Components)
	is.True(err != nil)
}

func TestDeletesAreCarriedOut(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w := newWorld(shop(), watch("shop"))
	w.run(t)
	w.repo[v1("shop")] = nil
	w.now = w.now.Add(time.Minute)
	w.run(t)
	w.now = w.now.Add(25 * time.Hour)
	is.Equal(w.run(t).Deleted, 3) // web, api and base, after a day
	is.Equal(len(w.active(t)), 1)
}

func TestIssueReplicatorIsToldOnce(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	id := artefact.ID{ComponentName: new("acme.org/gone"), Artefact: &artefact.LocalID{}}
	s := snapshot.New(noon)
	in := enumerator.Input{
		Now: noon.Add(time.Minute), GracePeriod: time.Hour,
		Snapshots: []enumerator.Stored{{Entry: metadata.Entry{Artefact: id}, Snapshot: s}},
	}
	is.Equal(len(enumerator.Plan(in).Items()), 0) // it is not configured

	in.Extensions = []enumerator.Extension{{Service: enumerator.IssueReplicator}}
	plan := enumerator.Plan(in)
	is.Equal(plan.Items(), []backlog.Item{{
		Service: enumerator.IssueReplicator, Artefact: id, Priority: backlog.PriorityHigh, Timestamp: in.Now,
	}})
	in.Snapshots[0].Snapshot = plan.Writes[0].Snapshot
	in.Now = in.Now.Add(time.Minute)
	is.Equal(len(enumerator.Plan(in).Writes), 0)
}

func TestRunReportsWhereItFailed(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w := newWorld(shop(), watch("shop"))
	is.NoErr(w.core.Close())
	_, err := enumerator.New(w.core, w.queue, w.repo, w.cfg).Run(t.Context())
	is.True(err != nil)
	is.Equal(err.Error()[:len("read snapshots: ")], "read snapshots: ")
}
