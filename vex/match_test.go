package vex_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/vex"
)

// TestNames tells what each name of a product, with or without a package, means.
func TestNames(t *testing.T) {
	t.Parallel()
	web := image("shop/Web", "1.4.2")
	digest := image("pinned", "sha256:0f3a")
	runtime := image("db", "7")
	runtime.Artefact.Type = new("helmChart/v1")
	shared := image("shared", "1")
	shared.ComponentVersion = nil
	world := []metadata.Entry{
		found(t, web, "CVE-1", "openssl", "3.0.1", "pkg:deb/debian/openssl@3.0.1?arch=amd64"),
		found(t, digest, "CVE-1", "github.com/acme/lib", "v1.0.0"),
		found(t, runtime, "CVE-1", "group:name", "2"),
		found(t, shared, "CVE-1", "zlib", ""),
	}
	const all, none = "web pinned db shared", ""
	for name, c := range map[string]struct {
		id, pkg string
		want    string // names of artefacts
	}{
		"IRI of the artefact":           {id: vex.ScopeID(web), want: "web"},
		"IRI of the component":          {id: "ocm:example.org/shop:2.0.0", want: all},
		"IRI of all versions":           {id: "ocm:example.org/shop", want: all},
		"IRI of another version":        {id: "ocm:example.org/shop:2.0.1", want: "shared"}, // which has all versions
		"IRI of a kind":                 {id: "ocm:example.org/shop:2.0.0?kind=source", want: none},
		"IRI with an extra identity":    {id: "ocm:example.org/shop:2.0.0?name=db&extra.os=linux", want: none},
		"IRI that is broken":            {id: "ocm:%zz", want: none},
		"component":                     {id: "example.org/shop", want: all},
		"component and version":         {id: "example.org/shop:2.0.0", want: all},
		"component and version, by @":   {id: "example.org/shop@2.0.0", want: all},
		"another version":               {id: "example.org/shop@3.0.0", want: "shared"},
		"image":                         {id: "pkg:oci/web", want: "web"},
		"image and tag":                 {id: "pkg:oci/web?tag=1.4.2&repository_url=a/b", want: "web"},
		"image and another tag":         {id: "pkg:oci/web?tag=1.4.3", want: none},
		"image and version":             {id: "pkg:docker/acme/web@1.4.2", want: "web"},
		"image and digest":              {id: "pkg:oci/web@sha256%3A0f3a", want: none}, // who knows which one that is
		"image, digest and tag":         {id: "pkg:oci/web@sha256%3A0f3a?tag=1.4.2", want: "web"},
		"image whose version is it":     {id: "pkg:oci/pinned@sha256%3A0f3a", want: "pinned"},
		"no image":                      {id: "pkg:oci/db?tag=7", want: none},
		"package URL that is broken":    {id: "pkg:", want: none},
		"artefact":                      {id: "db", want: "db"},
		"artefact and version":          {id: "db:7", want: "db"},
		"artefact and another version":  {id: "db:8", want: none},
		"registry, path and tag":        {id: "registry.example.org:5000/team/Web:1.4.2", want: "web"},
		"registry and path":             {id: "registry.example.org/team/Web", want: none},
		"registry, no image":            {id: "registry.example.org/team/db:7", want: none},
		"package URL":                   {id: "pkg:deb/debian/openssl@3.0.1", want: "web"},
		"package URL, any version":      {id: "pkg:deb/debian/openssl", want: "web"},
		"package URL, another arch":     {id: "pkg:deb/debian/openssl@3.0.1?arch=arm64", want: none},
		"package URL, another version":  {id: "pkg:deb/debian/openssl@3.0.2", want: none},
		"package URL, another name":     {id: "pkg:deb/debian/db@7", want: none}, // not the artefact of that name
		"package URL for a name":        {id: "pkg:golang/github.com/acme/lib@v1.0.0", want: "pinned"},
		"package URL of Maven":          {id: "pkg:maven/group/name@2", want: "db"},
		"package URL of the component":  {id: "pkg:generic/example.org/shop@2.0.0", want: all},
		"package URL of GitHub":         {id: "pkg:github/acme/lib@v1.0.0", want: "pinned"},
		"package":                       {id: "group:name", want: "db"},
		"package and version":           {id: "group:name@2", want: "db"},
		"package without version":       {id: "zlib", want: "shared"},
		"package, version unknown":      {id: "zlib@1", want: none},
		"package in an artefact":        {id: "example.org/shop", pkg: "openssl@3.0.1", want: "web"},
		"package in another artefact":   {id: "db:7", pkg: "openssl@3.0.1", want: none},
		"package in a package":          {id: "openssl", pkg: "openssl", want: none},
		"package URL in the component":  {id: "example.org/shop:2.0.0", pkg: "pkg:deb/debian/openssl@3.0.1", want: "web"},
		"URL that means nothing to us":  {id: "https://example.org/products/1", want: none},
		"another case of the component": {id: "Example.org/shop", want: none},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			product := vex.Product{IDs: []string{c.id}}
			if c.pkg != "" {
				product.Packages = []vex.Package{{IDs: []string{c.pkg}}}
			}
			plan := match(t, vex.Input{Findings: world}, vex.Statement{Vulnerability: "cve-1", Status: vex.NotAffected, Products: []vex.Product{product}})
			var got []string
			for _, e := range plan.Rescorings {
				got = append(got, strings.ToLower(strings.TrimPrefix(*e.Artefact.Artefact.Name, "shop/")))
			}
			is.Equal(strings.Join(got, " "), c.want)
			is.Equal(plan.Outcomes[0].Result == vex.Decided, c.want != none)
		})
	}
}

