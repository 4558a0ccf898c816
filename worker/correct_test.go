package worker_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/worker"
)

const packagesCfg = `
- type: finding/vulnerability
  categorisations: [{id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d}, {id: NONE, display_name: None, value: 0, rescoring: manual}]
- type: finding/license
  categorisations: [{id: violation, display_name: Violation, value: 16, allowed_processing_time: 0, selector: {license_names: [GPL.*]}}]
`

// packages is a scanner of packages over a real core.
type packages struct {
	t    *testing.T
	core *odg.Core
	cfg  worker.Config
	now  time.Time
}

func newPackages(t *testing.T) *packages {
	t.Helper()
	findings, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(packagesCfg), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := &packages{t: t, now: time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return p.now }
	p.core = odg.New(memory.New(), odg.Config{Findings: findings, Now: clock})
	p.cfg = config()
	p.cfg.Now, p.cfg.Findings, p.cfg.Datasource = clock, findings, metadata.SourceBDBA
	p.cfg.Types = []metadata.Type{metadata.TypeVulnerability, metadata.TypeLicense, metadata.TypeStructureInfo}
	return p
}

// scan scans artefact a, in which there is openssl 1.0.2 under MIT.
func (p *packages) scan() {
	p.t.Helper()
	bdba := metadata.BDBA{PackageName: "openssl", PackageVersion: new("1.0.2")}
	s := worker.ScannerFunc(func(context.Context, artefact.ID) (worker.Result, error) {
		return worker.Result{Entries: []metadata.Entry{
			p.entry(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
				Severity: "HIGH", PackageName: "openssl", PackageVersion: new("1.0.2"), CVE: "CVE-1", CVSSScore: new(metadata.Number(7.5)),
			}),
			p.entry(metadata.TypeStructureInfo, metadata.StructureInfo{BDBA: bdba, Licenses: []metadata.License{{Name: "MIT"}}}),
		}}, nil
	})
	if err := worker.New(newQueue("a"), p.core, s, p.cfg).RunUntilEmpty(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
	p.now = p.now.Add(24 * time.Hour)
}

func (p *packages) entry(t metadata.Type, value any) metadata.Entry {
	p.t.Helper()
	data, err := metadata.NewPayload(t, value)
	if err != nil {
		p.t.Fatal(err)
	}
	return metadata.Entry{Meta: metadata.Meta{Type: t}, Data: data}
}

// scanShared scans as existing scanners do, for all versions of the component.
func (p *packages) scanShared(cve string) {
	p.t.Helper()
	shared := id("a")
	shared.ComponentVersion = nil
	s := worker.ScannerFunc(func(context.Context, artefact.ID) (worker.Result, error) {
		e := p.entry(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
			Severity: "HIGH", PackageName: "openssl", PackageVersion: new("1.0.2"), CVE: cve, CVSSScore: new(metadata.Number(7.5)),
		})
		e.Artefact = shared
		return worker.Result{Entries: []metadata.Entry{e}}, nil
	})
	if err := worker.New(newQueue("a"), p.core, s, p.cfg).RunUntilEmpty(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

// correct stores a write-back of a scope.
func (p *packages) correct(scope artefact.ID, value any) {
	p.t.Helper()
	e := p.entry(metadata.TypeWriteback, value)
	e.Artefact, e.Meta.Datasource = scope, metadata.SourceDashboard
	if err := p.core.PutMetadata(p.t.Context(), []metadata.Entry{e}); err != nil {
		p.t.Fatal(err)
	}
}

// stored lists what is stored as "type key discovery date", sorted.
func (p *packages) stored() []string {
	p.t.Helper()
	list := []string{}
	for e, err := range p.core.QueryMetadata(p.t.Context(), store.Query{Types: p.cfg.Types}) {
		if err != nil {
			p.t.Fatal(err)
		}
		key, _ := e.DataKey()
		list = append(list, string(e.Meta.Type)+" "+key+" "+string(e.DiscoveryDate))
	}
	slices.Sort(list)
	return list
}

// pending is how many write-backs the scanner has not seen.
func (p *packages) pending() (n int) {
	p.t.Helper()
	for proposal, err := range p.core.Proposals(p.t.Context(), id("a"), metadata.TypeVulnerability) {
		if err != nil {
			p.t.Fatal(err)
		}
		n += len(proposal.Writebacks)
	}
	return n
}

func TestCorrectionsAreReported(t *testing.T) {
	for name, scope := range map[string]artefact.ID{
		"of this artefact":   id("a"),
		"of the component":   {ComponentName: new("acme.org/shop"), Artefact: &artefact.LocalID{}},
		"of all there is":    {Artefact: &artefact.LocalID{}},
		"with empty for any": {ComponentName: new(""), Artefact: &artefact.LocalID{Name: new(""), Version: new("")}},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			p := newPackages(t)
			p.scan()
			is.Equal(p.stored(), []string{"finding/vulnerability openssl|1.0.2|CVE-1 2025-03-01", "structure_info openssl|1.0.2 "})
			p.correct(scope, metadata.PackageVersionWriteback{PackageName: "openssl", PackageVersionTo: "1.0.2k-fips"})
			is.Equal(p.pending(), 1)
			p.scan()
			want := []string{"finding/vulnerability openssl|1.0.2k-fips|CVE-1 2025-03-01", "structure_info openssl|1.0.2k-fips "}
			is.Equal(p.stored(), want) // the earlier rows are gone; it was first seen when it was
			is.Equal(p.pending(), 0)
			p.scan()
			is.Equal(p.stored(), want) // the scanner goes on to see the other version
		})
	}
}

