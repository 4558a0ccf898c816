package proposal_test

import (
	"encoding/json"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	"pgregory.net/rapid"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/rescore"
)

func rules(t fataler) proposal.Rules {
	return proposal.Rules{Findings: config(t), Sprints: calendar(), Now: now}
}

func all(f proposal.Facts, r proposal.Rules) []proposal.Proposal {
	return slices.Collect(proposal.Of(f, r))
}

// Versions of a package are one proposal, the first that was discovered speaks for it.
func TestGroups(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	later := vulnerability(t, "openssl", "3.0.1", "CVE-1", "LOW")
	later.DiscoveryDate = "2025-05-20"
	undated := vulnerability(t, "openssl", "", "CVE-1", "CRITICAL")
	undated.DiscoveryDate = ""
	list := all(proposal.Facts{Findings: []metadata.Entry{
		later, undated, vulnerability(t, "openssl", "3.0.2", "CVE-1", "HIGH"), vulnerability(t, "openssl", "3.0.2", "CVE-2", "HIGH"),
		vulnerability(t, "zlib", "3.0.2", "CVE-1", "HIGH"), entry(t, "finding/unknown", json.RawMessage(`{}`)),
	}, Structures: []metadata.Entry{
		structure(t, "openssl", "3.0.1", "sha256:1"), structure(t, "openssl", "", "sha256:2"), structure(t, "zlib", "3.0.2", "sha256:3"), later,
	}}, rules(t))
	is.Equal(len(list), 3)
	i := slices.IndexFunc(list, func(p proposal.Proposal) bool { return len(p.Findings) == 3 })
	p := list[i]
	is.Equal(p.Severity, "HIGH")
	is.Equal(p.Due, metadata.Date("2025-05-31"))
	is.Equal(p.Versions, []string{"3.0.1", "3.0.2"})
	is.Equal(len(p.Paths), 1) // those of the versions, not those without one
	is.Equal(p.Sprint.Name, "s2")
	is.Equal(p.Findings[2].DiscoveryDate, metadata.Date("")) // those without a date come last
}

func TestVersionlessPackages(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	list := all(proposal.Facts{
		Findings:   []metadata.Entry{vulnerability(t, "openssl", "", "CVE-1", "HIGH")},
		Structures: []metadata.Entry{structure(t, "openssl", "3.0.1", "sha256:1"), structure(t, "openssl", "", "sha256:2")},
	}, rules(t))
	is.Equal(len(list[0].Paths), 1)
	is.True(strings.Contains(string(list[0].Paths[0]), "sha256:2"))
	var out map[string]any
	is.NoErr(json.Unmarshal(list[0].AppendJSON(nil), &out))
	is.Equal(out["finding"].(map[string]any)["package_versions"], []any{})
}

func TestRulesets(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		exposed    *rescore.Categorisation
		rescorings []metadata.Entry
		severity   string
		by         []string
	}{
		"nothing is known":  {nil, nil, "CRITICAL", []string{"original-severity"}},
		"no rule matches":   {&rescore.Categorisation{NetworkExposure: "public"}, nil, "CRITICAL", []string{}},
		"one after another": {&rescore.Categorisation{NetworkExposure: "protected"}, nil, "LOW", []string{"inside", "none needed"}},
		"set to":            {&rescore.Categorisation{NetworkExposure: "private"}, nil, "NONE", []string{"hidden"}},
		"somebody decided":  {&rescore.Categorisation{NetworkExposure: "private"}, []metadata.Entry{decided(t, "p", "CVE-1", metadata.CustomRescoring{Severity: "HIGH", MatchingRules: []string{"mine"}})}, "HIGH", []string{"mine"}},
		"what was decided ended": {&rescore.Categorisation{NetworkExposure: "private"},
			[]metadata.Entry{decided(t, "p", "CVE-1", metadata.CustomRescoring{Severity: "HIGH", ValidUntil: "2025-05-31"})}, "NONE", []string{"hidden"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			list := all(proposal.Facts{
				Findings: []metadata.Entry{vulnerability(t, "p", "1", "CVE-1", "CRITICAL")}, Categorisation: tc.exposed, Rescorings: tc.rescorings,
			}, rules(t))
			is.Equal(list[0].Severity, tc.severity)
			is.Equal(list[0].MatchingRules, tc.by)
			if len(tc.rescorings) == 0 {
				is.Equal(list[0].Due, metadata.Date("2025-05-08")) // that of the scanner's severity
			}
		})
	}
}

