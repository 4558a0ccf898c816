package postgres_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
)

// standingExpressions are what people ask about how the findings of [generate] stand,
// and the index along which they are answered.
var standingExpressions = map[string][2]string{
	"most urgent":               {`{"sort":[{"field":"effective.due"}]}`, "ix_odg_effective_type_due"},
	"least urgent":              {`{"sort":[{"field":"effective.due","order":"desc"}]}`, "ix_odg_effective_type_due"},
	"overdue":                   {`{"sort":[{"field":"effective.due"}],"criteria":[{"type":"artefact-metadata","attr":"effective.due","op":"cmp","cmp":"<","value":"2024-03-01"}]}`, "ix_odg_effective_type_due"},
	"due soon":                  {`{"sort":[{"field":"effective.due"}],"criteria":[{"type":"artefact-metadata","attr":"effective.due","op":"cmp","cmp":">=","value":"2024-06-01"},{"type":"artefact-metadata","attr":"effective.due","mode":"exclude","op":"cmp","cmp":">","value":"2024-06-14"}]}`, "ix_odg_effective_type_due"},
	"due in a month":            {`{"sort":[{"field":"effective.due"}],"criteria":[{"type":"artefact-metadata","attr":"effective.due","op":"range","gte":"2024-06-01","lte":"2024-06-30"}]}`, "ix_odg_effective_type_due"},
	"most severe":               {`{"sort":[{"field":"effective.severity","order":"desc"}]}`, "ix_odg_effective_type_value"},
	"severe, the urgent first":  {`{"sort":[{"field":"effective.due"}],"criteria":[{"type":"artefact-metadata","attr":"type","value":"finding/vulnerability"},{"type":"artefact-metadata","attr":"effective.severity","op":"cmp","cmp":">=","value":"HIGH"}]}`, "ix_odg_effective_type_due"},
	"of a component":            {`{"sort":[{"field":"effective.due"}],"criteria":[{"type":"ocm","value":"example.org/component-13"},{"type":"artefact-metadata","attr":"effective.value","op":"cmp","cmp":">","value":"0"}]}`, "ix_odg_effective_component_due"},
	"of a version":              {`{"sort":[{"field":"effective.due"}],"criteria":[{"type":"ocm","value":"example.org/component-13"},{"type":"artefact-metadata","attr":"component_version","value":"1.2.0"}]}`, ""},
	"of components":             {`{"sort":[{"field":"effective.due"}],"criteria":[{"type":"ocm","value":"example.org/component-13"},{"type":"ocm","value":"example.org/component-50"}]}`, "ix_odg_effective_component_due"},
	"of a rare type":            {`{"sort":[{"field":"effective.due"}],"criteria":[{"type":"artefact-metadata","attr":"type","value":"acme/rare"}]}`, "ix_odg_effective_type_due"},
	"with a package":            {`{"sort":[{"field":"effective.due"}],"criteria":[{"type":"artefact-metadata","attr":"data.package_name","value":"package-7"}]}`, ""},
	"with a CVE":                {`{"sort":[{"field":"effective.due"}],"criteria":[{"type":"artefact-metadata","attr":"data.cve","value":"CVE-2020-1010"}]}`, ""},
	"not rescored":              {`{"sort":[{"field":"effective.due"}],"criteria":[{"type":"artefact-metadata","attr":"effective.rescoring","value":""}]}`, "ix_odg_effective_type_due"},
	"never due":                 {`{"sort":[{"field":"effective.due"}],"criteria":[{"type":"artefact-metadata","attr":"effective.due","value":""}]}`, "ix_odg_effective_type_due"},
	"behind a date":             {`{"sort":[{"field":"effective.due"}],"cursor":{"effective.due":"2024-07-01","id":"8"}}`, "ix_odg_effective_type_due"},
	"behind a date and a value": {`{"sort":[{"field":"effective.due"},{"field":"effective.severity"}],"cursor":{"effective.due":"2024-07-01","effective.severity":"1","id":"8"}}`, "ix_odg_effective_type_due"},
	"behind all dates":          {`{"sort":[{"field":"effective.due"}],"cursor":{"effective.due":null,"id":"8"}}`, ""},
	"newest that are due":       {`{"criteria":[{"type":"artefact-metadata","attr":"effective.due","op":"cmp","cmp":"<","value":"2024-03-01"}]}`, ""},
	"token, the urgent first":   {`{"sort":[{"field":"effective.due"}],"criteria":[{"type":"fulltext","value":"package-7"}]}`, "ix_odg_effective_type_due"},
}

