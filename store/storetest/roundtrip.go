package storetest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// awkward is JSON that is easily changed by reading and writing it.
var awkward = []string{
	`{}`,
	" {\n\t\"b\" : 1 , \"a\":[ ] }\r\n ",
	`{"z":1,"a":{"y":null,"b":[1,2,{"x":false}]}}`,
	`{"n":[1.0,1e3,1E+2,-0,0.1,123456789012345678901234567890,1.7976931348623157e308]}`,
	`{"s":"<&>\u003c\/\u00e4ä\u2028 \ud83d\ude00😀 'quoted' \"\\"}`,
	`{"key":"k","key2":"%s ? $1 :name --"}`,
	`{"long":"` + strings.Repeat("äöü", 100_000) + `"}`,
}

var roundTripCases = []testCase{
	{"payloads of unknown types come back byte for byte", func(t *testing.T, b *bench) {
		for i, data := range awkward {
			is := is.New(t)
			e := entry(image("web", string(rune('a'+i))), "acme/custom", data)
			b.put(e)
			is.Equal(string(b.get(e).Data.Raw()), data)
			b.put(updated(e, "2026-01-12T00:00:00"))
			is.Equal(string(b.get(e).Data.Raw()), data) // after an update as well
		}
	}},
	{"unknown fields of known types come back, and do not change the key", func(t *testing.T, b *bench) {
		is := is.New(t)
		e := entry(image("web", "1"), metadata.TypeVulnerability,
			`{"package_name":"p","package_version":"1","severity":"HIGH","cve":"CVE-1","cvss_score":7,"zz_extra":{"b": 1.0,"a":"<"},"epss":1e-3}`)
		b.put(e)
		got := b.get(e)
		is.Equal(string(got.Data.Raw()), string(e.Data.Raw()))
		is.True(strings.Contains(string(got.Data.Raw()), `"zz_extra":{"b": 1.0,"a":"<"},"epss":1e-3`))
		is.Equal(got.ID(), e.ID())
	}},
	{"texts of all parts come back as they were", func(t *testing.T, b *bench) {
		is := is.New(t)
		text := "ä😀 <&> \"quoted\" 'x' \\ % _ ? | None \n\t"
		e := metadata.Entry{
			Artefact: artefact.ID{
				ComponentName: &text, ComponentVersion: &text, Kind: "future-kind",
				Artefact: &artefact.LocalID{Name: &text, Version: &text, Type: &text, ExtraID: map[string]string{text: text, "a": "", "": "b"}},
			},
			Meta: metadata.Meta{
				Type: metadata.Type(text), Datasource: metadata.Datasource(text), CreationDate: "2025-01-01T00:00:00.123456+02:00",
				LastUpdate: metadata.Timestamp(text), Responsibles: json.RawMessage(`[ {"identifiers":[ ], "<": "\u003c"} ]`), AssigneeMode: &text,
			},
			Data: payload("acme/custom", `{}`), DiscoveryDate: "2025-01-01", AllowedProcessingTime: new("ä😀 <&> \\ % 'x'"),
		}
		b.put(e)
		want := string(e.AppendJSON(nil))
		is.Equal(string(b.get(e).AppendJSON(nil)), want)
		e.Meta.LastUpdate = ""
		b.put(e)
		is.Equal(b.get(e).Meta.LastUpdate, metadata.Timestamp(""))
	}},
	{"an entry without anything comes back", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(metadata.Entry{})
		got := b.get(metadata.Entry{})
		is.Equal(string(got.AppendJSON(nil)), string(metadata.Entry{}.AppendJSON(nil)))
		is.True(got.Meta.Responsibles == nil)
		is.True(got.Artefact.Artefact == nil)
	}},
}
