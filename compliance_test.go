package odg_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var vulnerabilities = []metadata.Type{metadata.TypeVulnerability}

// shop is a version of the component of the examples, with one image.
func shop(version string) *component.Descriptor {
	d, err := component.Decode(fmt.Appendf(nil, `{"meta":{"schemaVersion":"v2"},"component":{"name":"acme.org/shop","version":%q,"provider":"acme",
		"repositoryContexts":[],"componentReferences":[],"sources":[],"resources":[{"name":"web","version":%q,"type":"ociImage","relation":"local","access":{"type":"none"}}]}}`, version, version))
	if err != nil {
		panic(err)
	}
	return d
}

func scanned(t *testing.T, id artefact.ID) metadata.Entry {
	t.Helper()
	return entry(t, id, metadata.SourceBDBA, metadata.TypeScanInfo, map[string]any{})
}

// with is the finding of the example with another CVE and severity.
func with(t *testing.T, id artefact.ID, cve, severity string) metadata.Entry {
	t.Helper()
	e := vulnerability(id)
	var found metadata.VulnerabilityFinding
	if err := e.Data.Decode(&found); err != nil {
		t.Fatal(err)
	}
	found.CVE, found.Severity = cve, severity
	payload, err := metadata.NewPayload(metadata.TypeVulnerability, found)
	if err != nil {
		t.Fatal(err)
	}
	e.Data = payload
	return e
}

func compliance(t *testing.T, core *odg.Core, components ...*component.Descriptor) []odg.ComponentStanding {
	t.Helper()
	all, err := core.Compliance(t.Context(), components, vulnerabilities)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestCompliance(t *testing.T) {
	t.Parallel()
	one, shared := image("1.0.0"), image("1.0.0")
	shared.ComponentVersion = nil
	global := artefact.ID{Artefact: &artefact.LocalID{}}
	other := image("1.0.0")
	other.ComponentVersion = new("2.0.0")
	for name, c := range map[string]struct {
		stored []metadata.Entry
		want   string
		value  int
		status bool
	}{
		"nobody has looked":               {nil, odg.Unknown, -1, false},
		"nobody has looked any more":      {[]metadata.Entry{vulnerability(one)}, odg.Unknown, -1, false},
		"nothing was found":               {[]metadata.Entry{scanned(t, one)}, odg.Clean, 0, true},
		"something was found":             {[]metadata.Entry{scanned(t, one), vulnerability(one)}, "HIGH", 4, true},
		"found in any version":            {[]metadata.Entry{scanned(t, shared), vulnerability(shared)}, "HIGH", 4, true},
		"found in another version":        {[]metadata.Entry{scanned(t, one), vulnerability(image("2.0.0"))}, odg.Clean, 0, true},
		"the worst counts":                {[]metadata.Entry{with(t, one, "CVE-2", "NONE"), scanned(t, one), vulnerability(one)}, "HIGH", 4, true},
		"less than nothing":               {[]metadata.Entry{scanned(t, one), with(t, one, "CVE-2", "ODD")}, "ODD", -3, true},
		"nothing is more than that":       {[]metadata.Entry{scanned(t, one), with(t, one, "CVE-2", "ODD"), with(t, one, "CVE-3", "NONE")}, odg.Clean, 0, true},
		"solved by a rescoring":           {[]metadata.Entry{scanned(t, one), vulnerability(one), rescoring(t, one, "NONE", "a")}, odg.Clean, 0, true},
		"solved everywhere":               {[]metadata.Entry{rescoring(t, global, "NONE", "a"), scanned(t, one), vulnerability(one)}, odg.Clean, 0, true},
		"decided in another version":      {[]metadata.Entry{scanned(t, one), vulnerability(one), rescoring(t, other, "NONE", "a")}, "HIGH", 4, true},
		"decided about all of them there": {[]metadata.Entry{scanned(t, one), vulnerability(shared), rescoring(t, other, "NONE", "a")}, odg.Clean, 0, true},
		"category that is not configured": {[]metadata.Entry{scanned(t, one), with(t, one, "CVE-2", "WEIRD")}, odg.Unknown, -1, true},
		"but another one is":              {[]metadata.Entry{scanned(t, one), with(t, one, "CVE-2", "WEIRD"), vulnerability(one)}, "HIGH", 4, true},
		"looked at by another scanner":    {[]metadata.Entry{entry(t, one, metadata.SourceClamAV, metadata.TypeScanInfo, map[string]any{})}, odg.Unknown, -1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			core := newCore(t, findingsCfg+"    - {id: ODD, display_name: Odd, value: -3, rescoring: manual}\n")
			put(t, core, c.stored...)
			all := compliance(t, core, shop("1.0.0"), shop("3.0.0"))
			is.Equal(len(all), 2)
			want := odg.Standing{Type: metadata.TypeVulnerability, Source: metadata.SourceBDBA, Scanned: c.status, Categorisation: c.want, Value: c.value}
			ignore := cmpopts.IgnoreUnexported(odg.Standing{})
			is.Equal(cmp.Diff([]odg.Standing{want}, all[0].Standings, ignore), "")
			is.Equal(cmp.Diff([]odg.Standing{want}, all[0].Artefacts[0].Standings, ignore), "")
			is.Equal(all[0].ID.Version, "1.0.0")
			is.Equal(all[1].Standings[0].Categorisation, odg.Unknown)
		})
	}
}

func TestComplianceOfNothing(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	core := newCore(t, findingsCfg)
	is.Equal(len(compliance(t, core)), 0)
	all, err := core.Compliance(t.Context(), []*component.Descriptor{shop("1.0.0")}, []metadata.Type{metadata.TypeLicense})
	is.NoErr(err)
	is.Equal(len(all[0].Standings), 0) // not configured
	is.Equal(len(all[0].Artefacts), 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = core.Compliance(ctx, []*component.Descriptor{shop("1.0.0")}, vulnerabilities)
	is.True(err != nil)
}

// On any history, a summary says what the assessment says finding by finding.
func TestComplianceEqualsTheAssessment(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 1))
		core := newCore(t, findingsCfg)
		var components []*component.Descriptor
		for v := range 1 + r.IntN(4) {
			version := fmt.Sprintf("%d.0.0", v)
			components = append(components, shop(version))
			put(t, core, active(image(version), noon))
			if r.IntN(4) > 0 {
				put(t, core, scanned(t, image(version)))
			}
			for n := range r.IntN(4) {
				put(t, core, with(t, image(version), fmt.Sprintf("CVE-2024-%d", n), []string{"NONE", "HIGH"}[r.IntN(2)]))
			}
			if r.IntN(3) == 0 {
				put(t, core, rescoring(t, image(version), []string{"NONE", "HIGH"}[r.IntN(2)], "a"))
			}
		}
		worst, seen := map[string]int{}, map[string]bool{}
		for _, f := range assess(t, core).Findings {
			version := *f.Entry.Artefact.ComponentVersion
			worst[version] = max(worst[version], f.Value())
		}
		for info, err := range core.QueryMetadata(t.Context(), store.Query{Types: []metadata.Type{metadata.TypeScanInfo}}) {
			if err != nil {
				t.Fatal(err)
			}
			seen[*info.Artefact.ComponentVersion] = true
		}
		for _, c := range compliance(t, core, components...) {
			want := worst[c.ID.Version]
			if !seen[c.ID.Version] {
				want = -1
			}
			if got := c.Standings[0].Value; got != want {
				t.Fatalf("seed %d, version %s: got %d, want %d", seed, c.ID.Version, got, want)
			}
		}
	}
}
