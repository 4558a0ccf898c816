package metadata_test

import (
	"encoding/json"
	"fmt"
	"log"
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

func ExampleReuseKey() {
	key := func(version, datasource string) string {
		e, err := metadata.ParseEntry([]byte(`{
			"artefact": {"component_name": "acme.org/shop", "artefact": {"artefact_name": "web", "artefact_version": "` + version + `"}},
			"meta": {"datasource": "` + datasource + `", "type": "finding/sast"},
			"data": {"sub_type": "local-linting", "sast_status": "no-linter", "severity": "BLOCKER"}}`))
		if err != nil {
			log.Fatal(err)
		}
		return metadata.ReuseKey(e)
	}
	fmt.Println(key("1.4.2", "sast"))
	fmt.Println(key("1.5.0", "another") == key("1.4.2", "sast")) // the same in another version
	// Output:
	// c123ba255452ad4638e9ecebe3814e77
	// true
}

func ExampleEntry_Subject() {
	finding, err := metadata.NewPayload(metadata.TypeOSIDFinding, metadata.OSIDFinding{
		Severity: "eol", OSID: metadata.OperatingSystemID{ID: new("alpine"), VersionID: new("3.12")}, OSStatus: metadata.OSBranchReachedEOL,
	})
	if err != nil {
		log.Fatal(err)
	}
	rescoring, err := metadata.NewPayload(metadata.TypeRescoring, metadata.CustomRescoring{
		Finding:        metadata.ObjectOf(metadata.OSIDRef{OSID: metadata.OperatingSystemID{ID: new("alpine")}}),
		ReferencedType: metadata.TypeOSIDFinding, Severity: "accepted", User: metadata.ObjectOf(metadata.User{Username: "ada", Type: "user"}),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(metadata.Entry{Meta: metadata.Meta{Type: metadata.TypeOSIDFinding}, Data: finding}.Subject())
	fmt.Println(metadata.Entry{Meta: metadata.Meta{Type: metadata.TypeRescoring}, Data: rescoring}.Subject())
	// Output:
	// alpine true
	// alpine true
}

func ExampleTimestamp_Time() {
	for _, text := range []string{"2025-01-01", "2025-01-01T10:00:00", "2025-01-01T10:00+02:00"} {
		t, err := metadata.ParseTimestamp(text)
		if err != nil {
			log.Fatal(err)
		}
		at, err := t.Time()
		fmt.Println(t, "is", at.Format(time.RFC3339), err)
	}
	_, err := metadata.ParseTimestamp("yesterday")
	fmt.Println(err)
	// Output:
	// 2025-01-01T00:00:00 is 2025-01-01T00:00:00Z <nil>
	// 2025-01-01T10:00:00 is 2025-01-01T10:00:00Z <nil>
	// 2025-01-01T10:00:00+02:00 is 2025-01-01T08:00:00Z <nil>
	// timestamp "yesterday": no ISO 8601 date or time, want YYYY-MM-DDThh:mm:ss and an optional offset
}

func ExampleBuiltinTypes() {
	types := metadata.BuiltinTypes()
	datasource, isFinding := types.Datasource(metadata.TypeMalware)
	fmt.Println(datasource, isFinding, types.Known("finding/secret"))
	// Output:
	// clamav true false
}
