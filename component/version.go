package component

import (
	"cmp"
	"slices"
	"strings"
)

// A semantic version as OCM takes it: an optional v, one to three numbers, then
// pre-release and build metadata as in Semantic Versioning 2.0.0. Numbers may be
// of any length, so they stay texts, without leading zeros.
type semver struct {
	numbers    [3]string
	prerelease []string
	build      bool
}

// IsVersion tells if text is a version by OCM's relaxed form of semantic
// versioning: "v1.2.3", "1.2" and "2-rc.1+build" are, "latest", "1.2.3.4" and
// "01.2" are not.
func IsVersion(text string) bool {
	_, ok := parseVersion(text, false)
	return ok
}

// CompareVersions orders versions, returning a negative number if a comes before
// b. The order is that of Semantic Versioning 2.0.0, where a leading v and build
// metadata count nothing and missing numbers are zero. Texts that are no versions
// count as 0.0.0. What is equal by that is ordered as text, so only equal texts
// give 0 and the order is total.
func CompareVersions(a, b string) int {
	left, _ := parseVersion(a, true)
	right, _ := parseVersion(b, true)
	return cmp.Or(left.compare(right), strings.Compare(a, b))
}

// parseVersion reads a version. If zeros is set, numbers may have leading zeros,
// as ODG allows where it only orders. What is no version gives 0.0.0.
func parseVersion(text string, zeros bool) (semver, bool) {
	var v semver
	none := semver{numbers: [3]string{"0", "0", "0"}}
	text, build, hasBuild := strings.Cut(strings.TrimPrefix(text, "v"), "+")
	text, prerelease, hasPrerelease := strings.Cut(text, "-")
	if hasBuild && !identifiers(build, true) || hasPrerelease && !identifiers(prerelease, zeros) {
		return none, false
	}
	numbers := strings.Split(text, ".")
	if len(numbers) > len(v.numbers) {
		return none, false
	}
	v.numbers = none.numbers
	for i, number := range numbers {
		if !numeric(number) || !zeros && leadingZero(number) {
			return none, false
		}
		v.numbers[i] = trimZeros(number)
	}
	v.build = hasBuild
	if hasPrerelease {
		v.prerelease = strings.Split(prerelease, ".")
	}
	return v, true
}

// identifiers checks the dot-separated parts of a pre-release or build metadata.
func identifiers(text string, zeros bool) bool {
	for part := range strings.SplitSeq(text, ".") {
		if part == "" || strings.ContainsFunc(part, func(r rune) bool {
			return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-'
		}) {
			return false
		}
		if !zeros && numeric(part) && leadingZero(part) {
			return false
		}
	}
	return true
}

func (v semver) compare(w semver) int {
	for i := range v.numbers {
		if c := compareNumbers(v.numbers[i], w.numbers[i]); c != 0 {
			return c
		}
	}
	switch {
	case len(v.prerelease) == 0 || len(w.prerelease) == 0:
		return cmp.Compare(len(w.prerelease), len(v.prerelease)) // a release is greater
	default:
		return slices.CompareFunc(v.prerelease, w.prerelease, compareIdentifiers)
	}
}

func compareIdentifiers(a, b string) int {
	switch left, right := numeric(a), numeric(b); {
	case left && right:
		return compareNumbers(trimZeros(a), trimZeros(b))
	case left:
		return -1
	case right:
		return 1
	}
	return strings.Compare(a, b)
}

// compareNumbers compares decimal numbers without leading zeros.
func compareNumbers(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

func numeric(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

func leadingZero(number string) bool { return len(number) > 1 && number[0] == '0' }

func trimZeros(number string) string {
	if number = strings.TrimLeft(number, "0"); number == "" {
		return "0"
	}
	return number
}
