package odg_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// BenchmarkCompliance summarises a tree of 300 components with ten artefacts each, of
// which seven are scanned, and 30,000 findings, a tenth of which somebody has decided
// about.
func BenchmarkCompliance(b *testing.B) {
	archive, err := ctf.Open("component/ctf/testdata/fixtures/large/large.tgz", ctf.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer archive.Close()
	graph, err := component.Walk(b.Context(), archive, component.WalkConfig{}, component.ID{Name: "acme.org/large/c000", Version: "1.0.0"})
	if err != nil {
		b.Fatal(err)
	}
	tree := slices.Collect(graph.Descriptors())
	all := treeEntries(b, tree)
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(decidable), findingcfg.Options{})
	if err != nil {
		b.Fatal(err)
	}
	db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "odg.db"), sqlite.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for name, s := range map[string]store.Store{"memory": memory.New(), "sqlite": db} {
		if _, err := s.Upsert(b.Context(), all, store.UpsertOptions{Now: noon}); err != nil {
			b.Fatal(err)
		}
		core := odg.New(s, odg.Config{Findings: cfg, Now: func() time.Time { return noon }})
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				standings, err := core.Compliance(b.Context(), tree, vulnerabilities)
				if err != nil || len(standings) != 300 || standings[0].Standings[0].Categorisation != "HIGH" {
					b.Fatal(err, len(standings))
				}
			}
		})
	}
}

// treeEntries are the findings, scan infos and decisions of a tree.
func treeEntries(b *testing.B, tree []*component.Descriptor) (all []metadata.Entry) {
	b.Helper()
	payload := func(t metadata.Type, v any) metadata.Payload {
		p, err := metadata.NewPayload(t, v)
		if err != nil {
			b.Fatal(err)
		}
		return p
	}
	info := payload(metadata.TypeScanInfo, map[string]any{})
	for c, d := range tree {
		images := d.Artefacts()[:7]
		for _, image := range images {
			all = append(all, metadata.Entry{Artefact: image.ID, Meta: metadata.Meta{Datasource: metadata.SourceBDBA, Type: metadata.TypeScanInfo}, Data: info})
		}
		for i := range 100 {
			cve, image := fmt.Sprintf("CVE-%d", c*7+i), images[i%7].ID
			all = append(all, metadata.Entry{
				Artefact: image, Meta: metadata.Meta{Datasource: metadata.SourceBDBA, Type: metadata.TypeVulnerability}, DiscoveryDate: "2026-10-01",
				Data: payload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
					Severity: []string{"LOW", "HIGH"}[i%2], PackageName: "openssl", CVE: cve, CVSSScore: new(metadata.Number(7.5)),
				}),
			})
			if i%10 == 0 {
				all = append(all, metadata.Entry{
					Artefact: image, Meta: metadata.Meta{Datasource: metadata.SourceDashboard, Type: metadata.TypeRescoring, CreationDate: "2026-10-01T00:00:00"},
					Data: payload(metadata.TypeRescoring, metadata.CustomRescoring{
						Finding: metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: cve}), ReferencedType: metadata.TypeVulnerability,
						Severity: "NONE", User: metadata.ObjectOf(metadata.User{Username: "ada", Type: "user"}),
					}),
				})
			}
		}
	}
	return all
}
