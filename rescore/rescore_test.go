package rescore_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	"pgregory.net/rapid"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

func TestApplies(t *testing.T) {
	t.Parallel()
	id := image("c", "1", "web", "1.0")
	id.Artefact.ExtraID = map[string]string{"arch": "arm64"}
	// Scopes as user interfaces post them: wide ones leave kind and type null.
	component := artefact.ID{ComponentName: new("c"), Artefact: &artefact.LocalID{}}
	for name, c := range map[string]struct {
		change func(*artefact.ID)
		scope  *artefact.ID
		want   bool // by default
		peer   bool // with PeerScopes
	}{
		"same artefact":              {want: true, peer: true},
		"any version":                {change: func(s *artefact.ID) { s.ComponentVersion, s.Artefact.Version = nil, new("") }, want: true, peer: true},
		"other component":            {change: func(s *artefact.ID) { s.ComponentName = new("d") }},
		"other component version":    {change: func(s *artefact.ID) { s.ComponentVersion = new("2") }},
		"other name":                 {change: func(s *artefact.ID) { s.Artefact.Name = new("db") }},
		"other version":              {change: func(s *artefact.ID) { s.Artefact.Version = new("2.0") }},
		"other type":                 {change: func(s *artefact.ID) { s.Artefact.Type = new("helmChart") }},
		"other kind":                 {change: func(s *artefact.ID) { s.Kind = artefact.KindSource }},
		"any extra id":               {change: func(s *artefact.ID) { s.Artefact.ExtraID = nil }, want: true, peer: true},
		"other extra id":             {change: func(s *artefact.ID) { s.Artefact.ExtraID = map[string]string{"arch": "amd64"} }},
		"any kind (D2)":              {change: func(s *artefact.ID) { s.Kind = "" }, want: true},
		"any type (D2)":              {change: func(s *artefact.ID) { s.Artefact.Type = nil }, want: true},
		"the whole component (D2)":   {scope: &component, want: true},
		"everything (D2)":            {scope: &artefact.ID{}, want: true},
		"another whole component":    {scope: &artefact.ID{ComponentName: new("d")}},
		"everything of another kind": {scope: &artefact.ID{Kind: artefact.KindSource}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			scope := id
			local := *id.Artefact
			scope.Artefact = &local
			if c.change != nil {
				c.change(&scope)
			}
			if c.scope != nil {
				scope = *c.scope
			}
			f, r := finding(t, id, "CVE-1"), decision(t, scope, "CVE-1", "LOW", "")
			is.Equal(rescore.Applies(f, r, rescore.Options{}), c.want)
			is.Equal(rescore.Applies(f, r, rescore.Options{PeerScopes: true}), c.peer)
			is.True(!rescore.Applies(f, decision(t, scope, "CVE-2", "LOW", ""), rescore.Options{})) // another CVE
		})
	}
}

func TestFindingWithoutVersionOrType(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	id := image("c", "", "web", "1.0")
	id.Artefact.Type = nil
	scope := image("c", "2", "web", "1.0")
	scope.Artefact.Type = nil
	is.True(rescore.Applies(finding(t, id, "CVE-1"), decision(t, scope, "CVE-1", "LOW", ""), rescore.Options{}))
	is.True(rescore.Applies(finding(t, id, "CVE-1"), decision(t, scope, "CVE-1", "LOW", ""), rescore.Options{PeerScopes: true}))
	scope.Artefact.Type = new("ociImage")
	is.True(!rescore.Applies(finding(t, id, "CVE-1"), decision(t, scope, "CVE-1", "LOW", ""), rescore.Options{}))
}

