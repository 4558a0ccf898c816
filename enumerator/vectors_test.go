package enumerator_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/vectors"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
)

// recorded is what is needed of snapshots.json here; package snapshot tests the rest.
type recorded struct {
	ExtensionsCfgs map[string]json.RawMessage `json:"extensions_cfgs"`
	FindingCfgs    map[string]json.RawMessage `json:"finding_cfgs"`
	Processing     []struct {
		Case          string          `json:"case"`
		ExtensionsCfg string          `json:"extensions_cfg"`
		FindingCfgs   string          `json:"finding_cfgs"`
		Artefact      artefact.ID     `json:"artefact"`
		States        json.RawMessage `json:"states"`
		Now           string          `json:"now"`
		ScanInfos     int             `json:"scan_infos_in_db"`
		Result        vectors.Result[struct {
			States        json.RawMessage `json:"states"`
			DiscoveryDate string          `json:"discovery_date"`
			BacklogItems  []recordedItem  `json:"backlog_items"`
		}] `json:"result"`
	} `json:"processing"`
	Inactive []struct {
		Case          string `json:"case"`
		ExtensionsCfg string `json:"extensions_cfg"`
		GracePeriod   int    `json:"compliance_snapshot_grace_period"`
		Snapshots     []struct {
			Artefact artefact.ID     `json:"artefact"`
			States   json.RawMessage `json:"states"`
		} `json:"snapshots"`
		Now    string `json:"now"`
		Result vectors.Result[struct {
			Updated []recordedUpdate `json:"updated"`
			Deleted []recordedUpdate `json:"deleted"`
		}] `json:"result"`
	} `json:"inactive"`
}

type recordedItem struct {
	Service  string `json:"service"`
	Priority int    `json:"priority"`
}

type recordedUpdate struct {
	Key    string          `json:"artefact_key"`
	States json.RawMessage `json:"states"`
	Item   *recordedItem   `json:"backlog_item"`
}

