package storetest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// RunSame checks that stores hold the same as those of a reference, whatever is
// written to both. Both functions return empty stores that clean up through t.
func RunSame(t *testing.T, newStore, newReference func(t *testing.T) store.Store) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	for range 10 {
		tested, reference := &bench{newStore(t), t}, &bench{newReference(t), t}
		for step := range 20 {
			opts := store.UpsertOptions{Now: now, Retention: randomRetention(r)}
			entries := make([]metadata.Entry, 1+r.IntN(12))
			for i := range entries {
				entries[i] = randomUpdate(t, r)
			}
			got, err := tested.Upsert(t.Context(), entries, opts)
			want, wantErr := reference.Upsert(t.Context(), entries, opts)
			if err != nil || wantErr != nil || got != want {
				t.Fatalf("step %d: upsert gave %+v, %v, of the reference %+v, %v", step, got, err, want, wantErr)
			}
			ids := []string{entries[0].ID(), randomUpdate(t, r).ID()}
			got, err = tested.Delete(t.Context(), ids)
			want, wantErr = reference.Delete(t.Context(), ids)
			if err != nil || wantErr != nil || got != want {
				t.Fatalf("step %d: delete gave %+v, %v, of the reference %+v, %v", step, got, err, want, wantErr)
			}
			if diff := cmp.Diff(reference.dump(), tested.dump()); diff != "" {
				t.Fatalf("step %d:\n%s", step, diff)
			}
		}
	}
}

func randomRetention(r *rand.Rand) func(metadata.Type) metadata.Retention {
	rule := metadata.Retention{
		Disabled: r.IntN(8) == 0,
		MaxReuse: []time.Duration{0, time.Hour, 48 * time.Hour}[r.IntN(3)],
	}
	return func(metadata.Type) metadata.Retention { return rule }
}

// randomUpdate makes one of few entries, so that updates, reused dates and
// operating systems that change their version are frequent.
func randomUpdate(t *testing.T, r *rand.Rand) metadata.Entry {
	t.Helper()
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	typ, data := metadata.TypeOSIDFinding, fmt.Sprintf(
		`{"severity":"X","osid":{"ID":%q,"NAME":"Debian","VERSION_ID":%q},"os_status":"upToDate"}`, pick("a", "b"), pick("11", "12"))
	if r.IntN(2) == 0 {
		typ, data = metadata.TypeScanInfo, fmt.Sprintf(`{"n": %d}`, r.IntN(3))
	}
	payload, err := metadata.NewPayload(typ, json.RawMessage(data))
	if err != nil {
		t.Fatal(err)
	}
	return metadata.Entry{
		Artefact: image("web", pick("1", "2", "3", "4", "5")),
		Meta: metadata.Meta{
			Type: typ, Datasource: metadata.Datasource(pick("x", "y")),
			CreationDate: metadata.Timestamp(pick("2026-01-01T00:00:00", "2026-01-02T00:00:00")),
			LastUpdate: metadata.Timestamp(pick("", "never", "2026-01-15T11:30:00", "2026-01-15T13:30:00+01:00",
				"2026-01-15T10:59:59.999999", "2026-01-13T12:00:00", "2026-01-13T11:59:59")),
		},
		Data:          payload,
		DiscoveryDate: metadata.Date(pick("", "2025-01-01", "2025-02-01", "2025-03-01")),
	}
}
