package corecfg

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/extcfg"
)

// Auto is the name of the virtual repository in which components are looked up if
// a request names none.
const Auto = "<auto>"

// Mappings say in which OCM repositories components are, ocm_repo_mappings. The
// order counts: the first repository that has a component wins. The zero Mappings
// has no repositories.
type Mappings struct {
	// Entries have an entry [Auto]; it is added at the front if the configuration
	// has none.
	Entries []Mapping
}

// Mapping is a repository, or a virtual one that stands for several: exactly one of
// the fields is set.
type Mapping struct {
	OCI     *OCIMapping
	Virtual *VirtualMapping
}

// OCIMapping is an OCM repository on an OCI registry.
type OCIMapping struct {
	// Repository is where it is, such as registry.example.org/releases.
	Repository string
	// Prefixes begin the names of the components that it has, Filters match them.
	// At most one of them is set; none of them means all components.
	Prefixes []string
	Filters  []extcfg.Pattern
	// Labels are what selectors of virtual repositories ask for.
	Labels []string
	// Versions are those that count.
	Versions VersionFilter

	oldPrefix any // as written under its old name, for the API
}

// VirtualMapping is a name for several OCM repositories.
type VirtualMapping struct {
	Name string
	// Selectors pick the repositories, one selector after the other; there is at
	// least one.
	Selectors []Selector
}

// Selector picks OCM repositories. The zero Selector picks all.
type Selector struct {
	// Labels are those that a repository must have, all of them; none means that
	// also repositories without labels are picked.
	Labels []string
	// Versions are those that count instead of the repository's; the zero
	// VersionFilter leaves it to the repository.
	Versions VersionFilter
}

// VersionFilter picks versions: any, semver_any, semver_releases,
// semver_non_releases, or a regular expression for the whole version. The zero
// VersionFilter picks all.
type VersionFilter struct {
	text   string
	filter component.Filter
}

// Picks tells if a version counts.
func (f VersionFilter) Picks(version string) bool { return f.filter == nil || f.filter(version) }

// String returns the filter as written, empty for the zero VersionFilter.
func (f VersionFilter) String() string { return f.text }

// Holds tells if components of this name can be in the repository.
func (m *OCIMapping) Holds(name string) bool {
	if len(m.Prefixes) == 0 && len(m.Filters) == 0 {
		return true
	}
	return slices.ContainsFunc(m.Prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) ||
		slices.ContainsFunc(m.Filters, func(p extcfg.Pattern) bool { return p.Match(name) })
}

// ParseMappings reads mappings. file is its name for messages. The error joins all
// faults ([errors.Join]), each an [*Error].
func ParseMappings(file string, data []byte) (*Mappings, []Warning, error) {
	return parse(file, data, (*reader).mappings)
}

// LoadMappings reads the mappings in the file name from fsys, see [ParseMappings].
// A missing file is an [*Error] that wraps [fs.ErrNotExist].
func LoadMappings(fsys fs.FS, name string) (*Mappings, []Warning, error) {
	return load(fsys, name, ParseMappings)
}