func (r recorded) extensions(t *testing.T, ext, findings string) []enumerator.Extension {
	t.Helper()
	e, _, err := extcfg.Parse(ext, r.ExtensionsCfgs[ext], extcfg.Options{Local: true})
	if err != nil {
		t.Fatal(err)
	}
	f := &findingcfg.Config{}
	if raw := r.FindingCfgs[findings]; string(raw) != "[]" && findings != "" {
		if f, _, err = findingcfg.Parse(findings, raw, findingcfg.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	return enumerator.Extensions(e, f)
}

func stored(t *testing.T, id artefact.ID, states json.RawMessage) enumerator.Stored {
	t.Helper()
	data := json.RawMessage(`{"state":` + string(states) + `}`)
	payload, err := metadata.NewPayload(metadata.TypeSnapshot, data)
	if err != nil {
		payload = metadata.BuiltinTypes().Stored(metadata.TypeSnapshot, data)
	}
	entry := metadata.Entry{
		Artefact: id, Data: payload, DiscoveryDate: "2026-01-01",
		Meta: metadata.Meta{Datasource: metadata.SourceEnumerator, Type: metadata.TypeSnapshot},
	}
	s, _ := snapshot.Decode(entry) // what cannot be read is left out, as in a run
	return enumerator.Stored{Entry: entry, Snapshot: s}
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := metadata.Timestamp(text).Time()
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// deviation says why a recorded error is none here, by the number of the rule.
func deviation(message string) string {
	switch {
	case strings.Contains(message, "offset-naive and offset-aware"),
		strings.Contains(message, "has no attribute 'timestamp'"), strings.Contains(message, "states are malformed"):
		return "D26: read as UTC, respectively as not active"
	}
	return ""
}

func TestRecordedProcessing(t *testing.T) {
	t.Parallel()
	var r recorded
	vectors.Load(t, "snapshots.json", &r)
	for _, c := range r.Processing {
		t.Run(c.Case, func(t *testing.T) {
			is := is.New(t)
			in := enumerator.Input{
				Now: instant(t, c.Now), Artefacts: []artefact.ID{c.Artefact},
				Extensions: r.extensions(t, c.ExtensionsCfg, c.FindingCfgs),
				ScanInfos:  map[string]int{c.Artefact.Key(): c.ScanInfos},
			}
			want := json.RawMessage(`[]`)
			if len(c.States) > 0 && string(c.States) != "null" {
				in.Snapshots = []enumerator.Stored{stored(t, c.Artefact, c.States)}
				before, err := in.Snapshots[0].Snapshot.MarshalJSON()
				is.NoErr(err)
				want = statesOf(t, before)
			}
			plan := enumerator.Plan(in)
			if c.Result.Failed() {
				is.True(deviation(c.Result.Message) != "") // an error that a deviation explains
				is.Equal(plan.Active, 1)
				return
			}
			var items []recordedItem
			if len(plan.Writes) > 0 {
				after, err := plan.Writes[0].Snapshot.MarshalJSON()
				is.NoErr(err)
				want = statesOf(t, after)
			}
			for _, item := range plan.Items() {
				items = append(items, recordedItem{item.Service, int(item.Priority)})
			}
			if diff := cmp.Diff(normal(t, c.Result.Value.States), normal(t, want)); diff != "" {
				t.Error(diff)
			}
			is.Equal(len(items), len(c.Result.Value.BacklogItems))
			is.True(slices.Equal(items, c.Result.Value.BacklogItems)) // the same work in the same order
		})
	}
}

func TestRecordedInactive(t *testing.T) {
	t.Parallel()
	var r recorded
	vectors.Load(t, "snapshots.json", &r)
	for _, c := range r.Inactive {
		t.Run(c.Case, func(t *testing.T) {
			is := is.New(t)
			in := enumerator.Input{
				Now: instant(t, c.Now), GracePeriod: time.Duration(c.GracePeriod) * time.Second,
				Extensions: r.extensions(t, c.ExtensionsCfg, ""),
			}
			for _, s := range c.Snapshots {
				in.Snapshots = append(in.Snapshots, stored(t, s.Artefact, s.States))
			}
			plan := enumerator.Plan(in)
			if c.Result.Failed() {
				is.True(deviation(c.Result.Message) != "") // an error that a deviation explains
				return
			}
			var deleted []string
			for _, e := range plan.Deletes {
				deleted = append(deleted, e.Artefact.Key())
			}
			is.Equal(deleted, keysOf(c.Result.Value.Deleted)) // the same are deleted
			updated := map[string]enumerator.Write{}
			for _, w := range plan.Writes {
				if w.ActivityChanged {
					updated[w.Entry.Artefact.Key()] = w
				}
			}
			is.Equal(len(updated), len(c.Result.Value.Updated))
			for _, want := range c.Result.Value.Updated {
				got, err := updated[want.Key].Activity.MarshalJSON()
				is.NoErr(err)
				if diff := cmp.Diff(normal(t, want.States), normal(t, statesOf(t, got))); diff != "" {
					t.Error(diff)
				}
				if want.Item != nil {
					is.Equal(len(updated[want.Key].Items), 1)
					is.Equal(recordedItem{updated[want.Key].Items[0].Service, int(updated[want.Key].Items[0].Priority)}, *want.Item)
				}
			}
		})
	}
}

func keysOf(updates []recordedUpdate) []string {
	var keys []string
	for _, u := range updates {
		keys = append(keys, u.Key)
	}
	slices.Sort(keys)
	return slices.Compact(keys) // the recording has one artefact twice, which no database can
}

func statesOf(t *testing.T, data []byte) json.RawMessage {
	t.Helper()
	var payload struct {
		State json.RawMessage `json:"state"`
	}
	if err := json.Unmarshal(data, &payload); err != nil {
		t.Fatal(err)
	}
	return payload.State
}

func normal(t *testing.T, data json.RawMessage) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
