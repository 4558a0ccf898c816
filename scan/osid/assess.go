package osid

import (
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/osid/eol"
)

// Assessment is what is to be said about an operating system.
type Assessment struct {
	// Status is one of ODG's, such as [metadata.OSUpToDate].
	Status string
	// GreatestVersion is the latest release of the branch, empty if unknown.
	GreatestVersion string
	// EOL is the end of life of the branch, the zero End if unknown.
	EOL eol.End
}

// Assess says how the operating system os stands at the time now. cycles are those
// of its product, see [Cycles]; none means that nothing is known about it. The
// package comment has the table by which it decides.
func Assess(os metadata.OperatingSystemID, cycles []eol.Cycle, now time.Time) Assessment {
	if os == (metadata.OperatingSystemID{}) {
		return Assessment{Status: metadata.OSEmptyOSID}
	}
	cycle, found := branch(os, cycles)
	a := Assessment{GreatestVersion: cycle.Latest, EOL: cycle.EOL}
	switch {
	case distroless(os):
		a.Status = metadata.OSDistroless
	case len(cycles) == 0:
		a.Status = metadata.OSNoReleaseInfo
	case !found:
		a.Status = metadata.OSNoBranchInfo
	case cycle.EOL.Reached(now):
		a.Status = metadata.OSBranchReachedEOL
	default:
		a.Status = patchLevel(os, cycle.Latest)
	}
	return a
}

func patchLevel(os metadata.OperatingSystemID, latest string) string {
	if latest == "" { // a branch without point releases
		return metadata.OSUpToDate
	}
	switch compareVersion(pointRelease(os), latest) {
	case older:
		return metadata.OSPatchlevelBehind
	case unspecific:
		return metadata.OSUpdateAvailableForBranch
	case incomparable:
		return metadata.OSUnableToCompareVersion
	}
	return metadata.OSUpToDate
}

func distroless(os metadata.OperatingSystemID) bool {
	for _, text := range []*string{os.PrettyName, os.Name, os.VariantID, os.ID} {
		if strings.Contains(strings.ToLower(artefact.Text(text)), "distroless") {
			return true
		}
	}
	return false
}

// pointRelease is the VERSION_ID, or the first word of VERSION if that is longer:
// Ubuntu says VERSION_ID=24.04 and VERSION="24.04.1 LTS (Noble Numbat)".
func pointRelease(os metadata.OperatingSystemID) string {
	branch := artefact.Text(os.VersionID)
	word, _, _ := strings.Cut(artefact.Text(os.Version), " ")
	if strings.HasPrefix(word, branch+".") {
		return word
	}
	return branch
}

// branch finds the cycle of os: by its version or the longest beginning of it that
// is a cycle, or by codename if it has no version, or the one that rolls.
func branch(os metadata.OperatingSystemID, cycles []eol.Cycle) (eol.Cycle, bool) {
	version := strings.TrimPrefix(pointRelease(os), "v")
	for ; version != ""; version = version[:max(strings.LastIndexByte(version, '.'), 0)] {
		if c, ok := find(cycles, func(c eol.Cycle) bool { return strings.TrimPrefix(c.Name, "v") == version }); ok {
			return c, true
		}
	}
	if codename := artefact.Text(os.VersionCodename); os.VersionID == nil && codename != "" {
		if c, ok := find(cycles, func(c eol.Cycle) bool { return strings.EqualFold(c.Codename, codename) }); ok {
			return c, true
		}
	}
	return find(cycles, func(c eol.Cycle) bool { return c.Name == eol.Rolling })
}

func find(cycles []eol.Cycle, is func(eol.Cycle) bool) (eol.Cycle, bool) {
	if i := slices.IndexFunc(cycles, is); i >= 0 {
		return cycles[i], true
	}
	return eol.Cycle{}, false
}
