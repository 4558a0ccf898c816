package metadata_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

func shop() artefact.ID {
	return artefact.ID{
		ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new("web"), Version: new("1.4.2"), Type: new("ociImage")},
	}
}

func ExampleNewPayload() {
	data, err := metadata.NewPayload(metadata.TypeOSIDFinding, metadata.OSIDFinding{
		Severity: "eol",
		OSID:     metadata.OperatingSystemID{ID: new("alpine"), VersionID: new("3.12")},
		OSStatus: metadata.OSBranchReachedEOL,
		EOLDate:  "2022-05-01",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	e := metadata.Entry{
		Artefact: shop(),
		Meta:     metadata.Meta{Datasource: metadata.SourceOSID, Type: metadata.TypeOSIDFinding},
		Data:     data,
	}
	fmt.Println(e.Key())
	fmt.Println(e.ID())
	// Output:
	// acme.org/shop|1.0.0|web|1.4.2|ociImage||resource||osid|finding/osid|alpine
	// 7465e29e1fc31dcaa35b1a7361cb4569
}

func ExampleParseEntry() {
	e, err := metadata.ParseEntry([]byte(`{
		"artefact": {"component_name": "acme.org/shop", "artefact": {"artefact_name": "web"}},
		"meta": {"datasource": "sast", "type": "finding/sast", "creation_date": "2025-01-01T10:00Z"},
		"data": {"sub_type": "local-linting", "sast_status": "no-linter", "severity": "BLOCKER", "note": 7}
	}`))
	fmt.Println(err, e.Meta.CreationDate, e.Specificity())
	fmt.Println(string(e.Data.Raw()))
	// Output:
	// <nil> 2025-01-01T10:00:00+00:00 artefact
	// {"severity":"BLOCKER","sast_status":"no-linter","sub_type":"local-linting","note":7}
}

func ExampleTypes_ParseEntries() {
	_, err := metadata.BuiltinTypes().ParseEntries([]byte(`{"entries": [{
		"artefact": {}, "meta": {"datasource": "trivy", "type": "finding/vulnerability"},
		"data": {"severity": "HIGH", "package_name": "openssl", "cvss_score": 7.5}
	}]}`))
	fmt.Println(err)
	// Output:
	// entries[0].data.cve: is missing
}

func ExampleTypes_Declare() {
	types, err := metadata.BuiltinTypes().Declare(metadata.TypeSpec{
		Name: "finding/secret", Datasource: "trufflehog", Key: []string{"detector", "location.file", "location.line?"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := types.NewPayload("finding/secret", json.RawMessage(`{"detector":"aws","location":{"file":"main.go"}}`))
	key, _ := data.Key()
	fmt.Println(key, err)
	_, err = types.NewPayload("finding/secret", json.RawMessage(`{"detector":"aws"}`))
	fmt.Println(err)
	// Output:
	// aws|main.go|None <nil>
	// location.file: is missing
}

func ExampleRetention_Reuse() {
	stored := []metadata.Candidate{
		{LastUpdate: "2025-06-01T00:00:00", DiscoveryDate: "2025-05-01"},
		{LastUpdate: "2025-01-01T00:00:00", DiscoveryDate: "2024-12-24"},
	}
	now := time.Date(2025, 6, 2, 0, 0, 0, 0, time.UTC)
	fmt.Println(metadata.DefaultRetention.Reuse(now, nil, stored))
	fmt.Println(metadata.Retention{MaxReuse: time.Hour}.Reuse(now, nil, stored) == "")
	// Output:
	// 2025-05-01
	// true
}
