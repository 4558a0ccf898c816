package ctf

import "strings"

// In tags, which cannot hold a plus sign, this stands for it (OCM-OCI mapping).
const buildMark = ".build-"

// tagOf returns the tag of a version.
func tagOf(version string) string { return strings.ReplaceAll(version, "+", buildMark) }

// versionOf returns the version that a tag most likely stands for. It is
// ambiguous if the mark may be part of a pre-release: 1.0.0-x.build-1 is the tag
// of 1.0.0-x+1 and of itself.
func versionOf(tag string) (version string, ambiguous bool) {
	before, after, found := strings.Cut(tag, buildMark)
	if !found {
		return tag, false
	}
	return before + "+" + after, strings.Contains(before, "-")
}
