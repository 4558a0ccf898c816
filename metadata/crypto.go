package metadata

// The asset types of a [CryptoAsset].
const (
	AssetAlgorithm             = "algorithm"
	AssetCertificate           = "certificate"
	AssetLibrary               = "library"
	AssetProtocol              = "protocol"
	AssetRelatedCryptoMaterial = "related-crypto-material"
)

// CryptoFinding is a use of cryptography that a standard does not allow.
type CryptoFinding struct {
	_        struct{}    `key:"standard asset"`
	Severity string      `json:"severity"`
	Standard string      `json:"standard"`
	Asset    CryptoAsset `json:"asset"`
	Summary  *string     `json:"summary"`
}

// CryptoRef names a [CryptoFinding] in a rescoring.
type CryptoRef struct {
	_        struct{}    `key:"standard asset"`
	Standard string      `json:"standard"`
	Asset    CryptoAsset `json:"asset"`
}

// CryptoAsset is a use of cryptography. Its properties are the first of
// [Algorithm], [Certificate], [Library], [RelatedCryptoMaterial] and [Protocol]
// that fits, whatever the asset type says. A library without the key "version"
// therefore counts as an algorithm, as it does in existing databases.
type CryptoAsset struct {
	_          struct{} `key:"asset_type properties"`
	Names      []string `json:"names"`
	Locations  []string `json:"locations"`
	AssetType  string   `json:"asset_type"`
	Properties Object   `json:"properties" odg:"is=properties"`
}

// Algorithm are the properties of an algorithm.
type Algorithm struct {
	_                      struct{} `key:"name primitive parameter_set_identifier curve padding"`
	Name                   string   `json:"name"`
	Primitive              *string  `json:"primitive"`
	ParameterSetIdentifier *string  `json:"parameter_set_identifier"`
	Curve                  *string  `json:"curve"`
	Padding                *string  `json:"padding"`
}

// Certificate are the properties of a certificate; its kind is root-ca,
// intermediate-ca or end-user.
type Certificate struct {
	_                     struct{} `key:"kind validity_years signature_algorithm_ref subject_public_key_ref"`
	Kind                  string   `json:"kind"`
	ValidityYears         *Integer `json:"validity_years"`
	SignatureAlgorithmRef *string  `json:"signature_algorithm_ref"`
	SubjectPublicKeyRef   *string  `json:"subject_public_key_ref"`
}

// Library are the properties of a cryptographic library.
type Library struct {
	_       struct{} `key:"name version"`
	Name    string   `json:"name"`
	Version *string  `json:"version"`
}

// RelatedCryptoMaterial are the properties of a key, a seed and the like. Its
// size is in bits.
type RelatedCryptoMaterial struct {
	_            struct{} `key:"type algorithm_ref curve size"`
	Type         *string  `json:"type"`
	AlgorithmRef *string  `json:"algorithm_ref"`
	Curve        *string  `json:"curve"`
	Size         *Integer `json:"size"`
}

// Protocol are the properties of a protocol.
type Protocol struct {
	_       struct{} `key:"type version"`
	Type    *string  `json:"type"`
	Version *string  `json:"version"`
}
