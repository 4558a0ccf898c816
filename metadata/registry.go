package metadata

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// Types knows the types of payloads, what they must look like, and their keys.
// Types that it does not know are plain objects: kept byte for byte, with their
// member "key" as key. It does not change and is safe for concurrent use.
type Types struct {
	forms   map[Type]form
	sources map[Type]Datasource
	// rescored holds the form of rescorings of each declared type.
	rescored map[Type]form
}

var builtin = newBuiltinTypes()

// BuiltinTypes returns the types that ODG knows without configuration.
func BuiltinTypes() *Types { return builtin }

func newBuiltinTypes() *Types {
	s := newSchema()
	return &Types{
		sources: findingSources,
		forms: map[Type]form{
			TypeVulnerability: &vulnerabilityForm{newer: s.class(VulnerabilityFinding{}), older: s.class(BDBAVulnerability{})},
			TypeLicense:       s.class(LicenseFinding{}),
			TypeIP:            s.class(IPFinding{}),
			TypeMalware:       s.class(MalwareFinding{}),
			TypeSAST:          s.class(SASTFinding{}),
			TypeCodeQL:        s.class(CodeQLFinding{}),
			TypeOSIDFinding:   s.class(OSIDFinding{}),
			TypeCrypto:        s.class(CryptoFinding{}),
			TypeDiki:          s.class(DikiFinding{}),
			TypeFalco:         s.class(FalcoFinding{}),
			TypeKyverno:       s.class(KyvernoFinding{}),
			TypeGHAS:          s.class(GitHubSecretFinding{}),
			TypeInventory:     s.class(InventoryFinding{}),
			TypeStructureInfo: s.class(StructureInfo{}),
			TypeCryptoAsset:   s.class(CryptoAsset{}),
			TypeResponsibles:  s.class(ResponsibleInfo{}),
			TypeRescoring:     s.class(CustomRescoring{}),
			TypeSnapshot:      s.class(ComplianceSnapshot{}),
			TypeUUID:          s.class(ArtefactUUID{}),
			TypeSLAViolation:  s.class(SLAViolations{}),
			TypeWriteback:     s.oneOf(PackageVersionWriteback{}, LicenseWriteback{}),
		},
	}
}

// TypeSpec declares a type by configuration.
type TypeSpec struct {
	Name       Type
	Datasource Datasource
	// Key lists the members that make up the data key, in order, as dotted paths
	// such as finding.name. Behind a path, a question mark allows it to be null or
	// missing, which is written as None. No paths: the type has no key.
	Key []string
}

// Declare returns types that also know spec. Payloads of the type are kept byte
// for byte. Types that ODG knows itself cannot be declared.
func (ts *Types) Declare(spec TypeSpec) (*Types, error) {
	if spec.Name == "" {
		return nil, errors.New("declare type: it has no name")
	}
	if builtin.Known(spec.Name) {
		return nil, fmt.Errorf("declare type %q: ODG knows this type itself", spec.Name)
	}
	f, err := newDeclaredForm(spec.Key)
	if err != nil {
		return nil, fmt.Errorf("declare type %q: %w", spec.Name, err)
	}
	out := &Types{forms: maps.Clone(ts.forms), sources: maps.Clone(ts.sources), rescored: maps.Clone(ts.rescored)}
	out.forms[spec.Name] = f
	out.sources[spec.Name] = spec.Datasource
	if out.rescored == nil {
		out.rescored = map[Type]form{}
	}
	out.rescored[spec.Name] = rescoringOf(ts.forms[TypeRescoring].(*class), f)
	return out, nil
}

// Known tells if t is a type of ODG or a declared one.
func (ts *Types) Known(t Type) bool {
	_, known := ts.forms[t]
	return known || t == TypeScanInfo || t == TypeOSID
}

// Datasource returns the datasource that finds findings of type t, false if t is
// no finding type of ODG and not declared.
func (ts *Types) Datasource(t Type) (Datasource, bool) {
	d, ok := ts.sources[t]
	return d, ok
}

// payload reads a payload from valid JSON.
func (ts *Types) payload(t Type, raw json.RawMessage, m mode) (Payload, error) {
	if rawjson.Kind(raw) != "object" {
		return Payload{}, &Error{Err: wrongType("an object", raw)}
	}
	f := ts.form(t, raw)
	if f == nil {
		key, state, err := plainKey(raw)
		return Payload{raw: raw, key: key, state: state}, err
	}
	out, err := f.appendTo(make([]byte, 0, len(raw)+64), raw, m)
	if err != nil {
		return Payload{}, err
	}
	p := Payload{raw: out, types: ts}
	if f.hasKey() {
		p.key, p.state = string(f.appendKey(make([]byte, 0, 96), out, false)), keyOfClass
	}
	return p, nil
}

// form returns the form of a payload, nil for plain objects.
func (ts *Types) form(t Type, raw json.RawMessage) form {
	if t == TypeRescoring && len(ts.rescored) > 0 {
		value, _ := rawjson.Lookup(raw, "referenced_type")
		if len(value) > 0 {
			about, _ := rawjson.String(value)
			if f, ok := ts.rescored[Type(about)]; ok {
				return f
			}
		}
	}
	return ts.forms[t]
}

// Stored returns a payload that a database already holds. It never fails: what
// its type does not accept keeps its bytes, and has the key of a plain object.
// Nothing is read before a key is asked for, so streaming rows costs nothing.
// raw must be JSON and must not change.
func (ts *Types) Stored(t Type, raw json.RawMessage) Payload {
	return Payload{raw: raw, state: keyLazy, types: ts, typ: t}
}

// storedKey finds the key of a stored payload: that of its class if it fits
// without unknown fields or with them, else that of a plain object.
func (ts *Types) storedKey(t Type, raw json.RawMessage) (string, keyState) {
	if !json.Valid(raw) || rawjson.Kind(raw) != "object" {
		return "", keyNone
	}
	p, err := ts.payload(t, raw, mode{})
	if err != nil {
		key, state, _ := plainKey(raw)
		return key, state
	}
	return p.key, p.state
}
