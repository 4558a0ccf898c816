package corecfg

import (
	"io/fs"

	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/sprint"
)

// Features is the configuration of what the web UI offers, features_cfg. The zero
// Features offers nothing beyond what ODG always has.
type Features struct {
	// SpecialComponents are shown on the landing page; none means that there is no
	// such feature.
	SpecialComponents []SpecialComponent
	// Sprints says where sprints come from.
	Sprints SprintSource
	// Tests are the components whose test results can be downloaded; nil means that
	// there is no such feature.
	Tests *Tests
	// DORA and UpgradePRs switch features on that read GitHub.
	DORA, UpgradePRs bool
	// AddressBook is where names and mail addresses of people come from.
	AddressBook AddressBook
}

// SprintSource says where sprints come from: from a rule, from a file on GitHub,
// or else from a file of this machine.
type SprintSource struct {
	// Rule generates the sprints; nil if they are in a file.
	Rule *sprint.Config
	// RepoURL is the repository on GitHub whose default branch has the file, empty
	// for a file of this machine.
	RepoURL string
	// Path is the file that lists the sprints. Without repository it may be empty:
	// that of the installation, if there is any.
	Path string
}

// AddressBook says where an address book is: on GitHub, or on this machine.
type AddressBook struct {
	// RepoURL is the repository whose default branch has the files, empty for files
	// of this machine.
	RepoURL string `yaml:"repoUrl,nullable"`
	// Path is the file that lists people, GitHubMappingsPath the one that lists the
	// instances of GitHub. Without repository both may be empty.
	Path               string `yaml:"addressbookRelpath,nullable"`
	GitHubMappingsPath string `yaml:"githubMappingsRelpath,nullable"`
}

// Tests are components whose test results can be downloaded.
type Tests struct {
	Components []TestedComponent `yaml:"componentsWithDownloadableTestResults,required"`
}

// TestedComponent is a component with test results in the assets of its releases.
type TestedComponent struct {
	ComponentName string `yaml:"componentName,required" json:"componentName"`
	// Description says what is tested.
	Description string `yaml:"description,required" json:"description"`
	// AssetNamePrefixes begin the names of the assets.
	AssetNamePrefixes []string `yaml:"assetNamePrefixes,required" json:"assetNamePrefixes"`
	// DisplayName is what people read, DownloadableName begins the name of the file
	// that they get.
	DisplayName      string `yaml:"displayName,required" json:"displayName"`
	DownloadableName string `yaml:"downloadableName,required" json:"downloadableName"`
}

// ParseFeatures reads a features configuration. file is its name for messages. An
// empty mapping is fine, an empty file is not. The error joins all faults
// ([errors.Join]), each an [*Error].
func ParseFeatures(file string, data []byte) (*Features, []Warning, error) {
	return parse(file, data, (*reader).features)
}

// LoadFeatures reads the features configuration name from fsys, see
// [ParseFeatures]. A missing file is an [*Error] that wraps [fs.ErrNotExist].
func LoadFeatures(fsys fs.FS, name string) (*Features, []Warning, error) {
	return load(fsys, name, ParseFeatures)
}

type rawFeatures struct {
	SpecialComponents *strictyaml.Node `yaml:"specialComponents"`
	Sprints           *strictyaml.Node `yaml:"sprints"`
	Tests             *strictyaml.Node `yaml:"tests"`
	DORA              *strictyaml.Node `yaml:"dora"`
	UpgradePRs        *strictyaml.Node `yaml:"upgradePRs"`
	AddressBook       *strictyaml.Node `yaml:"addressbook"`
}

func (r *reader) features(root *strictyaml.Node) *Features {
	var raw rawFeatures
	if !r.d.Decode(root, &raw) {
		return nil
	}
	f := &Features{DORA: truthy(raw.DORA), UpgradePRs: truthy(raw.UpgradePRs)}
	if truthy(raw.SpecialComponents) {
		f.SpecialComponents = r.specialComponents(raw.SpecialComponents)
	}
	if truthy(raw.Sprints) {
		f.Sprints = r.sprints(raw.Sprints)
	}
	if truthy(raw.Tests) {
		f.Tests = &Tests{}
		r.d.Decode(raw.Tests, f.Tests)
	}
	if truthy(raw.AddressBook) && r.d.Decode(raw.AddressBook, &f.AddressBook) && f.AddressBook.RepoURL != "" {
		r.needs(raw.AddressBook, "addressbookRelpath", f.AddressBook.Path)
		r.needs(raw.AddressBook, "githubMappingsRelpath", f.AddressBook.GitHubMappingsPath)
	}
	return f
}

func (r *reader) sprints(n *strictyaml.Node) SprintSource {
	if pattern := n.Get("sprint_name_pattern"); n.Kind == strictyaml.Mapping && pattern != nil && truthy(pattern) {
		return SprintSource{Rule: sprint.Decode(&r.d, n)}
	}
	var raw struct {
		Pattern any    `yaml:"sprint_name_pattern"` // not a rule
		RepoURL string `yaml:"repoUrl,nullable"`
		Path    string `yaml:"sprintsRelpath,nullable"`
	}
	if r.d.Decode(n, &raw) && raw.RepoURL != "" {
		r.needs(n, "sprintsRelpath", raw.Path)
	}
	return SprintSource{RepoURL: raw.RepoURL, Path: raw.Path}
}

// needs tells that a file on GitHub has no path.
func (r *reader) needs(n *strictyaml.Node, key, value string) {
	if value == "" {
		r.d.Missing(n, key)
	}
}

// truthy tells if Python would take the value for true: what is switched on by
// its presence is off if it is null, false, 0 or empty.
func truthy(n *strictyaml.Node) bool {
	if n == nil {
		return false
	}
	switch n.Kind {
	case strictyaml.Null:
		return false
	case strictyaml.List:
		return len(n.Items) > 0
	case strictyaml.Mapping:
		return len(n.Members) > 0
	case strictyaml.Text:
		return n.Text != ""
	case strictyaml.Bool:
		return n.Text != "false" && n.Text != "False" && n.Text != "FALSE"
	}
	f, ok := n.Float()
	return !ok || f != 0
}
