package metadata

// License is a licence by its name, and its id at the scanner.
type License struct {
	Name string  `json:"name"`
	ID   *string `json:"id"`
}

// LicenseFinding is a licence of a package that must not be there.
type LicenseFinding struct {
	_ struct{} `key:"package_name package_version license.name"`
	BDBA
	Severity string  `json:"severity"`
	License  License `json:"license"`
}

// LicenseRef names a licence finding in a rescoring.
type LicenseRef struct {
	_           struct{} `key:"package_name license.name"`
	PackageName string   `json:"package_name"`
	License     License  `json:"license"`
}

// PolicyViolation is the rule that an [IPFinding] breaks.
type PolicyViolation struct {
	Name string  `json:"name"`
	ID   *string `json:"id"`
	URL  *string `json:"url"`
}

// IPFinding is a licence that an intellectual-property policy does not allow.
type IPFinding struct {
	_               struct{}        `key:"package_name package_version license.name labels policy_violation.name"`
	Severity        string          `json:"severity"`
	PackageName     *string         `json:"package_name"`
	PackageVersion  *string         `json:"package_version"`
	License         License         `json:"license"`
	PolicyViolation PolicyViolation `json:"policy_violation"`
	Labels          []string        `json:"labels"`
	Host            string          `json:"host"`
	Href            *string         `json:"href"`
}

// IPRef names an intellectual-property finding in a rescoring. Its labels count
// in any order.
type IPRef struct {
	_           struct{} `key:"package_name license.name? labels"`
	PackageName string   `json:"package_name"`
	License     *License `json:"license"`
	Labels      []string `json:"labels"`
}

// StructureInfo says which package a scanner saw, and where in the artefact.
type StructureInfo struct {
	_ struct{} `key:"package_name package_version"`
	BDBA
	Licenses        []License        `json:"licenses"`
	FilesystemPaths []FilesystemPath `json:"filesystem_paths"`
}

// FilesystemPath is a file by the archives that lead to it, outermost first.
type FilesystemPath struct {
	Path   []PathStep `json:"path"`
	Digest string     `json:"digest"`
}

// PathStep is a file or archive on a [FilesystemPath].
type PathStep struct {
	Path string `json:"path"`
	Type string `json:"type"`
}