// match reads one statement.
func match(t *testing.T, in vex.Input, statements ...vex.Statement) vex.Plan {
	t.Helper()
	in.Config, in.Now = config(t), now
	plan, err := vex.Match([]vex.Document{{Name: "doc", Statements: statements}}, in)
	is.New(t).NoErr(err)
	return plan
}

// about is a statement about CVE-1 in products.
func about(status vex.Status, at time.Time, products ...string) vex.Statement {
	s := vex.Statement{Vulnerability: "CVE-1", Status: status, Time: at}
	for _, p := range products {
		s.Products = append(s.Products, vex.Product{IDs: []string{p}})
	}
	return s
}

func TestResults(t *testing.T) {
	t.Parallel()
	web, api := image("web", "1"), image("api", "1")
	old := now.AddDate(0, -1, 0) // younger than what is stored is now, older is old
	one := []metadata.Entry{found(t, web, "CVE-1", "openssl", "3.0.1")}
	two := append(one[:1:1], found(t, web, "CVE-1", "openssl", "3.0.2"))
	high := rescored(t, web, "CVE-1", "openssl", metadata.CustomRescoring{Severity: "HIGH", AllowedProcessingTime: new("2592000s")})
	wide := rescored(t, artefact.ID{Artefact: &artefact.LocalID{}}, "CVE-1", "openssl", metadata.CustomRescoring{Severity: "HIGH"})
	none := rescored(t, wide.Artefact, "CVE-1", "openssl", metadata.CustomRescoring{Severity: "NONE"})
	ended := rescored(t, web, "CVE-1", "openssl", metadata.CustomRescoring{Severity: "HIGH", ValidUntil: "2026-10-20"})
	imported := rescored(t, web, "CVE-1", "openssl", metadata.CustomRescoring{Severity: "NONE", Comment: new("VEX not_affected 2026-09-30T00:00:00Z")})
	automatic := high
	automatic.Meta.Datasource = "bdba"
	automatic.Data = rescoredBy(t, "bdba-extension")
	structure := entry(t, api, metadata.TypeStructureInfo, "bdba", metadata.StructureInfo{BDBA: metadata.BDBA{PackageName: "zlib"}})
	for name, c := range map[string]struct {
		in         vex.Input
		statements []vex.Statement
		want       []vex.Result
		rescorings int
	}{
		"decided":              {vex.Input{Findings: one}, []vex.Statement{about(vex.NotAffected, now, "web")}, []vex.Result{vex.Decided}, 1},
		"fixed":                {vex.Input{Findings: one}, []vex.Statement{about(vex.Fixed, now, "web")}, []vex.Result{vex.Decided}, 1},
		"without a time":       {vex.Input{Findings: one, Rescorings: []metadata.Entry{high}}, []vex.Statement{about(vex.NotAffected, time.Time{}, "web")}, []vex.Result{vex.Decided}, 1},
		"by two names":         {vex.Input{Findings: one}, []vex.Statement{about(vex.NotAffected, now, "web", "openssl")}, []vex.Result{vex.Decided, vex.Decided}, 1},
		"of two packages":      {vex.Input{Findings: two}, []vex.Statement{about(vex.NotAffected, now, "openssl@3.0.1", "openssl@3.0.2")}, []vex.Result{vex.Decided, vex.Decided}, 1},
		"uncovered":            {vex.Input{Findings: two}, []vex.Statement{about(vex.NotAffected, now, "openssl@3.0.1")}, []vex.Result{vex.Uncovered}, 0},
		"uncovered by another": {vex.Input{Findings: two}, []vex.Statement{about(vex.NotAffected, now, "openssl@3.0.1"), about(vex.Affected, now, "openssl@3.0.2")}, []vex.Result{vex.Uncovered, vex.Undecided}, 0},
		"contradicted": {vex.Input{Findings: two, Mapping: vex.Mapping{vex.NotAffected: "NONE", vex.Affected: "LOW"}},
			[]vex.Statement{about(vex.NotAffected, now, "openssl@3.0.1"), about(vex.Affected, now, "openssl@3.0.2")}, []vex.Result{vex.Uncovered, vex.Uncovered}, 0},
		"the younger counts":    {vex.Input{Findings: one}, []vex.Statement{about(vex.NotAffected, now, "web"), about(vex.UnderInvestigation, old, "web")}, []vex.Result{vex.Decided, vex.Superseded}, 1},
		"the last counts":       {vex.Input{Findings: one}, []vex.Statement{about(vex.NotAffected, now, "web"), about(vex.UnderInvestigation, now, "web")}, []vex.Result{vex.Superseded, vex.Undecided}, 0},
		"the future is now":     {vex.Input{Findings: one}, []vex.Statement{about(vex.NotAffected, now.AddDate(9, 0, 0), "web"), about(vex.Affected, now, "web")}, []vex.Result{vex.Superseded, vex.Undecided}, 0},
		"a younger rescoring":   {vex.Input{Findings: one, Rescorings: []metadata.Entry{high}}, []vex.Statement{about(vex.NotAffected, old, "web")}, []vex.Result{vex.Superseded}, 0},
		"an older rescoring":    {vex.Input{Findings: one, Rescorings: []metadata.Entry{high}}, []vex.Statement{about(vex.NotAffected, now, "web")}, []vex.Result{vex.Decided}, 1},
		"an extension's":        {vex.Input{Findings: one, Rescorings: []metadata.Entry{automatic}}, []vex.Statement{about(vex.NotAffected, old, "web")}, []vex.Result{vex.Decided}, 1},
		"an older document":     {vex.Input{Findings: one, Rescorings: []metadata.Entry{imported}, Mapping: vex.Mapping{vex.Affected: "LOW"}}, []vex.Statement{about(vex.Affected, old, "web")}, []vex.Result{vex.Decided}, 1},
		"a younger document":    {vex.Input{Findings: one, Rescorings: []metadata.Entry{imported}, Mapping: vex.Mapping{vex.Affected: "LOW"}}, []vex.Statement{about(vex.Affected, old.AddDate(0, 0, -9), "web")}, []vex.Result{vex.Superseded}, 0},
		"one that has ended":    {vex.Input{Findings: one, Rescorings: []metadata.Entry{ended}}, []vex.Statement{about(vex.NotAffected, old, "web")}, []vex.Result{vex.Decided}, 1},
		"a more specific one":   {vex.Input{Findings: one, Rescorings: []metadata.Entry{high}, Scope: findingcfg.ScopeComponent}, []vex.Statement{about(vex.NotAffected, now, "web")}, []vex.Result{vex.Superseded}, 0},
		"a wider one":           {vex.Input{Findings: one, Rescorings: []metadata.Entry{wide}}, []vex.Statement{about(vex.NotAffected, now, "web")}, []vex.Result{vex.Decided}, 1},
		"the same":              {vex.Input{Findings: one, Rescorings: []metadata.Entry{none}}, []vex.Statement{about(vex.NotAffected, now, "web")}, []vex.Result{vex.Unchanged}, 0},
		"the same for longer":   {vex.Input{Findings: one, Rescorings: []metadata.Entry{none}, ValidUntil: "2027-01-01"}, []vex.Statement{about(vex.NotAffected, now, "web")}, []vex.Result{vex.Decided}, 1},
		"affected":              {vex.Input{Findings: one}, []vex.Statement{about(vex.Affected, now, "web")}, []vex.Result{vex.Undecided}, 0},
		"affected means LOW":    {vex.Input{Findings: one, Mapping: vex.Mapping{vex.Affected: "LOW"}}, []vex.Statement{about(vex.Affected, now, "web")}, []vex.Result{vex.Decided}, 1},
		"nothing found":         {vex.Input{Artefacts: []artefact.ID{web}}, []vex.Statement{about(vex.NotAffected, now, "web:1")}, []vex.Result{vex.NoFinding}, 0},
		"nothing found, image":  {vex.Input{Artefacts: []artefact.ID{web}}, []vex.Statement{about(vex.NotAffected, now, "pkg:oci/web?tag=1")}, []vex.Result{vex.NoFinding}, 0},
		"nothing found, IRI":    {vex.Input{Artefacts: []artefact.ID{web, web}}, []vex.Statement{about(vex.NotAffected, now, vex.ScopeID(web))}, []vex.Result{vex.NoFinding}, 0},
		"nothing found, pkg":    {vex.Input{Packages: []metadata.Entry{structure}}, []vex.Statement{about(vex.NotAffected, now, "zlib", "api", "zlib@1")}, []vex.Result{vex.NoFinding, vex.NoFinding, vex.UnknownProduct}, 0},
		"nobody knows":          {vex.Input{Findings: one}, []vex.Statement{about(vex.NotAffected, now, "nobody:1", "web:2")}, []vex.Result{vex.UnknownProduct, vex.UnknownProduct}, 0},
		"other entries":         {vex.Input{Findings: []metadata.Entry{structure}}, []vex.Statement{about(vex.NotAffected, now, "zlib")}, []vex.Result{vex.UnknownProduct}, 0},
		"the end has come":      {vex.Input{Findings: one}, []vex.Statement{{Vulnerability: "X", Aliases: []string{"CVE-1"}, Status: vex.NotAffected, Products: []vex.Product{{IDs: []string{"web"}}}, Decision: vex.Decision{ValidUntil: "2026-10-31"}}}, []vex.Result{vex.Undecided}, 0},
		"statements of nothing": {vex.Input{Findings: one}, []vex.Statement{about(vex.NotAffected, now)}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			plan := match(t, c.in, c.statements...)
			var got []vex.Result
			unmatched := 0
			for _, o := range plan.Outcomes {
				got = append(got, o.Result)
				is.Equal(o.Decided > 0, o.Result == vex.Decided)
				if o.Result == vex.UnknownProduct || o.Result == vex.Uncovered {
					unmatched++
				}
			}
			is.Equal(got, c.want)
			is.Equal(len(plan.Rescorings), c.rescorings)
			is.Equal(len(plan.Unmatched()), unmatched)
		})
	}
}

