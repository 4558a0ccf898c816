package writeback_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/writeback"
)

func TestVersions(t *testing.T) {
	t.Parallel()
	single, versions, component, global := scopes[0], scopes[1], scopes[2], scopes[3]
	for name, c := range map[string]struct {
		writebacks []metadata.Entry
		from, want string
	}{
		"nothing said":               {from: "1", want: "1"},
		"another package":            {[]metadata.Entry{version(t, single, "", "zlib", "1", "2")}, "1", "1"},
		"another version":            {[]metadata.Entry{version(t, single, "", "openssl", "3", "2")}, "1", "1"},
		"another artefact":           {[]metadata.Entry{version(t, image("acme.org/shop", "1.0.0", "db", "2.0"), "", "openssl", "1", "2")}, "1", "1"},
		"this version":               {[]metadata.Entry{version(t, single, "", "openssl", "1", "2")}, "1", "2"},
		"any version":                {[]metadata.Entry{version(t, versions, "", "openssl", "", "2")}, "1", "2"},
		"an unknown version":         {[]metadata.Entry{version(t, component, "", "openssl", "", "2")}, "", "2"},
		"not an unknown version":     {[]metadata.Entry{version(t, component, "", "openssl", "1", "2")}, "", "None"},
		"everywhere":                 {[]metadata.Entry{version(t, global, "", "openssl", "1", "2")}, "1", "2"},
		"the newest":                 {[]metadata.Entry{version(t, versions, "2025-01-01", "openssl", "1", "2"), version(t, versions, "2025-02-01", "openssl", "1", "3")}, "1", "3"},
		"the narrower, though older": {[]metadata.Entry{version(t, versions, "2025-02-01", "openssl", "1", "2"), version(t, single, "2025-01-01", "openssl", "1", "3")}, "1", "3"},
		"goes on":                    {[]metadata.Entry{version(t, single, "", "openssl", "2", "3"), version(t, global, "", "openssl", "1", "2")}, "1", "3"},
		"to and fro: the last word":  {[]metadata.Entry{version(t, versions, "2025-01-01", "openssl", "1", "2"), version(t, versions, "2025-02-01", "openssl", "2", "1")}, "1", "1"},
		"the same from the other":    {[]metadata.Entry{version(t, versions, "2025-01-01", "openssl", "1", "2"), version(t, versions, "2025-02-01", "openssl", "2", "1")}, "2", "1"},
		"any to 2, but 2 to 3":       {[]metadata.Entry{version(t, versions, "2025-01-01", "openssl", "", "2"), version(t, versions, "2025-02-01", "openssl", "2", "3")}, "1", "3"},
		"2 to 3, but any to 2":       {[]metadata.Entry{version(t, versions, "2025-02-01", "openssl", "", "2"), version(t, versions, "2025-01-01", "openssl", "2", "3")}, "2", "2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			got := apply(t, []metadata.Entry{vulnerability(t, "openssl", c.from, "CVE-1")}, c.writebacks)
			is.Equal(keys(got), []string{"finding/vulnerability openssl|" + c.want + "|CVE-1"})
		})
	}
}

func TestVersionIsCorrectedEverywhere(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	found := []metadata.Entry{
		vulnerability(t, "openssl", "1", "CVE-1"), licensed(t, "openssl", "1", "GPL"), structure(t, "openssl", "1", "/lib/a"),
		policy(t, "openssl", "1", "GPL"), entry(t, web, metadata.SourceOSID, metadata.TypeOSID, metadata.OperatingSystemID{ID: new("openssl")}),
	}
	before := texts(found)
	got := apply(t, found, []metadata.Entry{version(t, scopes[0], "", "openssl", "1", "1.0.2k-fips")})
	is.Equal(keys(got), []string{
		"finding/ip openssl|1.0.2k-fips|GPL|cloud|", "finding/license openssl|1.0.2k-fips|GPL", "finding/vulnerability openssl|1.0.2k-fips|CVE-1",
		"osid ", "structure_info openssl|1.0.2k-fips",
	})
	is.Equal(texts(found), before) // input is as it was
	var v metadata.VulnerabilityFinding
	is.NoErr(got[0].Data.Decode(&v))
	is.Equal(*v.PURL, "pkg:deb/debian/openssl@1.0.2k-fips?arch=amd64") // or VEX would name the wrong one
	is.Equal(v.Severity, "HIGH")
}

