package osid_test

import (
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/osid"
	"github.com/opendeliverygear/odg/scan/osid/eol"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// some knows what the tests need.
var some = []eol.Cycle{
	{Name: "v4", Latest: "v4.2"},
	{Name: "14", Codename: "Forky"},
	{Name: "13", EOL: eol.End{Day: "2028-08-09"}, Latest: "13.2"},
	{Name: "12", EOL: eol.End{Day: "2026-10-31"}, ExtendedSupport: eol.End{Day: "2028-06-30"}, Latest: "12.5"},
	{Name: "11", EOL: eol.End{Day: "2026-11-01"}, Latest: "11.11"},
	{Name: "10", EOL: eol.End{Ended: true}, Latest: "10.13"},
	{Name: "3.16", Latest: "3.16.9"},
	{Name: "2", Latest: "r2"},
	{Name: "1", Latest: "1.0"},
}

func TestAssess(t *testing.T) {
	t.Parallel()
	release := func(text string) metadata.OperatingSystemID { return osid.ParseRelease("ID=x\n" + text) }
	version := func(v string) metadata.OperatingSystemID { return release("VERSION_ID=" + v) }
	rolling := []eol.Cycle{{Name: eol.Rolling}}
	cases := map[string]struct {
		os       metadata.OperatingSystemID
		cycles   []eol.Cycle
		status   string
		greatest string
		end      string
	}{
		"empty":                         {metadata.OperatingSystemID{}, some, "emptyOsId", "", "open"},
		"unknown distribution":          {version("13"), nil, "noReleaseInfo", "", "open"},
		"unknown branch":                {version("99"), some, "noBranchInfo", "", "open"},
		"no version":                    {release(""), some, "noBranchInfo", "", "open"},
		"distroless":                    {release("PRETTY_NAME=Distroless\nVERSION_ID=12"), some, "distroless", "12.5", "2026-10-31"},
		"distroless of an unknown one":  {release("VARIANT_ID=distroless-base"), nil, "distroless", "", "open"},
		"past its end":                  {version("12.5"), some, "branchReachedEol", "12.5", "2026-10-31"},
		"past its end, day unknown":     {version("10.13"), some, "branchReachedEol", "10.13", "ended"},
		"last day of support":           {version("11.11"), some, "upToDate", "11.11", "2026-11-01"},
		"latest":                        {version("13.2"), some, "upToDate", "13.2", "2028-08-09"},
		"behind":                        {version("13.1"), some, "patchlevelBehind", "13.2", "2028-08-09"},
		"first release":                 {version("13.0"), some, "patchlevelBehind", "13.2", "2028-08-09"},
		"newer than known":              {version("13.10"), some, "upToDate", "13.2", "2028-08-09"},
		"branch only":                   {version("13"), some, "updateAvailableForBranch", "13.2", "2028-08-09"},
		"numbers, not texts":            {version("3.16.10"), some, "upToDate", "3.16.9", "open"},
		"branch of two numbers":         {version("3.16.8"), some, "patchlevelBehind", "3.16.9", "open"},
		"more exact than known":         {version("3.16.9.1"), some, "upToDate", "3.16.9", "open"},
		"as long as a version may be":   {version("3.16.9.0.0.0.0.0"), some, "upToDate", "3.16.9", "open"},
		"longer than a version may be":  {version("3.16.9.0.0.0.0.0.0"), some, "unableToCompareVersion", "3.16.9", "open"},
		"with a v":                      {version("v4.1"), some, "patchlevelBehind", "v4.2", "open"},
		"without the v":                 {version("4.2"), some, "upToDate", "v4.2", "open"},
		"a zero less":                   {version("1"), some, "upToDate", "1.0", "open"},
		"version that is no number":     {version("13.x"), some, "unableToCompareVersion", "13.2", "2028-08-09"},
		"latest that is no number":      {version("2.1"), some, "unableToCompareVersion", "r2", "open"},
		"point release in VERSION":      {release("VERSION_ID=13\nVERSION='13.1 LTS'"), some, "patchlevelBehind", "13.2", "2028-08-09"},
		"name in VERSION":               {release("VERSION_ID=13\nVERSION='13 (trixie)'"), some, "updateAvailableForBranch", "13.2", "2028-08-09"},
		"codename only":                 {release("VERSION_CODENAME=forky"), some, "upToDate", "", "open"},
		"codename of nothing":           {release("VERSION_CODENAME=sid"), some, "noBranchInfo", "", "open"},
		"rolling":                       {version("20230201"), rolling, "upToDate", "", "open"},
		"rolling, without version":      {release(""), rolling, "upToDate", "", "open"},
		"dot at the end":                {version("13."), some, "unableToCompareVersion", "13.2", "2028-08-09"},
		"a number beyond all computers": {version("13.99999999999999999999999"), some, "unableToCompareVersion", "13.2", "2028-08-09"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			got := osid.Assess(c.os, c.cycles, now)
			is.Equal(got.Status, c.status)
			is.Equal(got.GreatestVersion, c.greatest)
			is.Equal(got.EOL.String(), c.end)
		})
	}
}

