package odg_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

// A category that is dropped while it is in use is told with numbers. Nothing is lost:
// its findings are in every view, as ones of which nobody can say how they stand, and the
// others stand as before.
func TestDroppedCategory(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	kept := memory.New()
	for _, s := range []store.Store{kept, struct{ store.Store }{kept}} { // the second does not count by itself
		before := odg.New(s, odg.Config{Findings: parsed(t, decidable)})
		put(t, before, vulnerable(t, image("1"), "CVE-1"), vulnerable(t, image("1"), "CVE-2"), active(image("1"), noon), entry(t, image("1"), "trivy", metadata.TypeScanInfo, struct{}{}),
			decision(t, artefact.ID{}, "CVE-1", "LOW", ""))
		unknown, err := before.UnknownSeverities(t.Context())
		is.NoErr(err)
		is.Equal(len(unknown), 0)

		after := odg.New(s, odg.Config{Findings: parsed(t, strings.NewReplacer("id: LOW", "id: LESS").Replace(decidable))})
		unknown, err = after.UnknownSeverities(t.Context())
		is.NoErr(err)
		is.Equal(cmp.Diff([]store.SeverityCount{{Type: metadata.TypeVulnerability, Severity: "LOW", Rescorings: 1}}, unknown), "")

		a := assess(t, after)
		is.Equal(len(a.Findings), 2)
		for _, f := range a.Findings {
			cve, _ := f.Entry.Subject()
			is.Equal(f.Err != nil, strings.Contains(cve, "CVE-1"))
			is.Equal(f.Category == nil, strings.Contains(cve, "CVE-1"))
		}
		found, err := after.Search(t.Context(), search.Request{Criteria: []search.Criterion{{Kind: search.KindAttribute, Attr: "data.severity", Value: "LOW"}}})
		is.NoErr(err)
		is.Equal(len(found.Items), 1) // the rescoring
		for p, err := range after.Proposals(t.Context(), image("1")) {
			is.NoErr(err)
			is.Equal(p.Err != nil, p.Severity == "LOW")
		}
	}
	none, err := odg.New(kept, odg.Config{}).UnknownSeverities(t.Context())
	is.NoErr(err)
	is.Equal(len(none), 0) // what is not configured is asked by nobody
	is.NoErr(kept.Close())
	_, err = odg.New(kept, odg.Config{Findings: parsed(t, decidable)}).UnknownSeverities(t.Context())
	is.True(strings.HasPrefix(err.Error(), "count severities: "))
}

func parsed(t *testing.T, findings string) *findingcfg.Config {
	t.Helper()
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(findings), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}
