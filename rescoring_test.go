package odg_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/sqlite"
)

const decidable = `
- type: finding/vulnerability
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: LOW, display_name: Low, value: 1, allowed_processing_time: 120d, rescoring: manual}
    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d, rescoring: manual}
  rescoring_ruleset: {name: own, operations: {}, rules: [{category_value: 'network_exposure:private', name: a, rules: [{cve_values: ['AV:N'], operation: set-to-NONE}]}]}
`

func vulnerable(t *testing.T, id artefact.ID, cve string) metadata.Entry {
	t.Helper()
	e := entry(t, id, "trivy", metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HIGH", PackageName: "openssl", CVE: cve, CVSSScore: new(metadata.Number(7.5)),
	})
	e.DiscoveryDate = "2026-10-01"
	return e
}

func decision(t *testing.T, scope artefact.ID, cve, severity string, until metadata.Expiry) metadata.Entry {
	t.Helper()
	return entry(t, scope, metadata.SourceDashboard, metadata.TypeRescoring, metadata.CustomRescoring{
		Finding: metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: cve}), ReferencedType: metadata.TypeVulnerability,
		Severity: severity, User: metadata.ObjectOf(metadata.User{Username: "ada", Type: "user"}), ValidUntil: until,
	})
}

// Reports, proposals and explanations agree, before and after the end of a decision.
func TestDecisionsEverywhere(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	now := noon
	core := newCore(t, decidable, func(c *odg.Config) { c.Now = func() time.Time { return now } })
	found := vulnerable(t, image("1"), "CVE-1")
	put(t, core, found, active(image("1"), noon))
	is.NoErr(core.Rescore(t.Context(), []metadata.Entry{
		decision(t, artefact.ID{}, "CVE-1", "LOW", ""), decision(t, image("1"), "CVE-1", "NONE", "2026-11-30"),
	}))
	for _, step := range []struct {
		at       time.Time
		severity string
		due      metadata.Date
	}{
		{noon, "NONE", ""},
		{time.Date(2026, 11, 30, 23, 59, 59, 0, time.UTC), "NONE", ""},
		{time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), "LOW", "2027-01-29"},
	} {
		now = step.at
		assessment, err := core.Assess(t.Context())
		is.NoErr(err)
		is.Equal(assessment.Findings[0].Severity, step.severity)
		is.Equal(assessment.Findings[0].Due, step.due)
		for p, err := range core.Proposals(t.Context(), image("1")) {
			is.NoErr(err)
			is.Equal(p.Severity, step.severity)
			is.Equal(p.Due, step.due)
		}
		e, err := core.Explain(t.Context(), found.ID())
		is.NoErr(err)
		is.Equal(e.Severity, step.severity)
		is.Equal(e.Due, step.due)
	}
}

func TestProposalsOfOneArtefact(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	core := newCore(t, decidable)
	shared, empty, arm, other := image("1"), image("1"), image("1"), image("1")
	shared.ComponentVersion, empty.ComponentVersion = nil, new("")
	arm.Artefact = &artefact.LocalID{Name: new("web"), Version: new("1"), Type: new("ociImage"), ExtraID: map[string]string{"arch": "arm64"}}
	other.ComponentVersion = new("2")
	put(t, core, vulnerable(t, image("1"), "CVE-1"), vulnerable(t, shared, "CVE-2"), vulnerable(t, empty, "CVE-3"),
		vulnerable(t, arm, "CVE-4"), vulnerable(t, other, "CVE-5"))
	unversioned, asked := image("1"), image("1")
	unversioned.Artefact = &artefact.LocalID{Name: new("seed"), Type: new("dikiReport")}
	asked.Artefact = &artefact.LocalID{Name: new("seed"), Version: new(""), Type: new("dikiReport")}
	put(t, core, vulnerable(t, unversioned, "CVE-6"))
	for name, tc := range map[string]struct {
		id   artefact.ID
		want int
	}{"a version": {image("1"), 3}, "no version": {shared, 2}, "an extra identity": {arm, 1}, "no artefact version": {asked, 1}} {
		count := 0
		for _, err := range core.Proposals(t.Context(), tc.id, metadata.TypeVulnerability) {
			is.NoErr(err)
			count++
		}
		if count != tc.want {
			t.Errorf("%s: %d proposals, want %d", name, count, tc.want)
		}
	}
	for range core.Proposals(t.Context(), image("1")) {
		break // may be left early
	}
}