func TestPackageURLWithAnotherVersionStays(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, purl := range []string{"pkg:deb/debian/openssl@1-2?epoch=1", "no package url"} {
		found := vulnerability(t, "openssl", "1", "CVE-1")
		var v metadata.VulnerabilityFinding
		is.NoErr(found.Data.Decode(&v))
		v.PURL = &purl
		got := apply(t, []metadata.Entry{entry(t, web, metadata.SourceBDBA, metadata.TypeVulnerability, v)}, []metadata.Entry{version(t, web, "", "openssl", "", "2")})
		is.NoErr(got[0].Data.Decode(&v))
		is.Equal(*v.PURL, purl)
		is.Equal(*v.PackageVersion, "2")
	}
}

func TestUnknownFieldsStay(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	e := entry(t, web, metadata.SourceBDBA, metadata.TypeVulnerability,
		json.RawMessage(`{"severity":"HIGH","package_name":"p","cve":"CVE-1","cvss_score":7.50,"new_field":{"a":[1.0]}}`))
	got := apply(t, []metadata.Entry{e}, []metadata.Entry{version(t, web, "", "p", "", "2")})
	var v struct {
		PackageVersion string          `json:"package_version"`
		NewField       json.RawMessage `json:"new_field"`
	}
	is.NoErr(got[0].Data.Decode(&v))
	is.Equal(v.PackageVersion, "2")
	is.Equal(string(v.NewField), `{"a":[1.0]}`)
}

func TestEntriesThatBecomeTheSameAreOne(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	old, own := vulnerability(t, "openssl", "1", "CVE-1"), vulnerability(t, "openssl", "2", "CVE-1")
	old.DiscoveryDate, own.DiscoveryDate = "2024-01-01", "2025-01-01"
	got := apply(t, []metadata.Entry{
		structure(t, "openssl", "1", "/a", "/b", ":GPL-2.0", ":MIT"), structure(t, "openssl", "2", "/c", "/b", ":MIT", ":BSD"), old, own,
	}, []metadata.Entry{version(t, web, "", "openssl", "1", "2")})
	is.Equal(keys(got), []string{"finding/vulnerability openssl|2|CVE-1", "structure_info openssl|2"})
	is.Equal(got[1].DiscoveryDate, metadata.Date("2024-01-01")) // first seen stays first seen
	var info metadata.StructureInfo
	is.NoErr(got[0].Data.Decode(&info))
	var files, licences []string
	for _, f := range info.FilesystemPaths {
		files = append(files, f.Path[0].Path)
	}
	for _, l := range info.Licenses {
		licences = append(licences, l.Name)
	}
	is.Equal(files, []string{"/c", "/b", "/a"}) // those of the version that the scanner named go first
	is.Equal(licences, []string{"MIT", "BSD", "GPL-2.0"})
}