func TestOnlyRescoringsApply(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	id := image("c", "1", "web", "1.0")
	f := finding(t, id, "CVE-1")
	is.True(!rescore.Applies(f, f, rescore.Options{}))
	license := entry(t, id, metadata.TypeLicense, metadata.LicenseFinding{BDBA: metadata.BDBA{PackageName: "openssl"}, License: metadata.License{Name: "MIT"}})
	r := decision(t, id, "CVE-1", "LOW", "")
	is.True(!rescore.Applies(license, r, rescore.Options{})) // another type
	broken := r
	broken.Data = metadata.BuiltinTypes().Stored(metadata.TypeRescoring, json.RawMessage(`{"referenced_type":"finding/vulnerability"}`))
	is.True(!rescore.Applies(f, broken, rescore.Options{})) // without a finding
	wrong := r
	wrong.Data = metadata.BuiltinTypes().Stored(metadata.TypeRescoring, json.RawMessage(
		`{"finding":{"group_hash":"h"},"referenced_type":"finding/vulnerability","severity":"s","user":{"username":"u"}}`))
	is.True(!rescore.Applies(f, wrong, rescore.Options{})) // of another shape
	is.Equal(len(rescore.NewIndex([]metadata.Entry{f, license, broken, wrong}, rescore.Options{}).For(f)), 0)
	is.Equal(len(rescore.NewIndex([]metadata.Entry{r}, rescore.Options{}).For(metadata.Entry{})), 0)
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	id := image("c", "1", "web", "1.0")
	anyVersion := image("c", "", "web", "")
	all := []metadata.Entry{
		decision(t, artefact.ID{}, "CVE-1", "global", "2025-12-01"),
		decision(t, anyVersion, "CVE-1", "no time", "whenever"),
		decision(t, anyVersion, "CVE-1", "newer by offset", "2025-01-01T00:30:00-01:00"),
		decision(t, anyVersion, "CVE-1", "older, tied A", "2025-01-01T01:00:00"),
		decision(t, anyVersion, "CVE-1", "older, tied B", "2025-01-01T01:00:00+00:00"),
		decision(t, id, "CVE-1", "single", "2024-01-01"),
	}
	var order []string
	for _, r := range rescore.Applicable(finding(t, id, "CVE-1"), all, rescore.Options{}) {
		order = append(order, rescore.Decide(metadata.Entry{}, []*metadata.Entry{r}, now).Severity)
	}
	is.Equal(order, []string{"single", "newer by offset", "older, tied A", "older, tied B", "no time", "global"})
}

func TestDecide(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	id := image("c", "1", "web", "1.0")
	f := finding(t, id, "CVE-1")
	untouched := rescore.Decide(f, nil, now)
	is.Equal(untouched.Severity, "HIGH")
	is.Equal(untouched.MatchingRules, []string{"original-severity"})
	is.True(!untouched.Rescored())

	r := entry(t, id, metadata.TypeRescoring, metadata.CustomRescoring{
		Finding: metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: "CVE-1"}), ReferencedType: metadata.TypeVulnerability,
		Severity: "LOW", User: metadata.ObjectOf(metadata.User{Username: "u", Type: "user"}), MatchingRules: []string{"a", "b"},
		AllowedProcessingTime: new("30d"), DueDate: "2025-05-01",
	})
	broken := r
	broken.Data = metadata.BuiltinTypes().Stored(metadata.TypeRescoring, json.RawMessage(`{"severity":7}`))
	got := rescore.Decide(f, []*metadata.Entry{&broken, &r}, now)
	is.True(got.Rescored())
	is.Equal(got.Severity, "LOW") // what cannot be read is passed over
	is.Equal(got.MatchingRules, []string{"a", "b"})
	is.Equal(*got.AllowedProcessingTime, "30d")
	is.Equal(got.DueDate, metadata.Date("2025-05-01"))
	is.True(got.Rescorings[0] == &r)
}

// The index gives what comparing every finding with every rescoring gives.
func TestIndexEqualsPairs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.Custom(func(t *rapid.T) artefact.ID {
			pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
			id := image(pick("component", "", "a", "b"), pick("component version", "", "1", "2"), pick("name", "", "x", "y"), pick("version", "", "1", "2"))
			id.Kind = artefact.Kind(pick("kind", "", "resource", "source"))
			id.Artefact.Type = text(pick("type", "", "ociImage"))
			switch rapid.IntRange(0, 5).Draw(t, "odd") {
			case 0:
				id.Artefact = nil
			case 1:
				id.Artefact.ExtraID = map[string]string{"arch": "arm64"}
			case 2:
				id.ComponentName, id.Artefact.Name = new(""), new("")
			}
			return id
		})
		cves := rapid.SampledFrom([]string{"CVE-1", "CVE-2"})
		created := rapid.SampledFrom([]metadata.Timestamp{"", "2025-01-01", "2025-01-01T00:00:00+00:00", "2025-02-01T00:00:00Z"})
		o := rescore.Options{PeerScopes: rapid.Bool().Draw(t, "peer scopes")}
		var rescorings []metadata.Entry
		for range rapid.IntRange(0, 12).Draw(t, "rescorings") {
			rescorings = append(rescorings, decision(t, ids.Draw(t, "scope"), cves.Draw(t, "cve"), "s", created.Draw(t, "created")))
		}
		index := rescore.NewIndex(rescorings, o)
		for range rapid.IntRange(1, 6).Draw(t, "findings") {
			f := finding(t, ids.Draw(t, "artefact"), cves.Draw(t, "of"))
			want, got := rescore.Applicable(f, rescorings, o), index.For(f)
			if len(want) != len(got) {
				t.Fatalf("%s: %d apply, the index has %d", f.Artefact, len(want), len(got))
			}
			for i := range want {
				if want[i] != got[i] {
					t.Fatalf("%s: place %d differs", f.Artefact, i)
				}
			}
		}
	})
}

