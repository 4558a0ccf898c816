package metadata_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/vectors"
	"github.com/opendeliverygear/odg/metadata"
)

func TestNewPayloadFillsNilLists(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	p, err := metadata.NewPayload(metadata.TypeStructureInfo, metadata.StructureInfo{BDBA: metadata.BDBA{PackageName: "p"}})
	is.NoErr(err)
	is.Equal(string(p.Raw()), `{"package_name":"p","package_version":null,"base_url":"","report_url":"","product_id":0,"group_id":0,"licenses":[],"filesystem_paths":[]}`)
	_, err = metadata.NewPayload(metadata.TypeStructureInfo, json.RawMessage(`{"package_name":"p","base_url":"","report_url":"","product_id":0,"group_id":0,"licenses":null,"filesystem_paths":[]}`))
	is.Equal(asError(err).Path, "licenses") // JSON is taken as written
}

func TestNewPayloadKeepsText(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	p, err := metadata.NewPayload(metadata.TypeSAST, metadata.SASTFinding{Severity: "<&>", SASTStatus: "ä", SubType: "\u2028"})
	is.NoErr(err)
	is.Equal(string(p.Raw()), `{"severity":"<&>","sast_status":"ä","sub_type":"\u2028"}`) // no escapes for HTML
}

func TestNewPayloadOfEveryStruct(t *testing.T) {
	t.Parallel()
	asset := metadata.CryptoAsset{AssetType: metadata.AssetCertificate, Properties: metadata.ObjectOf(metadata.Certificate{Kind: "root-ca", ValidityYears: new(metadata.Integer(10))})}
	for name, c := range map[string]struct {
		typ   metadata.Type
		value any
		key   string
	}{
		"vulnerability": {metadata.TypeVulnerability, metadata.VulnerabilityFinding{PackageName: "p", CVE: "c", CVSSScore: new(metadata.Number(7.5))}, "p|None|c"},
		"older":         {metadata.TypeVulnerability, metadata.BDBAVulnerability{BDBA: metadata.BDBA{PackageName: "p", PackageVersion: new("1")}, CVE: "c", CVSS: metadata.ObjectOf(map[string]string{})}, "p|1|c"},
		"license":       {metadata.TypeLicense, metadata.LicenseFinding{BDBA: metadata.BDBA{PackageName: "p"}, License: metadata.License{Name: "l"}}, "p|None|l"},
		"ip":            {metadata.TypeIP, metadata.IPFinding{License: metadata.License{Name: "l"}, Labels: []string{"b", "a"}}, "None|None|l|a,b|"},
		"malware":       {metadata.TypeMalware, metadata.MalwareFinding{Finding: metadata.MalwareDetails{Filename: "f", ContentDigest: "d", Malware: "m"}}, "d|f|m"},
		"codeql":        {metadata.TypeCodeQL, metadata.CodeQLFinding{CodeQLStatus: metadata.CodeQLNotEnabled, RepoURL: "r", Language: "go"}, "not-enabled|r|go"},
		"crypto":        {metadata.TypeCrypto, metadata.CryptoFinding{Standard: "FIPS", Asset: asset}, "FIPS|certificate|root-ca|10|None|None"},
		"crypto asset":  {metadata.TypeCryptoAsset, asset, "certificate|root-ca|10|None|None"},
		"diki":          {metadata.TypeDiki, metadata.DikiFinding{ProviderID: "p", RulesetID: "rs", RuleID: "r", Checks: []metadata.DikiCheck{{Targets: metadata.ObjectOf([]string{})}}}, "p|rs|r"},
		"falco":         {metadata.TypeFalco, metadata.FalcoFinding{Finding: metadata.ObjectOf(metadata.FalcoInteractiveEventGroup{GroupHash: "h", FirstEvent: "2025-01-01", LastEvent: "2025-01-01", Events: []metadata.FalcoEvent{}})}, "h"},
		"kyverno":       {metadata.TypeKyverno, metadata.KyvernoFinding{Finding: metadata.ObjectOf(metadata.KyvernoPolicySummary{GroupHash: "h", Date: "2025-01-01"})}, "h"},
		"ghas":          {metadata.TypeGHAS, metadata.GitHubSecretFinding{HTMLURL: "u", Locations: []metadata.SecretLocation{{LocationType: "commit"}}}, "u"},
		"inventory":     {metadata.TypeInventory, metadata.InventoryFinding{ProviderName: "p", ResourceKind: "k", ResourceName: "n", Attributes: metadata.ObjectOf(map[string]any{})}, "p|k|n"},
		"responsibles":  {metadata.TypeResponsibles, metadata.ResponsibleInfo{ReferencedType: metadata.TypeIP}, "finding/ip"},
		"write-back":    {metadata.TypeWriteback, metadata.LicenseWriteback{SubType: metadata.WritebackLicense, PackageName: "p", LicenseTo: new("l")}, "license|p|None|None|l"},
		"version":       {metadata.TypeWriteback, metadata.PackageVersionWriteback{SubType: metadata.WritebackPackageVersion, PackageName: "p", PackageVersionTo: "2"}, "package-version|p|None|2"},
		"rescoring": {metadata.TypeRescoring, metadata.CustomRescoring{
			Finding: metadata.ObjectOf(metadata.IPRef{PackageName: "p", Labels: []string{"b", "a"}}), ReferencedType: metadata.TypeIP, Severity: "NONE",
			User: metadata.ObjectOf(metadata.GitHubUser{Username: "u", Type: "github-user"}), DueDate: "2025-05-01",
		}, "finding/ip|NONE|u|github-user|None|p|a,b|None|2025-05-01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			p, err := metadata.NewPayload(c.typ, c.value)
			is.NoErr(err)
			key, ok := p.Key()
			is.True(ok)
			is.Equal(key, c.key)
			again, err := metadata.NewPayload(c.typ, p.Raw())
			is.NoErr(err)
			is.Equal(string(again.Raw()), string(p.Raw())) // canonical
		})
	}
}

