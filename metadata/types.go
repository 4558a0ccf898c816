package metadata

// Type says what the data of an [Entry] is. Types that are not listed here are
// valid too: they are stored and returned unchanged.
type Type string

// The types that ODG knows.
const (
	TypeScanInfo     Type = "meta/artefact_scan_info"
	TypeSnapshot     Type = "compliance/snapshots"
	TypeRescoring    Type = "rescorings"
	TypeResponsibles Type = "meta/responsibles"
	TypeWriteback    Type = "meta/scanner_writeback"
	TypeUUID         Type = "meta/uuid"
	TypeSLAViolation Type = "sla_violation"

	TypeCodeQL        Type = "finding/codeql"
	TypeCrypto        Type = "finding/crypto"
	TypeDiki          Type = "finding/diki"
	TypeFalco         Type = "finding/falco"
	TypeKyverno       Type = "finding/kyverno"
	TypeGHAS          Type = "finding/ghas"
	TypeInventory     Type = "finding/inventory"
	TypeIP            Type = "finding/ip"
	TypeLicense       Type = "finding/license"
	TypeMalware       Type = "finding/malware"
	TypeOSIDFinding   Type = "finding/osid"
	TypeSAST          Type = "finding/sast"
	TypeVulnerability Type = "finding/vulnerability"

	TypeCryptoAsset   Type = "crypto_asset"
	TypeOSID          Type = "osid"
	TypeStructureInfo Type = "structure_info"
)

// Datasource says who wrote an [Entry]. Other texts are valid too.
type Datasource string

// The datasources that ODG knows.
const (
	SourceEnumerator   Datasource = "artefact-enumerator"
	SourceBDBA         Datasource = "bdba"
	SourceBlackDuck    Datasource = "blackduck"
	SourceClamAV       Datasource = "clamav"
	SourceCodeQL       Datasource = "codeql"
	SourceCrypto       Datasource = "crypto"
	SourceDashboard    Datasource = "delivery-dashboard"
	SourceDiki         Datasource = "diki"
	SourceFalco        Datasource = "falco"
	SourceGHAS         Datasource = "ghas"
	SourceInventory    Datasource = "inventory"
	SourceKyverno      Datasource = "kyverno"
	SourceODG          Datasource = "odg"
	SourceOSID         Datasource = "osid"
	SourceResponsibles Datasource = "responsibles"
	SourceSAST         Datasource = "sast"
	SourceSBOM         Datasource = "sbom-generator"
	SourceSLAProfiler  Datasource = "sla-violation-profiler"
)