func TestPendingWritebacks(t *testing.T) {
	t.Parallel()
	id := image("c", "1", "web", "1.0")
	license := func(name, version string, created metadata.Timestamp) metadata.Entry {
		e := entry(t, image("c", "", "web", ""), metadata.TypeWriteback, metadata.LicenseWriteback{
			SubType: metadata.WritebackLicense, PackageName: name, PackageVersion: text(version), LicenseTo: new("MIT"),
		})
		e.Meta.CreationDate = created
		return e
	}
	version := func(from string, created metadata.Timestamp) metadata.Entry {
		e := entry(t, id, metadata.TypeWriteback, metadata.PackageVersionWriteback{
			SubType: metadata.WritebackPackageVersion, PackageName: "openssl", PackageVersionFrom: text(from), PackageVersionTo: "9",
		})
		e.Meta.CreationDate = created
		return e
	}
	elsewhere := license("openssl", "", "2025-02-01")
	elsewhere.Artefact = image("d", "", "web", "")
	broken := license("openssl", "", "2025-02-01")
	broken.Data = metadata.BuiltinTypes().Stored(metadata.TypeWriteback, json.RawMessage(`{"package_name":1}`))
	all := []metadata.Entry{
		license("openssl", "", "2025-02-01"),
		license("openssl", "3.0.1", "2025-01-01T00:00:00-01:00"),
		license("openssl", "4", "2025-02-01"),
		license("zlib", "", "2025-02-01"),
		license("openssl", "", "2025-01-01"),
		version("3.0.2", "2025-02-01"),
		version("", "2025-02-01"),
		version("4", "2025-02-01"),
		elsewhere,
		broken,
		finding(t, id, "CVE-1"),
		license("openssl", "", "whenever"),
	}
	p := rescore.Package{Artefact: id, Name: "openssl", Versions: []string{"3.0.1", "3.0.2"}, LastUpdate: "2025-01-01T00:00:00Z"}
	is := is.New(t)
	is.Equal(positions(all, rescore.PendingWritebacks(p, all, rescore.Options{})), []int{0, 1, 5, 6})
	p.LastUpdate = "whenever" // not known: everything counts as pending
	is.Equal(positions(all, rescore.PendingWritebacks(p, all, rescore.Options{})), []int{0, 1, 4, 5, 6, 11})
}

func positions(all []metadata.Entry, some []*metadata.Entry) (list []int) {
	for i := range all {
		for _, e := range some {
			if e == &all[i] {
				list = append(list, i)
			}
		}
	}
	return list
}

func TestCategorisation(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	c, err := rescore.ParseCategorisation(json.RawMessage(`{"network_exposure":"public","authentication_enforced":false,"comment":"why","new":1}`))
	is.NoErr(err)
	is.Equal(cmp.Diff(map[rescore.Attribute]string{
		rescore.AttrNetworkExposure: "public", rescore.AttrAuthenticationEnforced: "false", rescore.AttrComment: "why",
		rescore.AttrUserInteraction: "", rescore.AttrConfidentiality: "", rescore.AttrIntegrity: "", rescore.AttrAvailability: "", "colour": "",
	}, map[rescore.Attribute]string{
		rescore.AttrNetworkExposure: c.Value(rescore.AttrNetworkExposure), rescore.AttrAuthenticationEnforced: c.Value(rescore.AttrAuthenticationEnforced),
		rescore.AttrComment: c.Value(rescore.AttrComment), rescore.AttrUserInteraction: c.Value(rescore.AttrUserInteraction),
		rescore.AttrConfidentiality: c.Value(rescore.AttrConfidentiality), rescore.AttrIntegrity: c.Value(rescore.AttrIntegrity),
		rescore.AttrAvailability: c.Value(rescore.AttrAvailability), "colour": c.Value("colour"),
	}), "")
	for _, label := range []string{`{"network_exposure":"internet"}`, `[]`, `{"authentication_enforced":"yes"}`, `{"availability_requirement":"medium"}`} {
		_, err := rescore.ParseCategorisation(json.RawMessage(label))
		is.True(err != nil) // refused
	}
}