func TestNewPayloadOfKeylessTypes(t *testing.T) {
	t.Parallel()
	for typ, value := range map[metadata.Type]any{
		metadata.TypeSnapshot:     metadata.ComplianceSnapshot{State: []metadata.SnapshotState{{Timestamp: "2025-01-01", Status: metadata.StatusActive}}},
		metadata.TypeUUID:         metadata.ArtefactUUID{UUID4: "u"},
		metadata.TypeSLAViolation: metadata.SLAViolations{SLAViolations: []metadata.SLAViolation{{Finding: metadata.ObjectOf(metadata.GroupRef{GroupHash: "h"})}}},
		metadata.TypeScanInfo:     map[string]any{},
		metadata.TypeOSID:         metadata.OperatingSystemID{ID: new("alpine")},
	} {
		is := is.New(t)
		p, err := metadata.NewPayload(typ, value)
		is.NoErr(err)
		_, ok := p.Key()
		is.True(!ok) // no key
		e := metadata.Entry{Meta: metadata.Meta{Type: typ}, Data: p}
		is.True(e.DataKeyDigest() == nil)
		is.Equal(e.ReferencedType(), metadata.Type(""))
	}
}

func TestNewPayloadRefuses(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{
		"no JSON":        json.RawMessage(`{`),
		"a channel":      make(chan int),
		"a text":         "x",
		"another struct": metadata.SASTFinding{},
		"bad moment":     metadata.OSIDFinding{EOLDate: "soon"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := metadata.NewPayload(metadata.TypeOSIDFinding, value)
			var fault *metadata.Error
			is.New(t).True(errors.As(err, &fault)) // refused
		})
	}
}

func TestStoredEqualsParsed(t *testing.T) {
	t.Parallel()
	var recorded struct {
		Cases []recordedEntry `json:"cases"`
	}
	vectors.Load(t, "metadata_ids.json", &recorded)
	types := metadata.BuiltinTypes()
	for _, c := range recorded.Cases {
		e, err := metadata.ParseEntry(c.Entry)
		if err != nil {
			continue
		}
		stored := e
		stored.Data = types.Stored(e.Meta.Type, e.Data.Raw())
		is := is.New(t)
		is.Equal(stored.ID(), e.ID()) // id
		is.Equal(cmp.Diff(stored.DataKeyDigest(), e.DataKeyDigest()), "")
		is.Equal(stored.ReferencedType(), e.ReferencedType())
		is.Equal(metadata.ReuseKey(stored), metadata.ReuseKey(e))
		a, okA := stored.Subject()
		b, okB := e.Subject()
		is.Equal(a, b)
		is.Equal(okA, okB)
		is.Equal(string(stored.AppendJSON(nil)), string(e.AppendJSON(nil)))
		stored.Data = stored.Data.Resolved()
		is.Equal(stored.Key(), e.Key())
		is.Equal(string(stored.AppendJSON(nil)), string(e.AppendJSON(nil)))
	}
}