// Every finding of a configured type is in one proposal, whatever the order in which
// they are read.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var f proposal.Facts
		for range rapid.IntRange(0, 12).Draw(t, "findings") {
			e := vulnerability(t, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "package"), rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "version"),
				rapid.SampledFrom([]string{"CVE-1", "CVE-2"}).Draw(t, "cve"), rapid.SampledFrom([]string{"LOW", "HIGH", "gone"}).Draw(t, "severity"))
			e.DiscoveryDate = rapid.SampledFrom([]metadata.Date{"", "2025-05-01", "2025-05-02"}).Draw(t, "discovered")
			f.Findings = append(f.Findings, e)
		}
		if rapid.Bool().Draw(t, "decided") {
			f.Rescorings = append(f.Rescorings, decided(t, "a", "CVE-1", metadata.CustomRescoring{Severity: "LOW"}))
		}
		r := rules(t)
		list := all(f, r)
		found := 0
		for _, p := range list {
			found += len(p.Findings)
		}
		if found != len(f.Findings) {
			t.Fatalf("%d of %d findings", found, len(f.Findings))
		}
		shuffled := f
		shuffled.Findings = slices.Clone(f.Findings)
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed"))).Shuffle(len(f.Findings), func(i, j int) {
			shuffled.Findings[i], shuffled.Findings[j] = shuffled.Findings[j], shuffled.Findings[i]
		})
		want, _ := json.Marshal(list)
		got, _ := json.Marshal(all(shuffled, r))
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestDataOfAnyShape(t *testing.T) {
	t.Parallel()
	for _, typ := range []metadata.Type{metadata.TypeVulnerability, metadata.TypeLicense, metadata.TypeIP, metadata.TypeOSIDFinding} {
		for _, raw := range []string{`{}`, `{"severity":7}`, `{"package_name":null,"cvss":7,"urls":{},"labels":"x"}`, `{"cvss":"AV:N","package_version":{}}`, `{"severity":"HIGH","cvss":{"access_vector":1}}`} {
			e := entry(t, "finding/any", json.RawMessage(raw))
			e.Meta.Type, e.Data = typ, metadata.BuiltinTypes().Stored(typ, json.RawMessage(raw))
			list := all(proposal.Facts{Findings: []metadata.Entry{e}, Structures: []metadata.Entry{e}, Writebacks: []metadata.Entry{e}, Rescorings: []metadata.Entry{e}}, rules(t))
			is := is.New(t)
			is.Equal(len(list), 1)
			is.True(json.Valid(list[0].AppendJSON(nil)))
			is.Equal(proposal.Vector(e), rescore.Vector{})
		}
	}
}

func TestWithoutConfiguration(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	f := proposal.Facts{Findings: []metadata.Entry{vulnerability(t, "p", "1", "CVE-1", "HIGH")}}
	is.Equal(len(all(f, proposal.Rules{Now: now})), 0)
	r := rules(t)
	r.Sprints = nil
	is.Equal(all(f, r)[0].Sprint, nil)
	for range proposal.Of(proposal.Facts{Findings: []metadata.Entry{f.Findings[0], vulnerability(t, "q", "1", "CVE-1", "HIGH")}}, r) {
		break // may be left early
	}
}

func TestURLs(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	e := entry(t, metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HIGH", PackageName: "p", CVE: "GHSA-1", CVSSScore: new(metadata.Number(7)), URLs: []string{"https://example.org/GHSA-1"}, Summary: new("<s>"),
	})
	var out struct {
		Finding map[string]any `json:"finding"`
	}
	is.NoErr(json.Unmarshal(all(proposal.Facts{Findings: []metadata.Entry{e}}, rules(t))[0].AppendJSON(nil), &out))
	is.Equal(cmp.Diff(map[string]any{
		"severity": "HIGH", "package_name": "p", "package_versions": []any{}, "cve": "GHSA-1", "cvss_v3_score": 7.0, "cvss": nil,
		"summary": "<s>", "urls": []any{"https://example.org/GHSA-1"}, "filesystem_paths": []any{},
	}, out.Finding), "")
}

func TestCategorisation(t *testing.T) {
	t.Parallel()
	const old, newer = `{"name": "gardener.cloud/cve-categorisation", "value": {"network_exposure": "public"}}`,
		`{"name": "security.ocm.software/risk-profile", "value": {"network_exposure": "private"}}`
	for name, tc := range map[string]struct{ component, resource, want, fault string }{
		"none":                  {},
		"of the resource":       {old, newer, "private", ""},
		"of the component":      {old, `{"name": "x", "value": 1}`, "public", ""},
		"the newer name first":  {old + "," + newer, "", "private", ""},
		"that cannot be read":   {"", strings.Replace(old, "public", "moon", 1), "", "network_exposure"},
		"of another's resource": {"", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			d, err := component.Decode([]byte(`{"meta": {"schemaVersion": "v2"}, "component": {"name": "acme.org/shop", "version": "1.0.0", "provider": "a", "repositoryContexts": [],
				"sources": [], "componentReferences": [], "labels": [` + tc.component + `], "resources": [
					{"name": "web", "version": "2.0", "type": "ociImage", "relation": "local", "labels": [` + old + `], "access": {"type": "ociRegistry", "imageReference": "x"}},
					{"name": "web", "version": "1.0", "type": "ociImage", "relation": "local", "labels": [` + tc.resource + `], "access": {"type": "ociRegistry", "imageReference": "x"}}]}}`))
			is.NoErr(err)
			c, err := proposal.Categorisation(d, web())
			if tc.fault != "" {
				is.True(err != nil && strings.Contains(err.Error(), tc.fault))
				return
			}
			is.NoErr(err)
			if tc.want == "" {
				is.Equal(c, nil)
				return
			}
			is.Equal(c.NetworkExposure, tc.want)
		})
	}
}
