package ocimapping

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Folder is what comes before the name of a component in the name of its OCI
// repository.
const Folder = "component-descriptors/"

// In tags, which cannot hold a plus sign, this stands for it.
const buildMark = ".build-"

// PathOf returns the name of the OCI repository of a component. Such names are in
// lower case.
func PathOf(component string) string { return Folder + strings.ToLower(component) }

// DigestPathOf returns the name of the OCI repository of a component in the mapping
// sha256-digest, which old repositories have.
func DigestPathOf(component string) string {
	sum := sha256.Sum256([]byte(component))
	return hex.EncodeToString(sum[:])
}

// TagOf returns the tag of a version.
func TagOf(version string) string { return strings.ReplaceAll(version, "+", buildMark) }

// VersionOf returns the version that a tag most likely stands for. It is ambiguous
// if the mark may be part of a pre-release: 1.0.0-x.build-1 is the tag of
// 1.0.0-x+1 and of itself.
func VersionOf(tag string) (version string, ambiguous bool) {
	before, after, found := strings.Cut(tag, buildMark)
	if !found {
		return tag, false
	}
	return before + "+" + after, strings.Contains(before, "-")
}
