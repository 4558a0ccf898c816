// Package odgtest is the suite that everything passes which can stand for ODG
// Core: the core itself, and its client against a live server.
package odgtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
)

// Core is what embedders and remote callers have in common.
type Core interface {
	PutMetadata(ctx context.Context, entries []metadata.Entry) error
	DeleteMetadata(ctx context.Context, entries []metadata.Entry) error
	QueryMetadata(ctx context.Context, q store.Query) iter.Seq2[metadata.Entry, error]
	CountScanInfos(ctx context.Context) (map[string]int, error)
	Search(ctx context.Context, r search.Request) (search.Result, error)
	Changes(ctx context.Context, since store.Cursor, types []metadata.Type) iter.Seq2[store.Event, error]
}

// Now is the time of the cores that the suite asks for.
var Now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// Run checks the cores that newCore makes. It is called once per case and returns
// an empty core that works by cfg.
func Run(t *testing.T, newCore func(t *testing.T, cfg odg.Config) Core) {
	for name, check := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, newCore(t, config(t)))
		})
	}
	t.Run("pages while entries are added", func(t *testing.T) { RunPaging(t, newCore) })
}

var cases = map[string]func(t *testing.T, c Core){
	"what is put is found":                     roundTrip,
	"missing times are those of the server":    serverTimes,
	"no entries, nothing done":                 nothing,
	"an update keeps the first discovery date": update,
	"what is deleted is gone":                  remove,
	"queries select":                           selects,
	"rows that a configuration excludes":       excluded,
	"equal ids of different identities":        conflict,
	"references are refused":                   references,
	"scan infos are counted":                   counted,
	"pages cover everything once":              pages,
	"faults of a search are told":              searchFault,
	"searches know how findings stand":         searchedAsTheyStand,
	"thousands, and an early end":              thousands,
	"a context that has ended":                 ended,
	"changes are fed":                          fed,
	"changes are fed from any place":           fedFromAnywhere,
	"changes are fed by the rules of queries":  fedByRules,
	"changes by the thousand":                  fedInBulk,
	"faults of a cursor are told":              cursorFaults,
	"workers take over what people corrected":  corrections,
}

const findings = `
- type: finding/vulnerability
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: HIGH, display_name: High, value: 4, rescoring: manual, selector: {cve_score_range: {min: 7, max: 10}}}
  filter:
    - {semantics: exclude, component_name: acme.org/excluded}
`

func config(t *testing.T) odg.Config {
	t.Helper()
	cfg, _, err := findingcfg.Parse("findings.yaml", []byte(findings), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return odg.Config{Findings: cfg, Now: func() time.Time { return Now }}
}

func id(component, version string) artefact.ID {
	name, local, typ := "image", version, "ociImage"
	return artefact.ID{
		ComponentName: &component, ComponentVersion: &version, Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: &name, Version: &local, Type: &typ},
	}
}

func finding(t *testing.T, about artefact.ID, cve string) metadata.Entry {
	t.Helper()
	data := fmt.Sprintf(`{"severity":"HIGH","package_name":"openssl","package_version":"1.1","base_url":"b","report_url":"r",
		"product_id":1,"group_id":2,"cve":%q,"cvss_v3_score":7.5,"summary":"s","cvss":{"access_vector":"N","attack_complexity":"L",
		"user_interaction":"N","privileges_required":"N","scope":"U","confidentiality":"H","integrity":"N","availability":"N"}}`, cve)
	return entry(t, about, metadata.TypeVulnerability, "bdba", data)
}

func entry(t *testing.T, about artefact.ID, typ metadata.Type, source, data string) metadata.Entry {
	t.Helper()
	at := "2026-10-01T10:00:00"
	text := fmt.Sprintf(`{"artefact":%s,"meta":{"datasource":%q,"type":%q,"creation_date":%q,"last_update":%q},"data":%s,"discovery_date":"2026-10-01"}`,
		about.AppendJSON(nil), source, typ, at, at, data)
	e, err := metadata.ParseEntry([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// texts are the JSON of entries, ordered. White space between values may get lost
// on the wire, nothing else.
func texts(entries ...metadata.Entry) []string {
	out := make([]string, len(entries))
	for i, e := range entries {
		var text bytes.Buffer
		if err := json.Compact(&text, e.AppendJSON(nil)); err != nil {
			out[i] = err.Error()
			continue
		}
		out[i] = text.String()
	}
	slices.Sort(out)
	return out
}

func query(t *testing.T, c Core, q store.Query) []metadata.Entry {
	t.Helper()
	var entries []metadata.Entry
	for e, err := range c.QueryMetadata(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, e)
	}
	return entries
}

func expect(t *testing.T, c Core, q store.Query, want ...metadata.Entry) {
	t.Helper()
	if diff := cmp.Diff(texts(want...), texts(query(t, c, q)...)); diff != "" {
		t.Errorf("-want +found:\n%s", diff)
	}
}

func put(t *testing.T, c Core, entries ...metadata.Entry) {
	t.Helper()
	if err := c.PutMetadata(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
}
