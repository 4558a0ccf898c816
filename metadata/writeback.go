package metadata

// The sub types of the payloads of [TypeWriteback].
const (
	WritebackLicense        = "license"
	WritebackPackageVersion = "package-version"
)

// LicenseWriteback corrects the licence of a package at the scanner: with both
// licences it replaces, with only the first it removes, with only the second it
// adds.
type LicenseWriteback struct {
	_              struct{} `key:"sub_type package_name package_version license_from license_to"`
	SubType        string   `json:"sub_type" odg:"default=\"license\""`
	PackageName    string   `json:"package_name"`
	PackageVersion *string  `json:"package_version"` // nil means all versions
	LicenseFrom    *string  `json:"license_from"`
	LicenseTo      *string  `json:"license_to"`
}

// PackageVersionWriteback corrects the version of a package at the scanner.
type PackageVersionWriteback struct {
	_                  struct{} `key:"sub_type package_name package_version_from package_version_to"`
	SubType            string   `json:"sub_type" odg:"default=\"package-version\""`
	PackageName        string   `json:"package_name"`
	PackageVersionFrom *string  `json:"package_version_from"` // nil means all versions
	PackageVersionTo   string   `json:"package_version_to"`
}
