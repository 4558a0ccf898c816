package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
)

// expressions are what people look for, each in the order of a date. They are
// about the rows of [generate].
var expressions = map[string]string{
	"newest":                    `{}`,
	"oldest":                    `{"sort":[{"field":"meta.creation_date"}]}`,
	"by update":                 `{"sort":[{"field":"meta.last_update","order":"desc"}]}`,
	"common type":               `{"criteria":[{"type":"artefact-metadata","attr":"type","value":"finding/vulnerability"}]}`,
	"rare type":                 `{"criteria":[{"type":"artefact-metadata","attr":"type","value":"acme/rare"}]}`,
	"types":                     `{"criteria":[{"type":"artefact-metadata","attr":"type","op":"in","values":["acme/check","acme/rare","none"]}]}`,
	"no such type":              `{"criteria":[{"type":"artefact-metadata","attr":"type","value":"none"}]}`,
	"component":                 `{"criteria":[{"type":"ocm","value":"example.org/component-5"}]}`,
	"component version":         `{"criteria":[{"type":"ocm","value":"example.org/component-5:1.5.0"}]}`,
	"version of a component":    `{"criteria":[{"type":"ocm","value":"example.org/component-5"},{"type":"artefact-metadata","attr":"component_version","value":"1.5.0"}]}`,
	"component oldest":          `{"criteria":[{"type":"ocm","value":"example.org/component-5"}],"sort":[{"field":"meta.creation_date"}]}`,
	"component and type":        `{"criteria":[{"type":"ocm","value":"example.org/component-5"},{"type":"artefact-metadata","attr":"type","value":"acme/other"}]}`,
	"component by update":       `{"criteria":[{"type":"ocm","value":"example.org/component-5"}],"sort":[{"field":"meta.last_update","order":"desc"}]}`,
	"CVE":                       `{"criteria":[{"type":"artefact-metadata","attr":"data.cve","value":"CVE-2020-1010"}]}`,
	"package":                   `{"criteria":[{"type":"artefact-metadata","attr":"data.package_name","value":"package-7"}]}`,
	"package of a component":    `{"criteria":[{"type":"artefact-metadata","attr":"data.package_name","value":"package-7"},{"type":"ocm","value":"example.org/component-5"}]}`,
	"severity":                  `{"criteria":[{"type":"artefact-metadata","attr":"type","value":"finding/vulnerability"},{"type":"artefact-metadata","attr":"data.severity","op":"cmp","cmp":">=","value":"HIGH"}]}`,
	"wildcard":                  `{"criteria":[{"type":"artefact-metadata","attr":"data.cve","value":"cve-2024-1*"}]}`,
	"common token":              `{"criteria":[{"type":"fulltext","value":"Package-7"}]}`,
	"rare token":                `{"criteria":[{"type":"fulltext","value":"CVE-2020-1010"}]}`,
	"token that is nowhere":     `{"criteria":[{"type":"fulltext","value":"log4shell"}]}`,
	"token of a component":      `{"criteria":[{"type":"ocm","value":"example.org/component-5"},{"type":"fulltext","value":"log4shell"}]}`,
	"excluded type":             `{"criteria":[{"type":"artefact-metadata","attr":"type","value":"finding/vulnerability","mode":"exclude"}]}`,
	"a month":                   `{"criteria":[{"type":"artefact-metadata","attr":"meta.creation_date","op":"range","gte":"2024-01-05","lte":"2024-02-05"}]}`,
	"type in a month":           `{"criteria":[{"type":"artefact-metadata","attr":"type","value":"acme/check"},{"type":"artefact-metadata","attr":"meta.creation_date","op":"range","gte":"2024-01-05","lte":"2024-02-05"}]}`,
	"updated in a week":         `{"criteria":[{"type":"artefact-metadata","attr":"meta.last_update","op":"range","gte":"2024-01-05","lte":"2024-01-12"}],"sort":[{"field":"meta.last_update","order":"desc"}]}`,
	"attribute without column":  `{"criteria":[{"type":"artefact-metadata","attr":"data.product_id","value":"4711"}]}`,
	"value that is nowhere":     `{"criteria":[{"type":"artefact-metadata","attr":"data.product_id","value":"7"}]}`,
	"artefact":                  `{"criteria":[{"type":"artefact-metadata","attr":"artefact.name","value":"image-3"}]}`,
	"artefact that is nowhere":  `{"criteria":[{"type":"artefact-metadata","attr":"artefact.name","value":"image-none"}]}`,
	"by id":                     `{"sort":[{"field":"id"}]}`,
	"id":                        `{"criteria":[{"type":"artefact-metadata","attr":"id","value":"9dd4e461268c8034f5c8564e155c67a6"}]}`,
	"behind a date":             `{"cursor":{"meta.creation_date":"2024-01-03T04:00:00","id":"8"}}`,
	"component behind a date":   `{"criteria":[{"type":"ocm","value":"example.org/component-5"}],"cursor":{"meta.creation_date":"2024-01-03T04:00:00","id":"8"}}`,
	"those without a date":      `{"cursor":{"meta.creation_date":null,"id":"8"}}`,
	"component without a date":  `{"criteria":[{"type":"ocm","value":"example.org/component-5"}],"cursor":{"meta.creation_date":null,"id":"8"}}`,
	"two components and a type": `{"criteria":[{"type":"ocm","value":"example.org/component-5"},{"type":"ocm","value":"example.org/component-7"},{"type":"artefact-metadata","attr":"type","value":"acme/other"}]}`,
}

