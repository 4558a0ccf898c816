package search_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
)

func entry(t testing.TB, text string) metadata.Entry {
	t.Helper()
	e, err := metadata.ParseEntry([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func item(t testing.TB, text string) search.Item { return search.Item{Entry: entry(t, text)} }

const shop = `{"artefact":{"component_name":"acme.org/shop","component_version":"1.0.0","artefact_kind":"resource",
	"artefact":{"artefact_name":"img","artefact_version":"1.0.0","artefact_type":"ociImage","artefact_extra_id":{"os":"linux"}}},
	"meta":{"datasource":"acme","type":"acme/check","creation_date":"2026-01-01T10:00:00","last_update":"2026-01-02T10:00:00+02:00"},
	"data":{"key":"k","severity":"HIGH","cve":"CVE-2024-1","summary":"50% off_\\","score":7.5,"nested":{"deep":"x"},"null":null}}`

var categories = map[metadata.Type]map[string]int{"acme/check": {"NONE": 0, "postpone": 2, "HIGH": 4, "CRITICAL": 8}}

func TestCriteria(t *testing.T) {
	t.Parallel()
	e := entry(t, shop)
	version := search.Version{Name: "acme.org/shop", Version: "1.0.0"}
	for name, tc := range map[string]struct {
		criteria string
		want     bool
	}{
		"none":                      {``, true},
		"equal":                     {`{"type":"artefact-metadata","attr":"type","value":"acme/check"}`, true},
		"equal is exact":            {`{"type":"artefact-metadata","attr":"type","value":"ACME/check"}`, false},
		"wildcard":                  {`{"type":"artefact-metadata","attr":"data.cve","value":"cve-*-1"}`, true},
		"wildcard is whole":         {`{"type":"artefact-metadata","attr":"data.cve","value":"*2024"}`, false},
		"wildcards do not overlap":  {`{"type":"artefact-metadata","attr":"data.cve","value":"CVE-2024-1*-1"}`, false},
		"SQL wildcards are literal": {`{"type":"artefact-metadata","attr":"data.summary","value":"50%*_\\"}`, true},
		"underscore is literal":     {`{"type":"artefact-metadata","attr":"data.cve","value":"CVE_2024*"}`, false},
		"in":                        {`{"type":"artefact-metadata","attr":"artefact.name","op":"IN","values":["a","img"]}`, true},
		"not in":                    {`{"type":"artefact-metadata","attr":"artefact.name","op":"in","values":["*"]}`, false},
		"number as text":            {`{"type":"artefact-metadata","attr":"data.score","value":7.5}`, true},
		"nested":                    {`{"type":"artefact-metadata","attr":"data.nested.deep","value":"x"}`, true},
		"object as text":            {`{"type":"artefact-metadata","attr":"data.nested","value":"{*deep*}"}`, true},
		"same attribute is OR":      {`{"type":"artefact-metadata","attr":"type","value":"x"},{"type":"artefact-metadata","attr":"type","value":"acme/check"}`, true},
		"other attribute is AND":    {`{"type":"artefact-metadata","attr":"type","value":"acme/check"},{"type":"artefact-metadata","attr":"datasource","value":"x"}`, false},
		"exclude":                   {`{"type":"artefact-metadata","attr":"type","value":"acme/check","mode":"exclude"}`, false},
		"exclude another":           {`{"type":"artefact-metadata","attr":"type","value":"x","mode":"exclude"}`, true},
		"exclude the unknown":       {`{"type":"artefact-metadata","attr":"data.none","value":"x","mode":"exclude"}`, false},
		"null is unknown":           {`{"type":"artefact-metadata","attr":"data.null","value":"x","mode":"exclude"}`, false},
		"unknown meta":              {`{"type":"artefact-metadata","attr":"meta.none","value":"x"}`, false},
		"range":                     {`{"type":"artefact-metadata","attr":"meta.last_update","op":"range","gte":"2026-01-02T08:00:00Z","lte":"2026-01-02T08:00:00"}`, true},
		"range is over":             {`{"type":"artefact-metadata","attr":"meta.last_update","op":"range","gte":"2026-01-02T08:00:01Z"}`, false},
		"range of no time":          {`{"type":"artefact-metadata","attr":"data.cve","op":"range","gte":"2026-01-02"}`, false},
		"compare texts":             {`{"type":"artefact-metadata","attr":"data.cve","op":"cmp","cmp":">","value":"CVE-2023"}`, true},
		"severity by number":        {`{"type":"artefact-metadata","attr":"data.severity","op":"cmp","cmp":">=","value":4}`, true},
		"severity zero":             {`{"type":"artefact-metadata","attr":"data.severity","op":"cmp","cmp":">","value":0}`, true},
		"severity by name":          {`{"type":"artefact-metadata","attr":"type","value":"acme/check"},{"type":"artefact-metadata","attr":"data.severity","op":"cmp","cmp":">=","value":"postpone"}`, true},
		"less severe":               {`{"type":"artefact-metadata","attr":"type","op":"in","values":["acme/check"]},{"type":"artefact-metadata","attr":"finding.severity","op":"cmp","cmp":">=","value":"CRITICAL"}`, false},
		"component":                 {`{"type":"ocm","value":"acme.org/shop"}`, true},
		"component version":         {`{"type":"ocm","value":" acme.org/shop : 1.0.0 "}`, true},
		"other version":             {`{"type":"ocm","value":"acme.org/other:1.0.0"}`, false},
		"components are OR":         {`{"type":"ocm","value":"x"},{"type":"ocm","value":"acme.org/shop"}`, true},
		"component excluded":        {`{"type":"ocm","value":"acme.org/shop","mode":"exclude"}`, false},
		"token":                     {`{"type":"fulltext","value":"E-2024"}`, true},
		"tokens are AND":            {`{"type":"fulltext","value":"CVE"},{"type":"fulltext","value":"nope"}`, false},
		"token in a field":          {`{"type":"fulltext","value":"ACME","fields":["datasource"]}`, true},
		"token excluded":            {`{"type":"fulltext","value":"nope","fields":["datasource"],"mode":"exclude"}`, true},
		"token maybe there":         {`{"type":"fulltext","value":"nope","mode":"exclude"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			r, err := search.Parse([]byte(`{"criteria":[` + tc.criteria + `]}`))
			is.NoErr(err)
			env := search.Env{Categories: categories}
			if strings.Contains(tc.criteria, "1.0.0") && strings.Contains(tc.criteria, "shop") {
				env.Scopes = map[int][]search.Version{0: {version}}
			}
			q, err := search.Compile(r, env)
			is.NoErr(err)
			is.Equal(q.Matches(search.Item{Entry: e}), tc.want)

			again, err := json.Marshal(r)
			is.NoErr(err)
			parsed, err := search.Parse(again)
			is.NoErr(err)
			is.Equal(cmp.Diff(r, parsed, cmpopts.EquateEmpty()), "") // the written form reads the same
		})
	}
}

func TestVersionlessEntriesOfAComponent(t *testing.T) {
	t.Parallel()
	name, version, typ := "img", "1.0.0", "ociImage"
	scope := map[int][]search.Version{0: {{Name: "acme.org/shop", Version: "1.0.0", Artefacts: []artefact.ID{{
		Kind:     artefact.KindResource,
		Artefact: &artefact.LocalID{Name: &name, Version: &version, Type: &typ, ExtraID: map[string]string{"os": "linux"}},
	}}}}}
	r, err := search.Parse([]byte(`{"criteria":[{"type":"ocm","value":"acme.org/shop:1.0.0"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	q, err := search.Compile(r, search.Env{Scopes: scope})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		old, new string
		want     bool
	}{
		"no version":          {`"component_version":"1.0.0",`, ``, true},
		"empty version":       {`"component_version":"1.0.0"`, `"component_version":""`, true},
		"other version":       {`"component_version":"1.0.0"`, `"component_version":"2"`, false},
		"version in extra id": {`"component_version":"1.0.0",`, ``, true},
		"no component":        {`"component_name":"acme.org/shop",`, ``, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			text := strings.Replace(shop, tc.old, tc.new, 1)
			if name == "version in extra id" {
				text = strings.Replace(text, `"os":"linux"`, `"os":"linux","version":"1.0.0"`, 1)
			}
			is.Equal(q.Matches(item(t, text)), tc.want)
			is.Equal(q.Matches(item(t, strings.Replace(text, `"img"`, `"other"`, 1))) && !strings.Contains(text, `"component_version":"1.0.0"`), false)
		})
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`nope`:                          "search request",
		`[]`:                            "search request",
		`{"limit":"x"}`:                 "limit",
		`{"limit":1.5}`:                 "limit",
		`{"criteria":{}}`:               "criteria: want a list",
		`{"criteria":[1]}`:              "criteria[0]",
		`{"criteria":[{}]}`:             "criteria[0].type",
		`{"criteria":[{"type":"x"}]}`:   `criteria[0].type: "x" is unknown`,
		`{"criteria":[{"type":"ocm"}]}`: "criteria[0].value is missing",
		`{"criteria":[{"type":"ocm","value":{}}]}`:                                                                                                                   "criteria[0].value: want a string",
		`{"criteria":[{"type":"ocm","value":"x","mode":"y"}]}`:                                                                                                       "criteria[0].mode",
		`{"criteria":[{"type":"ocm","value":"x","recursive":"y"}]}`:                                                                                                  "criteria[0].recursive",
		`{"criteria":[{"type":"ocm","value":"x","recursive":true}]}`:                                                                                                 "recursive ocm search requires a versioned component id",
		`{"criteria":[{"type":"artefact-metadata","attr":"nope","value":"x"}]}`:                                                                                      "unknown attr='nope'",
		`{"criteria":[{"type":"artefact-metadata","attr":"data.","value":"x"}]}`:                                                                                     "unknown attr='data.'",
		`{"criteria":[{"type":"artefact-metadata","attr":"type","op":"x","value":"x"}]}`:                                                                             "unsupported op='x'",
		`{"criteria":[{"type":"artefact-metadata","attr":"type","op":"in","values":[]}]}`:                                                                            "needs values",
		`{"criteria":[{"type":"artefact-metadata","attr":"type","op":"in","values":3}]}`:                                                                             "values: want a list",
		`{"criteria":[{"type":"artefact-metadata","attr":"type","op":"in","values":[{}]}]}`:                                                                          "values[0]",
		`{"criteria":[{"type":"artefact-metadata","attr":"meta.last_update","op":"range","lte":"x"}]}`:                                                               "invalid lte for meta.last_update: x",
		`{"criteria":[{"type":"artefact-metadata","attr":"type","op":"cmp","cmp":"~","value":"x"}]}`:                                                                 "unsupported cmp op='~'",
		`{"criteria":[{"type":"artefact-metadata","attr":"data.severity","op":"cmp","cmp":"~","value":1}]}`:                                                          "unsupported cmp op='~'",
		`{"criteria":[{"type":"artefact-metadata","attr":"data.severity","op":"cmp","cmp":">","value":"HIGH"}]}`:                                                     "data.severity symbolic comparisons require exactly one finding type",
		`{"criteria":[{"type":"artefact-metadata","attr":"type","value":"t"},{"type":"artefact-metadata","attr":"data.severity","op":"cmp","cmp":">","value":"x"}]}`: "invalid severity value",
		`{"criteria":[{"type":"fulltext","value":"x","fields":["nope"]}]}`:                                                                                           "unknown attr='nope'",
		`{"criteria":[{"type":"fulltext","value":"` + strings.Repeat("ä", 1001) + `"}]}`:                                                                             "criteria[0].value: 1001 characters, at most 1000",
		`{"criteria":[{"type":"fulltext","value":"x","fields":["` + strings.Repeat("x", 100_000) + `"]}]}`:                                                           "criteria[0].fields[0]: 100000 characters",
		`{"criteria":[{"type":"artefact-metadata","op":"in","values":[` + strings.Repeat(`"",`, 1000) + `""]}]}`:                                                     "criteria[0].values: at most 1000",
		`{"criteria":[` + strings.Repeat(`{"type":"fulltext","value":"`+strings.Repeat("y", 1000)+`"},`, 66) + `{}]}`:                                                "criteria[65].value: the values and fields of all",
		`{"sort":[` + strings.Repeat(`{"field":"id"},`, 8) + `{}]}`:                                                                                                  "sort: at most 8",
		`{"sort":{}}`:                                               "sort: want a list",
		`{"sort":[{"field":"nope"}]}`:                               "invalid sort field: nope",
		`{"sort":[{"field":"id","order":"up"}]}`:                    "invalid sort order: up",
		`{"sort":[{"field":"id"},{"field":"type","order":"desc"}]}`: "mixed sort orders are not supported",
		`{"cursor":[]}`:                                             "cursor",
		`{"cursor":{"id":{}}}`:                                      "cursor.id",
		`{"cursor":{"id":"x"}}`:                                     `cursor missing field "meta.creation_date"`,
		`{"cursor":{"id":"x","meta.creation_date":"y"}}`:            "is no time",
		`{"criteria":[` + strings.Repeat(`{},`, 1000) + `{}]}`:      "at most 1000",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			r, err := search.Parse([]byte(body))
			if err == nil {
				_, err = search.Compile(r, search.Env{})
			}
			var fault search.Error
			if !errors.As(err, &fault) || !strings.Contains(err.Error(), want) {
				t.Errorf("error is %v, want it to say %q", err, want)
			}
		})
	}
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	e := entry(t, shop)
	mode := "skip"
	e.Meta.AssigneeMode, e.Meta.Responsibles = &mode, json.RawMessage(`[]`)
	for attr, value := range map[string]string{
		"id": e.ID(), "type": "acme/check", "datasource": "acme", "artefact_kind": "resource",
		"data_key":       artefact.Text(e.DataKeyDigest()),
		"component_name": "acme.org/shop", "ocm.name": "acme.org/shop", "component_version": "1.0.0", "ocm.version": "1.0.0",
		"artefact_name": "img", "artefact.name": "img", "artefact_version": "1.0.0", "artefact.version": "1.0.0",
		"artefact_type": "ociImage", "artefact.type": "ociImage", "meta.datasource": "acme", "meta.type": "acme/check",
		"meta.creation_date": "2026-01-01T10:00:00", "meta.assignee_mode": "skip", "meta.responsibles": "[]", "data.key": "k",
		"referenced_type": "",
	} {
		t.Run(attr, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			q, err := search.Compile(search.Request{Criteria: []search.Criterion{{Kind: search.KindAttribute, Attr: attr, Value: value}}}, search.Env{})
			is.NoErr(err)
			is.Equal(q.Matches(search.Item{Entry: e}), value != "")
		})
	}
}

func TestFieldsCanBeSearched(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.True(len(search.Fields()) > len(search.DefaultFields()))
	_, err := search.Compile(search.Request{Criteria: []search.Criterion{{Kind: search.KindFulltext, Value: "x", Fields: search.DefaultFields()}}}, search.Env{})
	is.NoErr(err)
	_, err = search.Compile(search.Request{Criteria: []search.Criterion{{Kind: "x"}}}, search.Env{})
	is.True(err != nil)
}