func TestRescoringFaults(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	core := newCore(t, decidable, func(c *odg.Config) { c.Descriptors = noDescriptors{} })
	found := vulnerable(t, image("1"), "CVE-1")
	put(t, core, found)
	for _, err := range core.Proposals(t.Context(), image("1"), metadata.TypeLicense) {
		is.True(errors.Is(err, odg.ErrNoConfiguration))
	}
	err := core.Rescore(t.Context(), []metadata.Entry{decision(t, image("1"), "CVE-1", "LOW", ""), decision(t, image("1"), "CVE-1", "gone", "")})
	var fault *metadata.Error
	is.True(errors.As(err, &fault))
	is.Equal(err.Error(), `entries[1].data.severity: "gone" is no category of finding/vulnerability, want one of NONE, LOW, HIGH`)
	is.NoErr(core.Rescore(t.Context(), nil))
	e, err := core.Explain(t.Context(), found.ID())
	is.NoErr(err)
	is.Equal(e.Severity, "HIGH") // nothing is stored, and what cannot be looked up proposes nothing
	_, err = core.Explain(t.Context(), active(image("1"), noon).ID())
	is.True(errors.Is(err, explain.ErrNoFinding))

	s := memory.New()
	is.NoErr(s.Close())
	closed := odg.New(s, odg.Config{Findings: &findingcfg.Config{Findings: []findingcfg.Finding{{Type: metadata.TypeVulnerability}}}})
	_, err = closed.Explain(t.Context(), found.ID())
	is.True(errors.Is(err, store.ErrClosed))
	for _, err := range closed.Proposals(t.Context(), image("1")) {
		is.True(errors.Is(err, store.ErrClosed))
	}
	for range odg.New(s, odg.Config{}).Proposals(t.Context(), image("1")) {
		t.Error("a proposal without any configuration")
	}
}

// noDescriptors is a repository that is away.
type noDescriptors struct{}

func (noDescriptors) Descriptor(context.Context, component.ID) (*component.Descriptor, error) {
	return nil, errors.New("away")
}

// BenchmarkProposals reads an artefact with 1,000 to 25,000 findings, as many rescorings
// of it and as many of other artefacts of its component, from SQLite, and writes the
// proposals as JSON: the time per finding stays the same.
func BenchmarkProposals(b *testing.B) {
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(decidable), findingcfg.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{1000, 5000, 25_000} {
		db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "odg.db"), sqlite.Config{})
		if err != nil {
			b.Fatal(err)
		}
		var all []metadata.Entry
		elsewhere := image("1")
		elsewhere.Artefact = &artefact.LocalID{Name: new("db"), Type: new("ociImage")}
		for i := range n {
			cve := fmt.Sprintf("CVE-%d", i)
			f, err := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
				Severity: "HIGH", PackageName: "openssl", CVE: cve, CVSSScore: new(metadata.Number(7.5)),
			})
			if err != nil {
				b.Fatal(err)
			}
			r, err := metadata.NewPayload(metadata.TypeRescoring, metadata.CustomRescoring{
				Finding: metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: cve}), ReferencedType: metadata.TypeVulnerability,
				Severity: "LOW", User: metadata.ObjectOf(metadata.User{Username: "ada", Type: "user"}),
			})
			if err != nil {
				b.Fatal(err)
			}
			meta := metadata.Meta{Datasource: metadata.SourceDashboard, Type: metadata.TypeRescoring, CreationDate: "2026-10-01T00:00:00"}
			all = append(all,
				metadata.Entry{Artefact: image("1"), Meta: metadata.Meta{Datasource: "trivy", Type: metadata.TypeVulnerability}, Data: f, DiscoveryDate: "2026-10-01"},
				metadata.Entry{Artefact: image("1"), Meta: meta, Data: r}, metadata.Entry{Artefact: elsewhere, Meta: meta, Data: r})
		}
		if _, err := db.Upsert(b.Context(), all, store.UpsertOptions{Now: noon}); err != nil {
			b.Fatal(err)
		}
		core := odg.New(db, odg.Config{Findings: cfg, Now: func() time.Time { return noon }})
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			var out []byte
			for b.Loop() {
				count := 0
				for p, err := range core.Proposals(b.Context(), image("1")) {
					if err != nil || !p.Rescored() {
						b.Fatal(err)
					}
					out = proposal.Proposal.AppendJSON(p, out[:0])
					count++
				}
				if count != n {
					b.Fatal(count)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/finding")
		})
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