func expression(t testing.TB, body string) *search.Query {
	t.Helper()
	r, err := search.Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return compiled(t, r)
}

var categories = map[metadata.Type]map[string]int{
	metadata.TypeVulnerability: {"NONE": 0, "LOW": 1, "MEDIUM": 2, "HIGH": 4, "CRITICAL": 8},
}

func compiled(t testing.TB, r search.Request) *search.Query {
	t.Helper()
	q, err := search.Compile(r, search.Env{Categories: categories})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestSearchPlans asserts that no search reads the whole table.
func TestSearchPlans(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := reopen(t, url, postgres.Config{})
	conn := generate(t, url, s, 100_000)
	queries := map[string]*search.Query{"recursive": recursive(t)}
	for name, body := range expressions {
		queries[name] = expression(t, body)
	}
	for name, q := range queries {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			for _, slice := range postgres.UsualSlices() {
				text, args, err := postgres.SearchStatement(q, slice[0], slice[1])
				is.NoErr(err)
				plan := explain(t, conn, "EXPLAIN "+text, args)
				if strings.Contains(plan, "Seq Scan on artefact_metadata") {
					t.Errorf("slice of %d rows reads the table:\n%s", slice[0], plan)
				}
			}
			_, err := s.Search(t.Context(), q, func(metadata.Entry) bool { return true })
			is.NoErr(err)
		})
	}
	for name, q := range usualQueries() {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			text, args, err := postgres.QueryStatement(q)
			is.NoErr(err)
			plan := explain(t, conn, "EXPLAIN "+text, args)
			if strings.Contains(plan, "Seq Scan on artefact_metadata") {
				t.Errorf("the whole table is read:\n%s", plan)
			}
		})
	}
}

// usualQueries are those of the enumerator, the issue replicator and the web UI.
func usualQueries() map[string]store.Query {
	id := func(name, version string) store.Selector {
		return store.Selector{ID: artefact.ID{
			ComponentName: &name, ComponentVersion: &version, Kind: artefact.KindResource,
			Artefact: &artefact.LocalID{Name: new("image-3"), Version: &version, Type: new("ociImage")},
		}}
	}
	findings := []metadata.Type{metadata.TypeScanInfo, metadata.TypeVulnerability}
	one := id("example.org/component-5", "1.5.0")
	group := id("example.org/component-5", "1.5.0")
	group.ComponentVersion, group.Artefact.Version = nil, nil
	component := store.Selector{ID: artefact.ID{ComponentName: one.ComponentName, ComponentVersion: one.ComponentVersion}, Versionless: []artefact.LocalID{*one.Artefact}}
	var many []store.Selector
	for i := range 300 {
		many = append(many, id(fmt.Sprintf("example.org/component-%d", i%40), fmt.Sprintf("1.%d.0", i)))
	}
	return map[string]store.Query{
		"all snapshots":                 {Types: []metadata.Type{metadata.TypeSnapshot}},
		"snapshots of a group":          {Types: []metadata.Type{metadata.TypeSnapshot}, Artefacts: []store.Selector{group}},
		"findings of an artefact":       {Types: findings, Artefacts: []store.Selector{one}},
		"findings of a component":       {Types: findings, Artefacts: []store.Selector{component}},
		"findings of many":              {Types: findings, Artefacts: many},
		"rescorings for an artefact":    {Types: []metadata.Type{metadata.TypeRescoring}, ReferencedTypes: findings, Artefacts: []store.Selector{one}, NullMatches: true},
		"decisions around an artefact":  {Types: []metadata.Type{metadata.TypeRescoring}, ReferencedTypes: findings, Covering: &one.ID},
		"everything about an artefact":  {Artefacts: []store.Selector{one}, NullMatches: true},
		"responsibles for all findings": {Types: []metadata.Type{metadata.TypeResponsibles}, ReferencedTypes: findings},
	}
}

