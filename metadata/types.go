package metadata

import "strings"

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

// IsFinding tells if entries of type t are findings, that is, if they have a
// severity and a due date. Declared types count by their name too.
func (t Type) IsFinding() bool { return strings.HasPrefix(string(t), "finding/") }

var findingSources = map[Type]Datasource{
	TypeCodeQL:        SourceCodeQL,
	TypeCrypto:        SourceCrypto,
	TypeDiki:          SourceDiki,
	TypeFalco:         SourceFalco,
	TypeGHAS:          SourceGHAS,
	TypeInventory:     SourceInventory,
	TypeIP:            SourceBlackDuck,
	TypeKyverno:       SourceKyverno,
	TypeLicense:       SourceBDBA,
	TypeMalware:       SourceClamAV,
	TypeOSIDFinding:   SourceOSID,
	TypeSAST:          SourceSAST,
	TypeVulnerability: SourceBDBA,
}

// FindingTypeDatasource returns the datasource that finds findings of type t in
// ODG's own extensions, false if t is no finding type of ODG. Vulnerabilities may
// come from others too.
func FindingTypeDatasource(t Type) (Datasource, bool) {
	d, ok := findingSources[t]
	return d, ok
}

// DatasourceTypes returns the types whose summaries are out of date after a scan
// by d, in a fixed order; none for unknown datasources.
func DatasourceTypes(d Datasource) []Type {
	switch d {
	case SourceBDBA:
		return []Type{TypeLicense, TypeStructureInfo, TypeVulnerability}
	case SourceBlackDuck:
		return []Type{TypeIP}
	case SourceClamAV:
		return []Type{TypeMalware}
	case SourceCodeQL:
		return []Type{TypeCodeQL}
	case SourceCrypto:
		return []Type{TypeCrypto, TypeCryptoAsset}
	case SourceDiki:
		return []Type{TypeDiki}
	case SourceFalco:
		return []Type{TypeFalco}
	case SourceGHAS:
		return []Type{TypeGHAS}
	case SourceInventory:
		return []Type{TypeInventory}
	case SourceKyverno:
		return []Type{TypeKyverno}
	case SourceOSID:
		return []Type{TypeOSID, TypeOSIDFinding}
	case SourceResponsibles:
		return []Type{TypeResponsibles}
	case SourceSAST:
		return []Type{TypeSAST}
	}
	return nil
}