// TestAssessZone counts days in UTC, wherever the clock is.
func TestAssessZone(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	os := osid.ParseRelease("ID=x\nVERSION_ID=11.11")
	east := time.FixedZone("east", 14*60*60)
	is.Equal(osid.Assess(os, some, time.Date(2026, 11, 2, 13, 59, 0, 0, east)).Status, metadata.OSUpToDate)
	is.Equal(osid.Assess(os, some, time.Date(2026, 11, 2, 14, 0, 0, 0, east)).Status, metadata.OSBranchReachedEOL)
}

// TestExtendedSupport moves the end of life to that of what follows it.
func TestExtendedSupport(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	os := osid.ParseRelease("ID=x\nVERSION_ID=12.5")
	got := osid.Assess(os, eol.Extended(some), now)
	is.Equal(got.Status, metadata.OSUpToDate)
	is.Equal(got.EOL.String(), "2028-06-30")
	is.Equal(some[3].EOL.String(), "2026-10-31") // the cycles themselves stay
}

// TestCompareStatus is a total order of all statuses of ODG.
func TestCompareStatus(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	order := []string{
		metadata.OSBranchReachedEOL, metadata.OSPatchlevelBehind, metadata.OSUpdateAvailableForBranch,
		metadata.OSUnableToCompareVersion, metadata.OSNoBranchInfo, metadata.OSNoReleaseInfo, metadata.OSEmptyOSID,
		metadata.OSUpToDate, metadata.OSDistroless,
	}
	for i, worse := range order {
		is.Equal(osid.CompareStatus(worse, worse), 0)
		for _, better := range order[i+1:] {
			is.True(osid.CompareStatus(worse, better) < 0)
			is.True(osid.CompareStatus(better, worse) > 0)
		}
		is.True(osid.CompareStatus("from the future", worse) < 0)
	}
}

// TestCycles finds the product of each distribution in the embedded data.
func TestCycles(t *testing.T) {
	t.Parallel()
	cases := map[string]string{ // os-release to the newest cycle
		"ID=debian":                         "15",
		"ID=alpine":                         "3.23",
		"ID=rhel":                           "10",
		"ID=rocky":                          "10",
		"ID=amzn":                           "2023",
		"ID=ol":                             "9",
		"ID=wolfi":                          "rolling",
		"ID=mariner":                        "2.0",
		"ID=sles":                           "15.7",
		"ID=fedora":                         "43",
		"ID=photon":                         "5.0",
		"ID=unknown":                        "",
		"NAME=x":                            "",
		"ID=centos":                         "8",
		"ID=opensuse-leap":                  "16.0",
		"ID=opensuse-tumbleweed":            "rolling",
		"ID=centos\nNAME=\"CentOS Stream\"": "10",
	}
	data := eol.Embedded()
	for release, want := range cases {
		t.Run(release, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			got := ""
			if cycles := osid.Cycles(osid.ParseRelease(release), data); len(cycles) > 0 {
				got = cycles[0].Name
			}
			is.Equal(got, want)
		})
	}
}

// TestOwnData takes a product that is named like the distribution first.
func TestOwnData(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	data := eol.Products{"alpine": {{Name: "own"}}, "alpine-linux": {{Name: "theirs"}}}
	is.Equal(osid.Cycles(osid.ParseRelease("ID=alpine"), data)[0].Name, "own")
}