func TestLicences(t *testing.T) {
	t.Parallel()
	const finding, info = "finding/license p|1|", "structure_info p|1"
	for name, c := range map[string]struct {
		writebacks []metadata.Entry
		want       []string // licences of the package
		findings   []string
	}{
		"nothing said":                    {nil, []string{"MIT", "GPL-2.0"}, []string{"GPL-2.0"}},
		"another version":                 {[]metadata.Entry{licenseOf(t, web, "", "p", "2", "GPL-2.0", "")}, []string{"MIT", "GPL-2.0"}, []string{"GPL-2.0"}},
		"this version":                    {[]metadata.Entry{licenseOf(t, web, "", "p", "1", "GPL-2.0", "")}, []string{"MIT"}, nil},
		"removed":                         {[]metadata.Entry{license(t, web, "", "p", "GPL-2.0", "")}, []string{"MIT"}, nil},
		"removed that nobody saw":         {[]metadata.Entry{license(t, web, "", "p", "BSD", "")}, []string{"MIT", "GPL-2.0"}, []string{"GPL-2.0"}},
		"replaced by one to report":       {[]metadata.Entry{license(t, web, "", "p", "GPL-2.0", "GPL-3.0")}, []string{"MIT", "GPL-3.0"}, []string{"GPL-3.0"}},
		"replaced by one that is fine":    {[]metadata.Entry{license(t, web, "", "p", "GPL-2.0", "BSD")}, []string{"MIT", "BSD"}, nil},
		"replaced by one that is there":   {[]metadata.Entry{license(t, web, "", "p", "GPL-2.0", "MIT")}, []string{"MIT"}, nil},
		"replaced that nobody saw":        {[]metadata.Entry{license(t, web, "", "p", "BSD", "GPL-3.0")}, []string{"MIT", "GPL-2.0"}, []string{"GPL-2.0"}},
		"a fine one replaced":             {[]metadata.Entry{license(t, web, "", "p", "MIT", "GPL-3.0")}, []string{"GPL-2.0", "GPL-3.0"}, []string{"GPL-2.0", "GPL-3.0"}},
		"added":                           {[]metadata.Entry{license(t, web, "", "p", "", "GPL-3.0")}, []string{"MIT", "GPL-2.0", "GPL-3.0"}, []string{"GPL-2.0", "GPL-3.0"}},
		"added that was seen":             {[]metadata.Entry{license(t, web, "", "p", "", "GPL-2.0")}, []string{"MIT", "GPL-2.0"}, []string{"GPL-2.0"}},
		"added one that is fine":          {[]metadata.Entry{license(t, web, "", "p", "", "BSD")}, []string{"MIT", "GPL-2.0", "BSD"}, []string{"GPL-2.0"}},
		"goes on":                         {[]metadata.Entry{license(t, web, "", "p", "GPL-2.0", "BSD"), license(t, scopes[3], "", "p", "BSD", "GPL-3.0")}, []string{"MIT", "GPL-3.0"}, []string{"GPL-3.0"}},
		"goes on until it is gone":        {[]metadata.Entry{license(t, web, "", "p", "GPL-2.0", "BSD"), license(t, scopes[3], "", "p", "BSD", "")}, []string{"MIT"}, nil},
		"added, then replaced":            {[]metadata.Entry{license(t, web, "2025-01-01", "p", "", "BSD"), license(t, web, "2025-02-01", "p", "BSD", "ISC")}, []string{"MIT", "GPL-2.0", "ISC"}, []string{"GPL-2.0"}},
		"added, then removed":             {[]metadata.Entry{license(t, web, "2025-01-01", "p", "", "BSD"), license(t, web, "2025-02-01", "p", "BSD", "")}, []string{"MIT", "GPL-2.0"}, []string{"GPL-2.0"}},
		"removed, then added":             {[]metadata.Entry{license(t, web, "2025-02-01", "p", "", "GPL-2.0"), license(t, web, "2025-01-01", "p", "GPL-2.0", "")}, []string{"MIT", "GPL-2.0"}, []string{"GPL-2.0"}},
		"added here, removed everywhere":  {[]metadata.Entry{license(t, web, "2025-01-01", "p", "", "GPL-2.0"), license(t, scopes[3], "2025-02-01", "p", "GPL-2.0", "")}, []string{"MIT", "GPL-2.0"}, []string{"GPL-2.0"}},
		"the narrower, though older":      {[]metadata.Entry{license(t, web, "2025-01-01", "p", "GPL-2.0", ""), license(t, scopes[2], "2025-02-01", "p", "GPL-2.0", "GPL-3.0")}, []string{"MIT"}, nil},
		"neither from nor to says naught": {[]metadata.Entry{license(t, web, "", "p", "", "")}, []string{"MIT", "GPL-2.0"}, []string{"GPL-2.0"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			got := apply(t, []metadata.Entry{structure(t, "p", "1", ":MIT", ":GPL-2.0"), licensed(t, "p", "1", "GPL-2.0")}, c.writebacks)
			want := []string{}
			for _, f := range c.findings {
				want = append(want, finding+f)
			}
			is.Equal(keys(got), append(want, info))
			var names []string
			var s metadata.StructureInfo
			is.NoErr(got[0].Data.Decode(&s))
			for _, l := range s.Licenses {
				names = append(names, l.Name)
			}
			is.Equal(names, c.want)
		})
	}
}

func TestLicencesThatComeInAreJudged(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	got := apply(t, []metadata.Entry{structure(t, "p", "1")}, []metadata.Entry{license(t, web, "", "p", "", "GPL-3.0")})
	is.Equal(keys(got), []string{"finding/license p|1|GPL-3.0", "structure_info p|1"})
	var f metadata.LicenseFinding
	is.NoErr(got[1].Data.Decode(&f))
	is.Equal(cmp.Diff(f, metadata.LicenseFinding{BDBA: pkg("p", "1"), Severity: "violation", License: metadata.License{Name: "GPL-3.0"}}), "")
	is.Equal(*got[1].AllowedProcessingTime, "2592000s")
	is.Equal(got[1].Meta, metadata.Meta{Datasource: metadata.SourceBDBA, Type: metadata.TypeLicense})

	elsewhere := structure(t, "p", "1")
	elsewhere.Artefact = image("acme.org/shop", "1.0.0", "ignored", "2.0")
	got = apply(t, []metadata.Entry{elsewhere}, []metadata.Entry{license(t, scopes[3], "", "p", "", "GPL-3.0")})
	is.Equal(keys(got), []string{"structure_info p|1"}) // the configuration leaves this artefact out
}

