package component

import (
	"fmt"
	"regexp"
)

// Filter tells if a version is wanted. A nil Filter wants every version.
type Filter func(version string) bool

func (f Filter) wants(version string) bool { return f == nil || f(version) }

// Any wants every version, be it semantic or not.
func Any(string) bool { return true }

// Semantic wants versions that can be ordered by semantic versioning.
func Semantic(version string) bool {
	_, ok := parseVersion(version, true)
	return ok
}

// Releases wants semantic versions that have neither a pre-release nor build metadata.
func Releases(version string) bool {
	v, ok := parseVersion(version, true)
	return ok && len(v.prerelease) == 0 && !v.build
}

// NonReleases wants semantic versions that are no [Releases]. So 1.0.0+build.7 is
// one, unlike in Semantic Versioning.
func NonReleases(version string) bool { return Semantic(version) && !Releases(version) }

// filters are ODG's names of filters: those that it reads, then those that it documents.
var filters = map[string]Filter{
	"any": Any, "semver_any": Semantic, "semver_releases": Releases, "semver_non_releases": NonReleases,
	"all": Any, "semver_all": Semantic, "releases_only": Releases, "non_releases_only": NonReleases,
}

// ParseFilter reads a version_filter of ODG's configuration: any, semver_any,
// semver_releases, semver_non_releases, one of their documented names all,
// semver_all, releases_only and non_releases_only, or else a regular expression
// (RE2) that the whole version must match. The empty text is any.
func ParseFilter(text string) (Filter, error) {
	if text == "" {
		return Any, nil
	}
	if filter, ok := filters[text]; ok {
		return filter, nil
	}
	pattern, err := regexp.Compile(`^(?:` + text + `)$`)
	if err != nil {
		return nil, fmt.Errorf("version filter %q is neither any, semver_any, semver_releases, semver_non_releases nor a regular expression: %w", text, err)
	}
	return pattern.MatchString, nil
}
