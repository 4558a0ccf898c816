package sqlmatch_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/sqlmatch"
	"github.com/opendeliverygear/odg/metadata"
)

// Whatever form a meta has, it is read as package json reads it.
func FuzzParseMeta(f *testing.F) {
	for _, text := range []string{
		sqlmatch.MetaText(metadata.Meta{Datasource: "bdba", Type: "finding/sast", CreationDate: "2026-01-01T00:00:00", LastUpdate: "2026-01-02T00:00:00"}),
		sqlmatch.MetaText(metadata.Meta{Datasource: `a"\ä`, AssigneeMode: new("extend"), Responsibles: json.RawMessage(`[ ]`)}),
		sqlmatch.MetaText(metadata.Meta{}),
		`{"datasource":"a","type":null,"creation_date":null,"last_update":"\u0000","responsibles":null,"assignee_mode":null}`,
		`{"datasource": "bdba", "type": "t", "creation_date": "x", "last_update": null, "responsibles": null, "assignee_mode": null}`,
		`{"datasource":"a","type":"b","creation_date":"c","last_update":"d","responsibles":null,"assignee_mode":null}x`,
		"{\"datasource\":\"a\x87\",\"type\":\"b\",\"creation_date\":null,\"last_update\":null,\"responsibles\":null,\"assignee_mode\":null}",
		`{"datasource":"a`, `{"datasource":nul`, `null`, `5`, ``,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		is := is.New(t)
		got, err := sqlmatch.ParseMeta(text)
		var want metadata.Meta
		wantErr := json.Unmarshal([]byte(text), &want)
		if wantErr != nil {
			// A line break inside a text is no JSON, and no database holds it.
			return
		}
		is.NoErr(err)
		if string(want.Responsibles) == "null" {
			want.Responsibles = nil
		}
		is.Equal(cmp.Diff(want, got), "")
	})
}
