package osid

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// maxParts bounds a version; longer texts are something else.
const maxParts = 8

// parseVersion reads numbers with dots between them, with or without a leading v.
func parseVersion(text string) ([]uint64, bool) {
	parts := strings.SplitN(strings.TrimPrefix(text, "v"), ".", maxParts+1)
	if len(parts) > maxParts {
		return nil, false
	}
	numbers := make([]uint64, len(parts))
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 64)
		if err != nil {
			return nil, false
		}
		numbers[i] = n
	}
	return numbers, true
}

// order is the outcome of a comparison.
type order int

const (
	older order = iota
	same
	newer
	unspecific // the version is a prefix of the other, which has gone on
	incomparable
)

// compareVersion says how the version of an image relates to the latest one.
// Missing parts equal zero, but if the latest version has more parts than the
// image tells, and they are not zero, the image is unspecific.
func compareVersion(version, latest string) order {
	have, ok1 := parseVersion(version)
	last, ok2 := parseVersion(latest)
	if !ok1 || !ok2 {
		return incomparable
	}
	n := min(len(have), len(last))
	if c := slices.Compare(have[:n], last[:n]); c != 0 {
		return cmp.Or(map[int]order{1: newer}[c], older)
	}
	notZero := func(n uint64) bool { return n != 0 }
	switch {
	case slices.ContainsFunc(last[n:], notZero):
		return unspecific
	case slices.ContainsFunc(have[n:], notZero):
		return newer
	}
	return same
}
