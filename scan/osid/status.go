package osid

import "github.com/opendeliverygear/odg/metadata"

// ranks orders statuses from the worst.
var ranks = map[string]int{
	metadata.OSBranchReachedEOL:         1,
	metadata.OSPatchlevelBehind:         2,
	metadata.OSUpdateAvailableForBranch: 3,
	metadata.OSUnableToCompareVersion:   4,
	metadata.OSNoBranchInfo:             5,
	metadata.OSNoReleaseInfo:            6,
	metadata.OSEmptyOSID:                7,
	metadata.OSUpToDate:                 8,
	metadata.OSDistroless:               9,
}

// CompareStatus returns a negative number if status a is worse than b, a positive
// one if it is better. What is known to be bad is worse than what is unknown, and
// that is worse than what is known to be good. Unlisted statuses count as worst.
func CompareStatus(a, b string) int { return ranks[a] - ranks[b] }
