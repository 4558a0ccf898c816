package postgres_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store/postgres"
)

// BenchmarkUpsertEffective writes new versions of 5,000 findings, with and without their
// effective values, in turn, so that what else the machine does hits both. It reports
// how much longer it takes with them, which is not to be more than half as long again:
// with subjects that the findings of other versions have too, as usual, and with
// subjects of their own; and where every tenth is rescored.
func BenchmarkUpsertEffective(b *testing.B) {
	for _, c := range []struct {
		name            string
		own, rescorings bool
	}{
		{"common subjects", false, false}, {"own subjects", true, false}, {"a tenth is rescored", false, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			url := pgtest.URL(b)
			plain := reopen(b, url, postgres.Config{})
			kept := plain.WithRules(benchRules(b), rescore.Options{})
			for v := range versions {
				put(b, kept, batch("web", fmt.Sprint(v), findings)...)
			}
			if c.rescorings {
				put(b, kept, decisions(findings/10)...)
			}
			if _, err := kept.Settle(b.Context(), now); err != nil {
				b.Fatal(err)
			}
			run(b, connect(b, url), "VACUUM ANALYZE")
			entries := batch("web", "new", findings)
			if c.own {
				entries = entriesOf(b, entries)
			}
			var with, without stopwatch
			b.ReportAllocs()
			for b.Loop() {
				for s, watch := range map[*postgres.Store]*stopwatch{plain: &without, kept: &with} {
					watch.start()
					put(b, s, entries...)
					watch.stop()
					remove(b, kept, entries)
				}
			}
			b.ReportMetric(findings/with.best.Seconds(), "rows/s")
			b.ReportMetric(findings/without.best.Seconds(), "plain-rows/s")
			b.ReportMetric(float64(with.best)/float64(without.best), "x-plain")
		})
	}
}

// benchRules judges vulnerabilities.
func benchRules(b *testing.B) *findingcfg.Config {
	b.Helper()
	return rulesets(b)[4].findings
}

// entriesOf returns findings about packages that nobody else has.
func entriesOf(b *testing.B, entries []metadata.Entry) []metadata.Entry {
	b.Helper()
	own := make([]metadata.Entry, len(entries))
	for i, e := range entries {
		raw := strings.Replace(string(e.Data.Raw()), `"package-`, `"own-package-`, 1)
		data, err := metadata.NewPayload(e.Meta.Type, json.RawMessage(raw))
		check(b, err)
		e.Data = data
		own[i] = e
	}
	return own
}

// decisions are about the first findings of batch, whatever they are found in.
func decisions(count int) []metadata.Entry {
	list := make([]metadata.Entry, count)
	for i := range list {
		data, err := metadata.NewPayload(metadata.TypeRescoring, json.RawMessage(fmt.Sprintf(decision, i, i)))
		if err != nil {
			panic(err)
		}
		list[i] = metadata.Entry{Meta: metadata.Meta{
			Type: metadata.TypeRescoring, Datasource: metadata.SourceDashboard, CreationDate: "2026-01-11T08:00:00", LastUpdate: "2026-01-11T08:00:00",
		}, Data: data}
	}
	return list
}

const decision = `{"finding":{"package_name":"package-%d","cve":"CVE-2025-%d"},"referenced_type":"finding/vulnerability","severity":"LOW",` +
	`"user":{"username":"u","type":"user"},"matching_rules":["custom-rescoring"],"comment":null}`
