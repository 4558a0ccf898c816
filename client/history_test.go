package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/internal/odgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

const overdueCfg = `
- type: finding/vulnerability
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d}
`

// What a client reads of the history is what the core knows.
func TestHistoryOverHTTP(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	findings, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(overdueCfg), findingcfg.Options{})
	is.NoErr(err)
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	core := odg.New(memory.New(), odg.Config{Findings: findings, Now: clock, Descriptors: odgtest.Delivery{}})
	c := newClient(t, httpapi.New(core, httpapi.Config{Findings: findings, Components: odgtest.Delivery{}, LocalUser: "ada", Now: clock}))

	root := component.ID{Name: "acme.org/shop", Version: "1.0.0"}
	d, err := odgtest.Delivery{}.Descriptor(t.Context(), root)
	is.NoErr(err)
	id := d.Artefacts()[0].ID
	data, err := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HIGH", PackageName: "openssl", CVE: "CVE-2024-1", CVSSScore: new(metadata.Number(7.5)),
	})
	is.NoErr(err)
	finding := metadata.Entry{
		Artefact: id, Meta: metadata.Meta{Datasource: metadata.SourceBDBA, Type: metadata.TypeVulnerability}, Data: data,
		DiscoveryDate: "2026-09-01", AllowedProcessingTime: new("30d"),
	}
	is.NoErr(c.PutMetadata(store.By(t.Context(), store.Act{Request: "job-7"}), []metadata.Entry{finding}))
	now = now.Add(time.Hour)
	data, err = metadata.NewPayload(metadata.TypeRescoring, metadata.CustomRescoring{
		Finding:        metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: "CVE-2024-1"}),
		ReferencedType: metadata.TypeVulnerability, Severity: "NONE", User: metadata.ObjectOf(metadata.User{Username: "x"}),
	})
	is.NoErr(err)
	decision := metadata.Entry{Artefact: id, Meta: metadata.Meta{Datasource: metadata.SourceDashboard, Type: metadata.TypeRescoring}, Data: data}
	is.NoErr(c.Rescore(t.Context(), []metadata.Entry{decision}))
	now = now.Add(time.Hour)
	is.NoErr(c.DeleteMetadata(t.Context(), []metadata.Entry{finding}))

	want, err := core.History(t.Context(), finding.ID())
	is.NoErr(err)
	got, err := c.History(t.Context(), finding.ID())
	is.NoErr(err)
	is.Equal(cmp.Diff(told(t, want), told(t, got)), "")
	is.Equal(got.Finding[0].Began.Who, "bdba")
	is.Equal(got.Finding[0].Began.Request, "job-7")
	is.Equal(got.Finding[0].Ended.What, store.Deleted)
	is.Equal(got.Decisions[0].Began.Who, "ada")
	is.True(got.Decisions[0].Began.Request != "" && got.Decisions[0].Began.Request != got.Finding[0].Began.Request)
	for after, want := range map[time.Duration]int{-3 * time.Hour: 0, -2 * time.Hour: 1, -time.Hour: 2, 0: 1} {
		n := 0
		for _, err := range c.AsOf(t.Context(), store.Query{}, now.Add(after)) {
			is.NoErr(err)
			n++
		}
		is.Equal(n, want) // what was found, decided, and deleted until then
	}
	_, err = c.History(t.Context(), "unknown")
	is.True(errors.Is(err, explain.ErrNoFinding))

	graph, err := component.Walk(t.Context(), odgtest.Delivery{}, component.WalkConfig{}, root)
	is.NoErr(err)
	var all []*component.Descriptor
	for d := range graph.Descriptors() {
		all = append(all, d)
	}
	release := odg.Release{Components: all, Released: now.Add(-90 * time.Minute), AsOf: now.Add(-time.Hour), Types: []metadata.Type{metadata.TypeVulnerability}}
	evidence, err := core.SLA(t.Context(), release)
	is.NoErr(err)
	document, err := c.Components(client.Lookup{}).SLA(t.Context(), root, release)
	is.NoErr(err)
	is.Equal(cmp.Diff(evidence.Document(root, len(all)), document, cmpopts.EquateEmpty()), "")
	is.Equal(document.Verdict, odg.VerdictFailed)
	is.Equal(len(document.Violations), 1)
}

// told is a life as JSON.
func told(t *testing.T, l odg.Life) string {
	t.Helper()
	text, err := json.MarshalIndent(l.Document(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Somebody who asks why a finding has gone is told who removed it.
func ExampleClient_History() {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	findings, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(overdueCfg), findingcfg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	core := odg.New(memory.New(), odg.Config{Findings: findings, Now: func() time.Time { return now }})
	server := httptest.NewServer(httpapi.New(core, httpapi.Config{Findings: findings}))
	defer server.Close()
	c, err := client.New(server.URL, client.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	finding, err := metadata.ParseEntry([]byte(`{
  "artefact": {"component_name": "acme.org/shop", "component_version": "1.0.0", "artefact_kind": "resource", "artefact": {"artefact_name": "web"}},
  "meta": {"datasource": "bdba", "type": "finding/vulnerability"}, "discovery_date": "2026-11-01",
  "data": {"severity": "HIGH", "package_name": "openssl", "cve": "CVE-2024-1", "cvss_v3_score": 7.5}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	fmt.Println(c.PutMetadata(ctx, []metadata.Entry{finding}))
	now = now.Add(48 * time.Hour)
	fmt.Println(c.DeleteMetadata(ctx, []metadata.Entry{finding}))

	life, err := c.History(ctx, finding.ID())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range life.Finding {
		fmt.Println(v.Began.What, v.Began.At.Format(time.DateOnly), "by", v.Began.Who)
		fmt.Println(v.Ended.What, v.Ended.At.Format(time.DateOnly), "by", v.Ended.Who)
	}
	// Output:
	// <nil>
	// <nil>
	// inserted 2026-11-01 by bdba
	// deleted 2026-11-03 by bdba
}
