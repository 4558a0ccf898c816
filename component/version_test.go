package component_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
)

func TestIsVersion(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"1": true, "1.2": true, "1.2.3": true, "v1.2.3": true, "v3": true, "0.0.1-0": true, "1.0.0-x.7.z.92": true,
		"1.0.0+a.b-c": true, "1.0.0-rc.1+001": true, "1.0.0--": true, "99999999999999999999.0.0": true,
		"": false, "v": false, "V1": false, "1.2.3.4": false, "01.2.3": false, "1.0.0-01": false, "1.0.0+a_b": false,
		"1.0.0-": false, "1.0.0+": false, "1.0.0-a..b": false, "1..2": false, "latest": false, "1.0.0 ": false, "1.0.0-ä": false,
		"sha256-0000.sig": false, "-1": false,
	} {
		t.Run(text, func(t *testing.T) {
			is := is.New(t)
			is.Equal(component.IsVersion(text), want)
		})
	}
}

func TestCompareVersions(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ordered := []string{
		"0.0.0", "latest", "main", "0.0.1-0", // what is no version counts as 0.0.0
		"1.0.0-1", "1.0.0-20", "1.0.0-a", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-rc.9", "1.0.0-rc.10", "1.0.0-rc10", "1.0.0-rc9",
		"1", "1.0", "1.0.0", "v1.0.1", "01.1", "1.2.3", "1.2.3+a", "1.2.3+b", "v1.2.3", "2", "9.0.0", "10.0.0",
		"18446744073709551615.0.0", "18446744073709551616.0.0",
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		shuffled := slices.Clone(ordered)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		slices.SortFunc(shuffled, component.CompareVersions)
		is.Equal(shuffled, ordered)
	}
}

func TestParseFilter(t *testing.T) {
	t.Parallel()
	versions := []string{"latest", "1.0.0", "v1.1", "1.2.0-rc.1", "1.2.0+build.7"}
	for text, want := range map[string]string{
		"":                    "latest 1.0.0 v1.1 1.2.0-rc.1 1.2.0+build.7",
		"any":                 "latest 1.0.0 v1.1 1.2.0-rc.1 1.2.0+build.7",
		"all":                 "latest 1.0.0 v1.1 1.2.0-rc.1 1.2.0+build.7",
		"semver_any":          "1.0.0 v1.1 1.2.0-rc.1 1.2.0+build.7",
		"semver_all":          "1.0.0 v1.1 1.2.0-rc.1 1.2.0+build.7",
		"semver_releases":     "1.0.0 v1.1",
		"releases_only":       "1.0.0 v1.1",
		"semver_non_releases": "1.2.0-rc.1 1.2.0+build.7",
		"non_releases_only":   "1.2.0-rc.1 1.2.0+build.7",
		`1\.\d`:               "",
		`v?1\.\d.*`:           "1.0.0 v1.1 1.2.0-rc.1 1.2.0+build.7",
		"latest|v1.1":         "latest v1.1", // as a whole, in all alternatives
	} {
		t.Run(text, func(t *testing.T) {
			is := is.New(t)
			filter, err := component.ParseFilter(text)
			is.NoErr(err)
			var wanted []string
			for _, version := range versions {
				if filter(version) {
					wanted = append(wanted, version)
				}
			}
			is.Equal(strings.Join(wanted, " "), want)
		})
	}
	t.Run("invalid", func(t *testing.T) {
		is := is.New(t)
		_, err := component.ParseFilter("(?=x)")
		is.True(err != nil)
		is.True(strings.Contains(err.Error(), `version filter "(?=x)" is neither any`))
	})
}