// recursive asks for a component version and all that it refers to.
func recursive(t testing.TB) *search.Query {
	t.Helper()
	var versions []search.Version
	for i := range 30 {
		versions = append(versions, search.Version{Name: fmt.Sprintf("example.org/component-%d", i), Version: "1.3.0"})
	}
	r := search.Request{Criteria: []search.Criterion{{Kind: search.KindOCM, Value: "example.org/component-0:1.3.0", Recursive: true}}}
	q, err := search.Compile(r, search.Env{Scopes: map[int][]search.Version{0: versions}})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// explain plans a statement for the values that it is run with.
func explain(t testing.TB, conn *pgx.Conn, text string, args []any) string {
	t.Helper()
	rows, err := conn.Query(t.Context(), text, append([]any{pgx.QueryExecModeCacheDescribe}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// generate stores rows as scanners write them, in batches of 5,000 for one component
// version, four hours after each other.
func generate(t testing.TB, url string, s *postgres.Store, rows int) *pgx.Conn {
	t.Helper()
	is := is.New(t)
	for first := 0; first < rows; first += batchSize {
		batch := make([]metadata.Entry, batchSize)
		for i := range batch {
			batch[i] = generated(t, first+i)
		}
		_, err := s.Upsert(t.Context(), batch, store.UpsertOptions{})
		is.NoErr(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	is.NoErr(err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	_, err = conn.Exec(t.Context(), "VACUUM ANALYZE artefact_metadata")
	is.NoErr(err)
	return conn
}

const batchSize = 5000

var kinds = []metadata.Type{
	metadata.TypeVulnerability, metadata.TypeVulnerability, metadata.TypeVulnerability, metadata.TypeVulnerability, "acme/check", "acme/other", "acme/scan",
}

func generated(t testing.TB, i int) metadata.Entry {
	t.Helper()
	batch, h := i/batchSize, int(uint32(i)*2654435761>>4)
	kind := kinds[h%len(kinds)]
	if h%5000 == 0 {
		kind = "acme/rare"
	}
	at := metadata.TimestampOf(time.Date(2024, 1, 1, batch*4, 0, 0, 0, time.UTC))
	version := fmt.Sprintf("1.%d.0", batch%20)
	data := fmt.Sprintf(`{"key":"%d","package_name":"package-%d","package_version":"1.%d","base_url":"https://bdba.example.org",
		"report_url":"https://bdba.example.org/products/4711/","product_id":4711,"group_id":42,"severity":%q,"cve":"CVE-20%d-%d",
		"cvss_v3_score":7.5,"cvss":{"access_vector":"N","attack_complexity":"L","user_interaction":"N","privileges_required":"N","scope":"U",
		"confidentiality":"H","integrity":"H","availability":"H"},"summary":%q}`, i, h%700, i%13,
		[]string{"LOW", "MEDIUM", "HIGH", "CRITICAL", "NONE"}[h%5], 10+h%17, 1000+i%5000, strings.Repeat(fmt.Sprintf("%x ", h%20000), 40))
	payload, err := metadata.NewPayload(kind, json.RawMessage(data))
	is.New(t).NoErr(err)
	return metadata.Entry{
		Artefact: artefact.ID{
			ComponentName: new(fmt.Sprintf("example.org/component-%d", batch*37%61)), ComponentVersion: &version, Kind: artefact.KindResource,
			Artefact: &artefact.LocalID{Name: new(fmt.Sprintf("image-%d", i%8)), Version: &version, Type: new("ociImage")},
		},
		Meta: metadata.Meta{Type: kind, Datasource: "bdba", CreationDate: at, LastUpdate: at},
		Data: payload, DiscoveryDate: metadata.DateOf(time.Date(2024, 1, 1+h%400, 0, 0, 0, 0, time.UTC)),
	}
}