func TestWithoutConfigurationOfLicences(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	corrections := []metadata.Entry{license(t, web, "", "p", "GPL-2.0", "BSD"), license(t, web, "", "p", "", "GPL-3.0")}
	got, err := writeback.Apply([]metadata.Entry{structure(t, "p", "1"), licensed(t, "p", "1", "GPL-2.0")}, corrections, writeback.Rules{})
	is.NoErr(err)
	is.Equal(keys(got), []string{"finding/license p|1|BSD", "structure_info p|1"})
	var f metadata.LicenseFinding
	is.NoErr(got[1].Data.Decode(&f))
	is.Equal(f.Severity, "violation")      // as it was: nobody can judge
	is.Equal(f.License.ID, (*string)(nil)) // the scanner's id is that of another licence
}

func TestScannersThatReportNoLicencesGetNone(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	r := rules(t)
	r.Types = []metadata.Type{metadata.TypeStructureInfo}
	got, err := writeback.Apply([]metadata.Entry{structure(t, "p", "1")}, []metadata.Entry{license(t, web, "", "p", "", "GPL-3.0")}, r)
	is.NoErr(err)
	is.Equal(keys(got), []string{"structure_info p|1"})
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	unnamed := policy(t, "", "1", "GPL-2.0")
	found := []metadata.Entry{policy(t, "p", "1", "GPL-2.0"), policy(t, "p", "1", "MIT"), policy(t, "p", "1", "BSD"), unnamed}
	got := apply(t, found, []metadata.Entry{license(t, web, "", "p", "GPL-2.0", "GPL-3.0"), license(t, web, "", "p", "MIT", ""), license(t, web, "", "p", "", "ISC")})
	is.Equal(keys(got), []string{"finding/ip None|1|GPL-2.0|cloud|", "finding/ip p|1|BSD|cloud|", "finding/ip p|1|GPL-3.0|cloud|"})
}

func TestLicencesAreThoseOfTheCorrectedVersion(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	got := apply(t, []metadata.Entry{licensed(t, "p", "1", "GPL-2.0"), licensed(t, "p", "1", "GPL-1.0")}, []metadata.Entry{
		version(t, web, "", "p", "1", "2"), licenseOf(t, web, "", "p", "1", "GPL-1.0", ""), licenseOf(t, web, "", "p", "2", "GPL-2.0", "GPL-3.0"),
	})
	is.Equal(keys(got), []string{"finding/license p|2|GPL-1.0", "finding/license p|2|GPL-3.0"})
}

func TestWhatIsNoWritebackSaysNothing(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	found := []metadata.Entry{vulnerability(t, "p", "1", "CVE-1")}
	types := metadata.BuiltinTypes()
	var none []metadata.Entry
	for _, data := range []string{
		`{"sub_type":"package-version","package_name":"p"}`, `{"sub_type":"tomorrow","package_name":"p","package_version_to":"2"}`,
		`{"package_version_to":"2"}`, `{"sub_type":5,"package_name":"p"}`, `{}`,
	} {
		e := metadata.Entry{Artefact: web, Meta: metadata.Meta{Type: metadata.TypeWriteback}, Data: types.Stored(metadata.TypeWriteback, json.RawMessage(data))}
		none = append(none, e)
	}
	other := version(t, web, "", "p", "", "2")
	other.Meta.Type = metadata.TypeRescoring
	is.Equal(texts(apply(t, found, append(none, other))), texts(found))

	untold := none[0] // written before there were sub types
	untold.Data = types.Stored(metadata.TypeWriteback, json.RawMessage(`{"package_name":"p","package_version_to":"2"}`))
	is.Equal(keys(apply(t, found, []metadata.Entry{untold})), []string{"finding/vulnerability p|2|CVE-1"})
}

func TestPeerScopes(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	r := rules(t)
	r.Options = rescore.Options{PeerScopes: true}
	found := []metadata.Entry{vulnerability(t, "p", "1", "CVE-1")}
	got, err := writeback.Apply(found, []metadata.Entry{version(t, scopes[2], "", "p", "", "2")}, r)
	is.NoErr(err)
	is.Equal(keys(got), keys(found)) // a scope without kind covers nothing then
}

func TestConcerns(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.True(writeback.Concerns(metadata.TypeIP))
	is.True(!writeback.Concerns(metadata.TypeOSIDFinding))
}
