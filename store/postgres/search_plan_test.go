package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
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
	"types":                     `{"criteria":[{"type":"artefact-metadata","attr":"type","op":"in","values":["finding/license","acme/rare","none"]}]}`,
	"no such type":              `{"criteria":[{"type":"artefact-metadata","attr":"type","value":"none"}]}`,
	"component":                 `{"criteria":[{"type":"ocm","value":"example.org/component-5"}]}`,
	"component version":         `{"criteria":[{"type":"ocm","value":"example.org/component-5:1.5.0"}]}`,
	"component oldest":          `{"criteria":[{"type":"ocm","value":"example.org/component-5"}],"sort":[{"field":"meta.creation_date"}]}`,
	"component and type":        `{"criteria":[{"type":"ocm","value":"example.org/component-5"},{"type":"artefact-metadata","attr":"type","value":"finding/malware"}]}`,
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
	"type in a month":           `{"criteria":[{"type":"artefact-metadata","attr":"type","value":"finding/license"},{"type":"artefact-metadata","attr":"meta.creation_date","op":"range","gte":"2024-01-05","lte":"2024-02-05"}]}`,
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
	"two components and a type": `{"criteria":[{"type":"ocm","value":"example.org/component-5"},{"type":"ocm","value":"example.org/component-7"},{"type":"artefact-metadata","attr":"type","value":"finding/malware"}]}`,
}

func expression(t testing.TB, body string) *search.Query {
	t.Helper()
	r, err := search.Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return compiled(t, r)
}

func compiled(t testing.TB, r search.Request) *search.Query {
	t.Helper()
	q, err := search.Compile(r, search.Env{Categories: map[metadata.Type]map[string]int{
		metadata.TypeVulnerability: {"NONE": 0, "LOW": 1, "MEDIUM": 2, "HIGH": 4, "CRITICAL": 8},
	}})
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
	conn := generate(t, url, 100_000)
	for name, body := range expressions {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			q := expression(t, body)
			for _, slice := range postgres.UsualSlices() {
				text, args, err := postgres.SearchStatement(q, slice.Rows, slice.Entries)
				is.NoErr(err)
				plan := explain(t, conn, "EXPLAIN "+text, args)
				if strings.Contains(plan, "Seq Scan on artefact_metadata") {
					t.Errorf("slice of %d rows reads the table:\n%s", slice.Rows, plan)
				}
			}
			_, err := s.Search(t.Context(), q, func(metadata.Entry) bool { return true })
			is.NoErr(err)
		})
	}
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

// generate fills the table with rows as scanners write them, in batches of 5,000
// for one component version, four hours after each other.
func generate(t testing.TB, url string, rows int) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	for _, text := range []string{fmt.Sprintf(generated, rows-1), "VACUUM ANALYZE artefact_metadata"} {
		if _, err := conn.Exec(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

const generated = `
INSERT INTO artefact_metadata (id, creation_date, type, component_name, component_version, artefact_kind,
	artefact_name, artefact_version, artefact_type, artefact_extra_id_normalised, artefact_extra_id, meta, data,
	datasource, discovery_date, derived, last_update, last_update_at, created_at,
	data_cve, data_package_name, data_severity, search_text)
SELECT md5(i::text), at, kind, component, '1.' || batch %% 20 || '.0', 'resource',
	'image-' || i %% 8, '1.' || batch %% 20 || '.0', 'ociImage', '', '{}',
	json_build_object('datasource', 'bdba', 'type', kind, 'creation_date', stamp, 'last_update', stamp, 'responsibles', null, 'assignee_mode', null),
	json_build_object('package_name', package, 'package_version', '1.' || i %% 13, 'base_url', 'https://bdba.example.org',
		'report_url', 'https://bdba.example.org/products/4711/', 'product_id', 4711, 'group_id', 42, 'severity', severity, 'cve', cve,
		'cvss', json_build_object('access_vector', 'N', 'attack_complexity', 'L', 'user_interaction', 'N', 'privileges_required', 'N', 'scope', 'U'),
		'summary', summary),
	'bdba', at, 1, stamp, at, at,
	cve, package, severity, lower(concat_ws(E'\n', summary, cve, package, '1.' || i %% 13, 'image-' || i %% 8, component))
FROM (SELECT i, batch, at, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') AS stamp,
	CASE WHEN h %% 5000 = 0 THEN 'acme/rare' ELSE (ARRAY['finding/vulnerability', 'finding/vulnerability', 'finding/vulnerability',
		'finding/vulnerability', 'finding/license', 'finding/malware', 'meta/artefact_scan_info'])[1 + h %% 7] END AS kind,
	'example.org/component-' || batch * 37 %% 61 AS component, 'package-' || h %% 700 AS package,
	'CVE-20' || 10 + h %% 17 || '-' || 1000 + h %% 30000 AS cve, (ARRAY['LOW', 'MEDIUM', 'HIGH', 'CRITICAL', 'NONE'])[1 + h %% 5] AS severity,
	repeat(md5((h %% 20000)::text) || ' ', 5) AS summary
	FROM (SELECT i, i / 5000 AS batch, abs(hashint4(i)) AS h, timestamptz '2024-01-01T00:00:00Z' + i / 5000 * interval '4 hours' AS at
		FROM generate_series(0, %d) AS i) AS numbers) AS facts
ORDER BY batch, md5(i::text)`
