package sqlmatch_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/sqlmatch"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

func TestMetaComesBack(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		meta metadata.Meta
		text string
	}{
		"nothing": {
			metadata.Meta{},
			`{"datasource":"","type":"","creation_date":null,"last_update":null,"responsibles":null,"assignee_mode":null}`,
		},
		"all": {
			metadata.Meta{
				Datasource: "bdba", Type: "finding/license", CreationDate: "2026-01-01T00:00:00", LastUpdate: "2026-01-02T00:00:00+01:00",
				Responsibles: json.RawMessage(`[ {"b": 1.0, "a": "\u00e4"} ]`), AssigneeMode: new("extend"),
			},
			`{"datasource":"bdba","type":"finding/license","creation_date":"2026-01-01T00:00:00","last_update":"2026-01-02T00:00:00+01:00",` +
				`"responsibles":[ {"b": 1.0, "a": "\u00e4"} ],"assignee_mode":"extend"}`, // responsibles byte for byte
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			is.Equal(sqlmatch.MetaText(tc.meta), tc.text)
			parsed, err := sqlmatch.ParseMeta(tc.text)
			is.NoErr(err)
			is.Equal(cmp.Diff(tc.meta, parsed), "")
		})
	}
}

func TestParseMetaRefusesWhatIsNone(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, text := range []string{"", "[1]", `{"type":1}`} {
		_, err := sqlmatch.ParseMeta(text)
		is.True(err != nil)
	}
}

func shop(version *string, name *string) artefact.ID {
	return artefact.ID{ComponentName: new("shop"), ComponentVersion: version, Artefact: &artefact.LocalID{Name: name}}
}

func TestSelectors(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	web := artefact.LocalID{Name: new("web"), ExtraID: map[string]string{"arch": "arm"}}
	other := artefact.LocalID{Name: new("db")}
	is.Equal(sqlmatch.Selectors(nil), "[]")
	is.Equal(sqlmatch.Selectors([]store.Selector{
		{}, // asks for nothing
		{ID: shop(new("1"), new("web")), Versionless: []artefact.LocalID{web, other}}, // selects no db
	}), `[[null,null,null,null,null,null,null,[]],`+
		`["shop","1",null,"web",null,null,null,[["web",null,null,"`+artefact.NormaliseExtraID(web.ExtraID)+`"]]]]`)
}

const (
	component   = "m.component_name = s.component"
	noComponent = "m.component_name IS NULL"
	version     = "m.component_version = s.version"
	noVersion   = "m.component_version IS NULL AND s.version IS NOT NULL"
	name        = "m.artefact_name = s.name"
	noName      = "m.artefact_name IS NULL AND s.name IS NOT NULL"
)

// Only what selectors ask for costs a way, each of which is a search in an index.
func TestWays(t *testing.T) {
	t.Parallel()
	versioned := store.Selector{ID: shop(new("1"), new("web"))}
	shared := versioned
	shared.Versionless = []artefact.LocalID{{Name: new("web")}}
	for label, tc := range map[string]struct {
		query store.Query
		want  []string
	}{
		"no component": {
			store.Query{Artefacts: []store.Selector{{}}},
			[]string{noComponent + " AND s.component IS NULL AND s.version IS NULL AND s.name IS NULL"},
		},
		"one artefact": {
			store.Query{Artefacts: []store.Selector{versioned}},
			[]string{component + " AND " + version + " AND " + name},
		},
		"what versions share": {
			store.Query{Artefacts: []store.Selector{shared}},
			[]string{
				component + " AND " + version + " AND " + name,
				component + " AND " + noVersion + " AND (s.version = '' OR SHARED) AND " + name,
			},
		},
		"null matches any": {
			store.Query{Artefacts: []store.Selector{versioned}, NullMatches: true},
			[]string{
				component + " AND " + version + " AND " + name, component + " AND " + version + " AND " + noName,
				component + " AND " + noVersion + " AND " + name, component + " AND " + noVersion + " AND " + noName,
				noComponent + " AND " + version + " AND " + name, noComponent + " AND " + version + " AND " + noName,
				noComponent + " AND " + noVersion + " AND " + name, noComponent + " AND " + noVersion + " AND " + noName,
			},
		},
	} {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			is.Equal(cmp.Diff(tc.want, sqlmatch.Ways(tc.query, "SHARED")), "")
		})
	}
}