func TestCorrectedLicencesAreJudged(t *testing.T) {
	is := is.New(t)
	p := newPackages(t)
	p.correct(id("a"), metadata.LicenseWriteback{SubType: metadata.WritebackLicense, PackageName: "openssl", LicenseFrom: new("MIT"), LicenseTo: new("GPL-3.0")})
	p.correct(id("b"), metadata.LicenseWriteback{SubType: metadata.WritebackLicense, PackageName: "openssl", LicenseFrom: new("GPL-3.0")}) // of another artefact
	p.scan()
	is.Equal(p.stored()[0], "finding/license openssl|1.0.2|GPL-3.0 2025-03-01") // with the day of discovery
	p.correct(id("a"), metadata.LicenseWriteback{SubType: metadata.WritebackLicense, PackageName: "openssl", LicenseFrom: new("GPL-3.0")})
	p.scan()
	is.Equal(p.stored()[0], "finding/vulnerability openssl|1.0.2|CVE-1 2025-03-01") // the finding is gone
}

func TestWithoutCorrectionsNothingIsStored(t *testing.T) {
	is := is.New(t)
	p := newPackages(t)
	q, down := newQueue("a"), newCore()
	down.onQuery = func() error { return errDown }
	s := &scanner{scan: func(context.Context, string) (worker.Result, error) {
		return worker.Result{Entries: []metadata.Entry{p.entry(metadata.TypeStructureInfo, metadata.StructureInfo{BDBA: metadata.BDBA{PackageName: "p"}})}}, nil
	}}
	var failed error
	p.cfg.Observer = worker.Observer{Failed: func(_ backlog.Item, err error, _ time.Time) { failed = err }}
	p.cfg.Retry = backlog.RetryPolicy{Base: time.Nanosecond, Max: time.Nanosecond, Attempts: 2, Jitter: -1}
	is.NoErr(worker.New(q, down, s, p.cfg).RunUntilEmpty(t.Context()))
	is.True(errors.Is(failed, errDown))
	is.Equal(failed.Error(), "correct findings: read write-backs: registry is down")
	is.Equal(len(down.puts), 0) // what people corrected is not undone, not even for a while
}

func TestNoScanInfo(t *testing.T) {
	is := is.New(t)
	cfg := config()
	cfg.NoScanInfo = true
	c := newCore(storedFinding("a", "old"))
	is.NoErr(worker.New(newQueue("a"), c, finds("x"), cfg).RunUntilEmpty(t.Context()))
	is.Equal(c.names(), []string{"a finding/lint x"})
	is.NoErr(worker.New(newQueue("a"), c, finds(), cfg).RunUntilEmpty(t.Context()))
	is.Equal(c.names(), []string{})
	is.Equal(len(c.puts), 1) // nothing is not written
}

func TestCorrectionsOfWhatAllVersionsShare(t *testing.T) {
	is := is.New(t)
	p := newPackages(t)
	p.scanShared("CVE-1")
	p.correct(id("a"), metadata.PackageVersionWriteback{PackageName: "openssl", PackageVersionTo: "3"})
	p.scanShared("CVE-1")
	// A correction for one version of the component also holds for what does not say which.
	is.Equal(p.stored(), []string{"finding/vulnerability openssl|3|CVE-1 2025-03-01"}) // the earlier row is gone
	p.scanShared("CVE-2")
	is.Equal(p.stored(), []string{"finding/vulnerability openssl|3|CVE-2 2025-03-01"})
}
