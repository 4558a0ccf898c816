package extcfg_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/faulttest"
)

// TestJSON holds the normal form of every key, in which the web UI gets the
// configuration, against testdata/every-key.json.
func TestJSON(t *testing.T) {
	t.Parallel()
	const file = "testdata/every-key.json"
	is := is.New(t)
	raw, err := json.Marshal(everyKey(t))
	is.NoErr(err)
	var got bytes.Buffer
	is.NoErr(json.Indent(&got, raw, "", "  "))
	got.WriteByte('\n')
	if faulttest.Update() {
		is.NoErr(os.WriteFile(file, got.Bytes(), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	is.NoErr(err)
	is.Equal(cmp.Diff(string(want), got.String()), "")
}

// TestJSONOfAbsentSections holds the contract: every section has a key, null if
// it is not configured; the backlog controller always is.
func TestJSONOfAbsentSections(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	raw, err := json.Marshal(parse(t, "{osid: {delivery_service_url: x}, custom_extensions: [{service: ours}]}"))
	is.NoErr(err)
	var got map[string]map[string]any
	is.NoErr(json.Unmarshal(raw, &got))
	is.Equal(len(got), 19)
	is.Equal(cmp.Diff(map[string]any{
		"enabled": true, "service": "osid", "delivery_service_url": "x", "interval": 86400.0, "on_unsupported": "warning",
	}, got["osid"]), "")
	is.Equal(got["backlog_controller"], map[string]any{
		"enabled": true, "service": "backlogController", "max_replicas": 5.0, "backlog_items_per_replica": 3.0, "remove_claim_after_minutes": 30.0,
	})
	for section, value := range got {
		is.Equal(value == nil, section != "osid" && section != "backlog_controller") // null unless configured
	}
}