// rescoredBy is a decision of an extension.
func rescoredBy(t *testing.T, user string) metadata.Payload {
	t.Helper()
	data, err := metadata.NewPayload(metadata.TypeRescoring, metadata.CustomRescoring{
		Finding: metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: "CVE-1"}), ReferencedType: metadata.TypeVulnerability,
		Severity: "LOW", User: metadata.ObjectOf(metadata.User{Username: user, Type: user}),
	})
	is.New(t).NoErr(err)
	return data
}

func TestWithoutConfiguration(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	f := found(t, image("web", "1"), "CVE-1", "openssl", "3.0.1")
	plan, err := vex.Match([]vex.Document{{Statements: []vex.Statement{about(vex.NotAffected, now, "web")}}}, vex.Input{Findings: []metadata.Entry{f}, Now: now})
	is.NoErr(err)
	is.Equal(plan.Outcomes[0].Result, vex.Undecided) // there is nothing to decide for
	doc := vex.Export(vex.Holding{Component: "example.org/shop", Version: "2.0.0", Findings: []metadata.Entry{f}, Now: now})
	is.Equal(doc.Statements[0].Status, vex.UnderInvestigation)
}

func TestScopes(t *testing.T) {
	t.Parallel()
	web := image("web", "1")
	web.Artefact.ExtraID = map[string]string{"os": "linux"}
	for scope, want := range map[findingcfg.Scope]artefact.ID{
		"":                       web,
		findingcfg.ScopeSingle:   web,
		findingcfg.ScopeArtefact: {ComponentName: web.ComponentName, Kind: web.Kind, Artefact: &artefact.LocalID{Name: web.Artefact.Name, Type: web.Artefact.Type}},
		findingcfg.ScopeComponent: {
			ComponentName: web.ComponentName, Artefact: &artefact.LocalID{},
		},
		findingcfg.ScopeGlobal: {Artefact: &artefact.LocalID{}},
	} {
		t.Run(string(scope), func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			in := vex.Input{Findings: []metadata.Entry{found(t, web, "CVE-1", "p", "1"), found(t, web, "CVE-1", "p", "2")}, Scope: scope}
			plan := match(t, in, about(vex.NotAffected, now, "p"))
			is.Equal(len(plan.Rescorings), 1)
			is.Equal(cmp.Diff(want, plan.Rescorings[0].Artefact), "")
			is.Equal(plan.Outcomes[0].Decided, 2)
		})
	}
}