// generateStanding is [generate] with rules, by which 2,000 findings are rescored.
func generateStanding(t testing.TB, url string, rows int) *postgres.Store {
	t.Helper()
	is := is.New(t)
	const findings = `
- type: finding/vulnerability
  categorisations: &categories
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: LOW, display_name: Low, value: 1, rescoring: manual, allowed_processing_time: 120d}
    - {id: MEDIUM, display_name: Medium, value: 2, rescoring: manual, allowed_processing_time: 90d}
    - {id: HIGH, display_name: High, value: 4, rescoring: manual, allowed_processing_time: 30d}
    - {id: CRITICAL, display_name: Critical, value: 8, rescoring: manual}
`
	text := findings
	for _, kind := range []string{"acme/check", "acme/rare"} {
		text += strings.Replace(strings.Replace(findings, " &categories", "", 1), "type: finding/vulnerability", "datasource: bdba\n  type: "+kind+"\n  key: [key]", 1)
	}
	cfg, _, err := findingcfg.Parse("findings.yaml", []byte(strings.Replace(text, " &categories", "", 1)), findingcfg.Options{})
	is.NoErr(err)
	types, err := cfg.Types()
	is.NoErr(err)
	s := reopen(t, url, postgres.Config{}).WithTypes(types).WithRules(cfg, rescore.Options{})
	_, err = s.Settle(t.Context(), now)
	is.NoErr(err)
	conn := generate(t, url, s, rows)
	var decisions []metadata.Entry
	for i := range 2000 {
		e := generated(t, i*rows/2000)
		data := fmt.Sprintf(`{"finding":{"package_name":"package-%d","cve":"CVE-2020-%d"},"referenced_type":"finding/vulnerability","severity":%q,
			"user":{"username":"ada","type":"user"},"matching_rules":["custom-rescoring"],"comment":null}`, i%700, 1000+i, []string{"NONE", "LOW"}[i%2])
		payload, err := types.NewPayload(metadata.TypeRescoring, json.RawMessage(data))
		is.NoErr(err)
		e.Artefact.ComponentVersion, e.Meta.Type, e.Meta.Datasource, e.Data = nil, metadata.TypeRescoring, metadata.SourceDashboard, payload
		decisions = append(decisions, e)
	}
	_, err = s.Upsert(t.Context(), decisions, store.UpsertOptions{})
	is.NoErr(err)
	_, err = conn.Exec(t.Context(), "VACUUM ANALYZE")
	is.NoErr(err)
	return s
}

// wholly finds sorts of what a search looks at; [an incremental one] is not among them.
var sorting = regexp.MustCompile(`(?m)^\s*(?:->\s+)?Sort .*\n\s*Sort Key: .*(?:due|value)`)

// TestStandingSearchPlans asserts that a page by how findings stand is read along an index.
func TestStandingSearchPlans(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := generateStanding(t, url, 100_000)
	conn := connect(t, url)
	for name, e := range standingExpressions {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			q := expression(t, e[0])
			for _, slice := range postgres.UsualSlices() {
				texts, args, err := s.SearchEffectiveStatement(q, now, slice[0], slice[1])
				is.NoErr(err)
				plan := explain(t, conn, "EXPLAIN "+texts[0], args[0])
				if strings.Contains(plan, "Seq Scan on artefact_metadata") || strings.Contains(plan, "Seq Scan on odg_effective") {
					t.Errorf("slice of %d rows reads a table:\n%s", slice[0], plan)
				}
				if e[1] != "" && (!strings.Contains(plan, "using "+e[1]) || sorting.MatchString(plan)) {
					t.Errorf("slice of %d rows is not in the order of %s:\n%s", slice[0], e[1], plan)
				}
				plan = explain(t, conn, "EXPLAIN "+texts[1], args[1])
				if strings.Contains(plan, "Seq Scan on odg_effective") {
					t.Errorf("what is doubtful is read from the table:\n%s", plan)
				}
			}
			result, err := s.SearchEffective(t.Context(), q, func(metadata.Entry) bool { return true }, now)
			is.NoErr(err)
			is.True(len(result.Items) > 0)
		})
	}
}

// BenchmarkStandingSearch reads page after page, see [BenchmarkSearch].
func BenchmarkStandingSearch(b *testing.B) {
	rows := 100_000
	if n, err := strconv.Atoi(os.Getenv("ODG_BENCH_ROWS")); err == nil {
		rows = n
	}
	s := generateStanding(b, pgtest.URL(b), rows)
	for _, name := range slices.Sorted(maps.Keys(standingExpressions)) {
		b.Run(name, func(b *testing.B) {
			body := standingExpressions[name][0]
			first := expression(b, body)
			next, items := first, 0
			var took []time.Duration
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				result, err := s.SearchEffective(b.Context(), next, func(metadata.Entry) bool { return true }, now)
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
				items += len(result.Items)
				if next = first; result.Next != nil {
					next = goOn(b, body, result.Next)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(items)/float64(len(took)), "entries/page")
		})
	}
}
