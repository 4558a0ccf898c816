package findingcfg_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/faulttest"
	"github.com/opendeliverygear/odg/metadata"
)

// TestJSON holds the normal form, in which the web UI gets the configuration,
// against testdata/json. The keys and units are those of the API's contract.
func TestJSON(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/json/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			archive, err := txtar.ParseFile(file)
			is.NoErr(err)
			cfg := parse(t, string(archive.Files[0].Data), findingcfg.Options{})
			raw, err := json.Marshal(cfg.Findings)
			is.NoErr(err)
			var got bytes.Buffer
			is.NoErr(json.Indent(&got, raw, "", "  "))
			got.WriteByte('\n')
			if faulttest.Update() {
				archive.Files = append(archive.Files[:1], txtar.File{Name: "answer.json", Data: got.Bytes()})
				is.NoErr(os.WriteFile(file, txtar.Format(archive), 0o644))
				return
			}
			is.Equal(len(archive.Files), 2)
			is.Equal(cmp.Diff(string(archive.Files[1].Data), got.String()), "")
		})
	}
}

// TestJSONOfHandmade is for configurations that were not parsed: lists are lists.
func TestJSONOfHandmade(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	raw, err := json.Marshal(findingcfg.Finding{
		Type: "finding/acme", Retention: metadata.Retention{MaxReuse: 36 * time.Hour},
		Categorisations: []findingcfg.Categorisation{{ID: "a", AllowedProcessingTime: findingcfg.Within(0)}},
	})
	is.NoErr(err)
	var got struct {
		Categorisations []map[string]any `json:"categorisations"`
		Issues          map[string]any   `json:"issues"`
		Reuse           map[string]any   `json:"reuse_discovery_date"`
	}
	is.NoErr(json.Unmarshal(raw, &got))
	is.Equal(got.Categorisations[0]["allowed_processing_time"], 0.0) // due at once is not "no due date"
	is.Equal(got.Issues["labels"], []any{})
	is.Equal(got.Reuse, map[string]any{"enabled": true, "max_reuse_time": 129600.0})
}
