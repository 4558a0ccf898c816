package extcfg

import (
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/findingcfg"
)

// Unsupported says what an extension does with an artefact that it cannot work on.
type Unsupported string

// What to do with an unsupported artefact.
const (
	UnsupportedFail    Unsupported = "fail"
	UnsupportedIgnore  Unsupported = "ignore"
	UnsupportedWarning Unsupported = "warning"
)

// Validate returns an error that names the ways if u is none of them.
func (u Unsupported) Validate() error {
	switch u {
	case UnsupportedFail, UnsupportedIgnore, UnsupportedWarning:
		return nil
	}
	return fmt.Errorf("on_unsupported %q is unknown, want one of fail, ignore, warning", string(u))
}

// Scanner is what extensions have that look at artefacts again and again.
type Scanner struct {
	Connected
	// Interval is the time between two scans of one artefact.
	Interval time.Duration `yaml:"interval" unit:"s" default:"86400"`
	// OnUnsupported says what to do with artefacts that cannot be scanned.
	OnUnsupported Unsupported `yaml:"on_unsupported" default:"warning"`
}

func (s *Scanner) interval() time.Duration { return s.Interval }

// BDBA scans for vulnerabilities and licenses with Black Duck Binary Analysis.
type BDBA struct {
	Scanner
	Mappings []BDBAMapping `yaml:"mappings,required"`
}

// BDBAMapping says how artefacts of some components are scanned.
type BDBAMapping struct {
	Prefixed
	GroupID int `yaml:"group_id,required"`
	// AWSSecretName is for artefacts on S3, or empty.
	AWSSecretName  string `yaml:"aws_secret_name,nullable"`
	ProcessingMode string `yaml:"processing_mode" default:"rescan"`
}

// Mapping returns the mapping of a component, see [ErrNoMapping].
func (b *BDBA) Mapping(component string) (BDBAMapping, error) {
	return first("bdba", b.Mappings, component)
}

// BlackDuck scans with Black Duck SCA.
type BlackDuck struct {
	Scanner
	Mappings   []BlackDuckMapping `yaml:"mappings,required"`
	LabelRules []LabelRule        `yaml:"label_rules,nullable"`
}

// BlackDuckMapping says how artefacts of some components are scanned.
type BlackDuckMapping struct {
	Prefixed
	Targets       []BlackDuckTarget `yaml:"targets"`
	AWSSecretName string            `yaml:"aws_secret_name,nullable"`
	// DeduplicateVersions scans an artefact once, whatever component version it is in.
	DeduplicateVersions bool `yaml:"deduplicate_across_component_versions" default:"true"`
	CleanupDeprecated   bool `yaml:"cleanup_deprecated_project_versions" default:"false"`
}

// BlackDuckTarget is where projects are kept.
type BlackDuckTarget struct {
	GroupID ID     `yaml:"group_id"`
	Host    string `yaml:"host"`
	// DistributionMode overrides that of the project, or is empty.
	DistributionMode string `yaml:"distribution_mode_overwrite,nullable"`
}

// LabelRule gives a label to IP findings.
type LabelRule struct {
	Name     string        `yaml:"name,required"`
	Selector LabelSelector `yaml:"selector"`
}

// LabelSelector picks IP findings. The zero Pattern is no criterion.
type LabelSelector struct {
	Host              findingcfg.Pattern `yaml:"host"`
	PolicyViolationID findingcfg.Pattern `yaml:"policy_violation_id"`
	LicenseName       findingcfg.Pattern `yaml:"license_name"`
}

// Mapping returns the mapping of a component, see [ErrNoMapping].
func (b *BlackDuck) Mapping(component string) (BlackDuckMapping, error) {
	return first("blackduck", b.Mappings, component)
}

// ClamAV scans for malware.
type ClamAV struct {
	Scanner
	Mappings []ClamAVMapping `yaml:"mappings,required"`
}

// ClamAVMapping says how artefacts of some components are scanned.
type ClamAVMapping struct {
	Prefixed
	AWSSecretName string `yaml:"aws_secret_name,nullable"`
}

// Mapping returns the mapping of a component, see [ErrNoMapping].
func (c *ClamAV) Mapping(component string) (ClamAVMapping, error) {
	return first("clamav", c.Mappings, component)
}

// Crypto finds cryptography and judges it by standards.
type Crypto struct {
	Scanner
	Mappings []CryptoMapping `yaml:"mappings,required"`
}

// CryptoMapping says how artefacts of some components are judged.
type CryptoMapping struct {
	Prefixed
	// Standards are as written: {name, version, ref}, or a standard itself.
	Standards []map[string]any `yaml:"standards,required"`
	// Libraries are as written: names, or {ref}.
	Libraries []any `yaml:"libraries,required"`
	// AssetTypes are those that are reported; nil means all.
	AssetTypes    []string `yaml:"included_asset_types,nullable" absent:"null"`
	AWSSecretName string   `yaml:"aws_secret_name,nullable"`
}

// Mapping returns the mapping of a component, see [ErrNoMapping].
func (c *Crypto) Mapping(component string) (CryptoMapping, error) {
	return first("crypto", c.Mappings, component)
}

// OSID identifies operating systems and their end of life.
type OSID struct{ Scanner }

// SAST looks for evidence of static analysis.
type SAST struct{ Scanner }

// GHAS takes over alerts of GitHub Advanced Security. It runs on a schedule.
type GHAS struct {
	Connected
	Instances     []GitHubInstance `yaml:"github_instances"`
	OnUnsupported Unsupported      `yaml:"on_unsupported" default:"warning"`
	Schedule      string           `yaml:"schedule" default:"0 0 * * *"`
	History
}

// GitHubInstance names organisations of a GitHub.
type GitHubInstance struct {
	Hostname string   `yaml:"hostname,required"`
	Orgs     []string `yaml:"orgs"`
}

// SBOMGenerator makes software bills of materials.
type SBOMGenerator struct {
	Scanner
	Mappings        []SBOMMapping `yaml:"mappings,nullable"`
	CreateIfMissing bool          `yaml:"create_new_scan_if_missing" default:"false"`
	// OutputFormat is cyclonedx, spdx or bdio.
	OutputFormat string `yaml:"output_format" default:"cyclonedx" oneof:"cyclonedx spdx bdio"`
	// ProcessingMode is rescan or force_upload.
	ProcessingMode string `yaml:"processing_mode" default:"force_upload" oneof:"rescan force_upload"`
	// GenerationMode is syft or bdba.
	GenerationMode string `yaml:"generation_mode" default:"syft" oneof:"syft bdba"`
}

// SBOMMapping says how artefacts of some components are read.
type SBOMMapping struct {
	Prefixed
	// GroupID is that of BDBA, or nil.
	GroupID       *int   `yaml:"group_id"`
	AWSSecretName string `yaml:"aws_secret_name,nullable"`
}

// Mapping returns the mapping of a component, see [ErrNoMapping].
func (s *SBOMGenerator) Mapping(component string) (SBOMMapping, error) {
	return first("sbom_generator", s.Mappings, component)
}