func TestStoredNeverFails(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`{"severity":1}`: "None", `{"key":"k"}`: "k", `{"key":7}`: "None", `[]`: "None", `null`: "None", ``: "None", `{"a`: "None", `"x"`: "None",
	} {
		e := metadata.Entry{Meta: metadata.Meta{Datasource: "d", Type: metadata.TypeSAST}}
		e.Data = metadata.BuiltinTypes().Stored(metadata.TypeSAST, json.RawMessage(raw))
		is := is.New(t)
		is.Equal(e.Key(), "None|None|None|None||d|finding/sast|"+want)
		is.True(e.DataKeyDigest() == nil) // as for a plain object
		_, ok := e.Subject()
		is.True(!ok)
		is.Equal(len(metadata.ReuseKey(e)), 32)
	}
}

func TestZeroPayload(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	out, err := json.Marshal(metadata.Entry{})
	is.NoErr(err)
	is.Equal(string(out), `{"artefact":{"component_name":null,"component_version":null,"artefact":null,"artefact_kind":null,"references":[]},`+
		`"meta":{"datasource":"","type":"","creation_date":null,"last_update":null,"responsibles":null,"assignee_mode":null},`+
		`"data":{},"discovery_date":null,"allowed_processing_time":null}`)
	plain, err := json.Marshal(metadata.Payload{})
	is.NoErr(err)
	is.Equal(string(plain), "{}")
}

func TestDeclare(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	builtin := metadata.BuiltinTypes()
	types, err := builtin.Declare(metadata.TypeSpec{Name: "finding/own", Datasource: "own", Key: []string{"a.b", "n?", "flag?"}})
	is.NoErr(err)
	is.True(types.Known("finding/own"))
	is.True(!builtin.Known("finding/own")) // the builtin types stay as they are
	is.True(builtin.Known(metadata.TypeScanInfo))
	source, ok := types.Datasource("finding/own")
	is.True(ok)
	is.Equal(source, metadata.Datasource("own"))

	raw := json.RawMessage(`{ "n": 7, "a": {"b": "x"}, "flag": true }`)
	p, err := types.NewPayload("finding/own", raw)
	is.NoErr(err)
	is.Equal(string(p.Raw()), string(raw)) // byte for byte
	key, _ := p.Key()
	is.Equal(key, "x|7|True")
	finding := metadata.Entry{Meta: metadata.Meta{Type: "finding/own"}, Data: p}
	is.True(finding.DataKeyDigest() != nil)

	// Rescorings of the type name findings by the key fields.
	rescoring := `{"finding":{"a":{"b":"x"},"n":7,"flag":true},"referenced_type":"finding/own","severity":"s","user":{"username":"u"}}`
	_, err = builtin.NewPayload(metadata.TypeRescoring, json.RawMessage(rescoring))
	is.True(err != nil)
	decision := metadata.Entry{Meta: metadata.Meta{Type: metadata.TypeRescoring}}
	decision.Data, err = types.NewPayload(metadata.TypeRescoring, json.RawMessage(rescoring))
	is.NoErr(err)
	key, _ = decision.DataKey()
	is.Equal(key, "finding/own|s|u|user|None|x|7|True|None|None")
	a, okA := finding.Subject()
	b, okB := decision.Subject()
	is.True(okA && okB)
	is.Equal(a, b)
	// Others are read as before.
	_, err = types.NewPayload(metadata.TypeRescoring, json.RawMessage(`{"finding":{"group_hash":"h"},"referenced_type":"finding/falco","severity":"s","user":{"username":"u"}}`))
	is.NoErr(err)

	again, err := types.Declare(metadata.TypeSpec{Name: "plain"})
	is.NoErr(err)
	p, err = again.NewPayload("plain", json.RawMessage(`{"key":"ignored"}`))
	is.NoErr(err)
	_, ok = p.Key()
	is.True(!ok) // no key was declared
	is.True(again.Known("finding/own"))
}

func TestDeclareRefuses(t *testing.T) {
	t.Parallel()
	for _, spec := range []metadata.TypeSpec{{}, {Name: metadata.TypeOSID}, {Name: metadata.TypeIP}, {Name: "x", Key: []string{"a..b"}}, {Name: "x", Key: []string{""}}} {
		_, err := metadata.BuiltinTypes().Declare(spec)
		is.New(t).True(err != nil)
	}
	types, err := metadata.BuiltinTypes().Declare(metadata.TypeSpec{Name: "x", Key: []string{"a.b"}})
	is.New(t).NoErr(err)
	for raw, path := range map[string]string{`{}`: "a.b", `{"a":1}`: "a.b", `{"a":{"b":{}}}`: "a.b", `{"a":{"b":null}}`: "a.b", `[]`: ""} {
		_, err := types.NewPayload("x", json.RawMessage(raw))
		is.New(t).True(err != nil)
		is.New(t).Equal(asError(err).Path, path)
	}
}