func TestMapping(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(vex.DefaultMapping(config(t)), vex.Mapping{vex.NotAffected: "NONE", vex.Fixed: "NONE"})
	is.Equal(vex.DefaultMapping(&findingcfg.Finding{}), vex.Mapping{})
	for says, m := range map[string]vex.Mapping{
		`status "fine" is unknown`:                 {"fine": "NONE"},
		`no category "MINOR"; there are NONE, fal`: {vex.Affected: "MINOR"},
		"nobody may rescore to category BLOCKER":   {vex.Affected: "BLOCKER"},
		"category LOW has the value 1":             {vex.Fixed: "LOW"},
		"category NONE has the value 0":            {vex.UnderInvestigation: "NONE"},
		"category postpone needs a due date":       {vex.Affected: "postpone"},
	} {
		_, err := vex.Match(nil, vex.Input{Config: config(t), Mapping: m, Now: now})
		is.True(strings.Contains(err.Error(), says)) // says what is wrong
	}
	is.NoErr(vex.Mapping{vex.Affected: ""}.Validate(config(t)))
	_, err := vex.Match(nil, vex.Input{Config: config(t), Scope: "galaxy", Now: now})
	is.True(err != nil) // unknown scope
}

// TestDecisionsThatDoNotFit: decisions of another installation are refused with their path.
func TestDecisionsThatDoNotFit(t *testing.T) {
	t.Parallel()
	for says, d := range map[string]vex.Decision{
		`no category "MINOR"`: {Severity: "MINOR"},
		"nobody may rescore":  {Severity: "BLOCKER"},
		"needs a due date":    {Severity: "postpone"},
		"has the value 0":     {Severity: "NONE"},
		"1.5h":                {Severity: "LOW", AllowedProcessingTime: "1.5h"},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			s := about(vex.Affected, now, "web")
			s.Path, s.Decision = "statements[4]", d
			_, err := vex.Match([]vex.Document{{Name: "doc.json", Statements: []vex.Statement{s}}}, vex.Input{Config: config(t), Now: now})
			var fault *vex.Error
			is.True(errors.As(err, &fault))
			is.True(strings.HasPrefix(err.Error(), "doc.json: statements[4]: "))
			is.True(strings.Contains(err.Error(), says))
		})
	}
}

func TestScopeIDs(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(vex.ScopeID(image("web", "1.4.2")), "ocm:example.org/shop:2.0.0?kind=resource&name=web&type=ociImage&version=1.4.2")
	for _, s := range []string{"x:a", "ocm:", "ocm:a?%zz", "ocm:%zz", "ocm:a?kind=thing"} {
		_, err := vex.ParseScopeID(s)
		is.True(err != nil) // refused
	}
}
