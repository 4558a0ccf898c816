package metadata

// What an [OSIDFinding] says of an operating system, in its field OSStatus.
const (
	OSNoBranchInfo             = "noBranchInfo"
	OSNoReleaseInfo            = "noReleaseInfo"
	OSUnableToCompareVersion   = "unableToCompareVersion"
	OSBranchReachedEOL         = "branchReachedEol"
	OSUpdateAvailableForBranch = "updateAvailableForBranch"
	OSEmptyOSID                = "emptyOsId"
	OSPatchlevelBehind         = "patchlevelBehind"
	OSUpToDate                 = "upToDate"
	OSDistroless               = "distroless"
)

// OSIDFinding is an operating system that is too old or unknown.
type OSIDFinding struct {
	_               struct{}          `key:"osid.ID"`
	Severity        string            `json:"severity"`
	OSID            OperatingSystemID `json:"osid"`
	OSStatus        string            `json:"os_status"`
	GreatestVersion *string           `json:"greatest_version"`
	EOLDate         Timestamp         `json:"eol_date" odg:"null"`
}

// OperatingSystemID is what an image says of its operating system: the fields of
// its os-release file (freedesktop.org), nil where it has none. It is also the
// payload of [TypeOSID].
type OperatingSystemID struct {
	Name            *string `json:"NAME"`
	ID              *string `json:"ID"`
	PrettyName      *string `json:"PRETTY_NAME"`
	CPEName         *string `json:"CPE_NAME"`
	Variant         *string `json:"VARIANT"`
	VariantID       *string `json:"VARIANT_ID"`
	Version         *string `json:"VERSION"`
	VersionID       *string `json:"VERSION_ID"`
	VersionCodename *string `json:"VERSION_CODENAME"`
	BuildID         *string `json:"BUILD_ID"`
	ImageID         *string `json:"IMAGE_ID"`
	ImageVersion    *string `json:"IMAGE_VERSION"`
}

// OSIDRef names an [OSIDFinding] in a rescoring; only the ID counts.
type OSIDRef struct {
	_    struct{}          `key:"osid.ID"`
	OSID OperatingSystemID `json:"osid"`
}
