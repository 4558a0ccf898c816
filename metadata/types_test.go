package metadata_test

import (
	"encoding/json"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

func TestDatasources(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for typ := range classes {
		source, ok := metadata.FindingTypeDatasource(typ)
		is.Equal(ok, typ.IsFinding()) // every finding type has a datasource
		found := false
		for _, other := range metadata.DatasourceTypes(source) {
			found = found || other == typ
		}
		is.Equal(found, ok) // which is invalidated by it
		is.True(metadata.BuiltinTypes().Known(typ))
	}
	is.Equal(metadata.DatasourceTypes(metadata.SourceOSID), []metadata.Type{metadata.TypeOSID, metadata.TypeOSIDFinding})
	is.Equal(metadata.DatasourceTypes(metadata.SourceResponsibles), []metadata.Type{metadata.TypeResponsibles})
	is.Equal(len(metadata.DatasourceTypes("trivy")), 0)
	source, ok := metadata.BuiltinTypes().Datasource(metadata.TypeLicense)
	is.True(ok)
	is.Equal(source, metadata.SourceBDBA)
}

func TestSpecificity(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	id := artefact.ID{ComponentName: new("c"), Artefact: &artefact.LocalID{Name: new("n"), Version: new("1")}}
	is.Equal(metadata.Entry{Artefact: id}.Specificity(), metadata.Single)
	id.Artefact.Version = new("")
	is.Equal(metadata.Entry{Artefact: id}.Specificity(), metadata.Artefact)
	id.Artefact = nil
	is.Equal(metadata.Entry{Artefact: id}.Specificity(), metadata.Component)
	id.ComponentName = new("")
	is.Equal(metadata.Entry{Artefact: id}.Specificity(), metadata.Global)
	is.Equal(metadata.Specificity(9).String(), "Specificity(9)")
}

func TestNumbersOfExistingData(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var got struct {
		A, B, C, D metadata.Integer
		E, F, G, H metadata.Number
	}
	is.NoErr(json.Unmarshal([]byte(`{"A":7,"B":true,"C":false,"D":null,"E":7.5,"F":true,"G":false,"H":null}`), &got))
	is.Equal([]metadata.Integer{got.A, got.B, got.C, got.D}, []metadata.Integer{7, 1, 0, 0})
	is.Equal([]metadata.Number{got.E, got.F, got.G, got.H}, []metadata.Number{7.5, 1, 0, 0})
	is.True(json.Unmarshal([]byte(`{"A":7.5}`), &got) != nil)
	is.True(json.Unmarshal([]byte(`{"E":"x"}`), &got) != nil)
}

func TestScore(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]float64{
		`{"cvss_score":7,"cvss_v3_score":3}`: 7, `{"cvss_v3_score":3.5}`: 3.5, `{"cvss_score":null}`: 0,
	} {
		var f metadata.VulnerabilityFinding
		is := is.New(t)
		is.NoErr(json.Unmarshal([]byte(in), &f))
		is.Equal(f.Score(), want)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for in, want := range map[string]metadata.Status{
		`"active"`: metadata.StatusActive, `"other"`: metadata.StatusText("other"), `3`: metadata.StatusCount(3), `null`: {},
	} {
		var got metadata.Status
		is.NoErr(json.Unmarshal([]byte(in), &got))
		is.True(got == want)
		out, err := json.Marshal(got)
		is.NoErr(err)
		is.Equal(string(out), in)
	}
	var got metadata.Status
	is.True(json.Unmarshal([]byte(`[]`), &got) != nil)
	s, ok := metadata.StatusInactive.Text()
	is.True(ok)
	is.Equal(s, "inactive")
	_, ok = metadata.StatusInactive.Count()
	is.True(!ok)
	n, ok := metadata.StatusCount(5).Count()
	is.True(ok)
	is.Equal(n, int64(5))
}

func TestObject(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var f metadata.FalcoFinding
	is.NoErr(json.Unmarshal([]byte(`{"finding":{"group_hash":"h"}}`), &f))
	var group metadata.GroupRef
	is.NoErr(f.Finding.Decode(&group))
	is.Equal(group.GroupHash, "h")
	is.True(!f.Finding.IsNull())
	is.NoErr(json.Unmarshal([]byte(`{"finding":null}`), &f))
	is.True(f.Finding.IsNull())
	var empty metadata.Object
	is.True(empty.IsNull())
	is.True(metadata.ObjectOf(make(chan int)).Decode(&group) != nil)
}

func TestSubject(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		finding    string
		typ        metadata.Type
		ref        string
		sameThings bool
	}{
		"vulnerability": {`{"severity":"s","package_name":"p","package_version":"1","cve":"c","cvss_score":1}`, metadata.TypeVulnerability, `{"package_name":"p","cve":"c"}`, true},
		"another one":   {`{"severity":"s","package_name":"p","package_version":"1","cve":"c","cvss_score":1}`, metadata.TypeVulnerability, `{"package_name":"p","cve":"d"}`, false},
		"not a vulnerability": {`{"severity":"s","package_name":"p","package_version":"1","cve":"c","cvss_score":1}`,
			metadata.TypeVulnerability, `{"group_hash":"c"}`, false},
		"labels":       {`{"severity":"s","package_name":"p","license":{"name":"l"},"policy_violation":{"name":"v"},"labels":["b","a"],"host":"h"}`, metadata.TypeIP, `{"package_name":"p","labels":["a","b"]}`, true},
		"other labels": {`{"severity":"s","package_name":"p","license":{"name":"l"},"policy_violation":{"name":"v"},"labels":["b","a"],"host":"h"}`, metadata.TypeIP, `{"package_name":"p","labels":["a"]}`, false},
		"other system": {`{"severity":"s","os_status":"x","osid":{"ID":"debian","NAME":"n"}}`, metadata.TypeOSIDFinding, `{"osid":{"ID":"alpine"}}`, false},
		"licence of any version": {`{"severity":"s","package_name":"p","package_version":"1","license":{"name":"MIT","id":"7"},"base_url":"","report_url":"","product_id":1,"group_id":1}`,
			metadata.TypeLicense, `{"package_name":"p","license":{"name":"MIT"}}`, true},
		"other licence": {`{"severity":"s","package_name":"p","license":{"name":"MIT"},"base_url":"","report_url":"","product_id":1,"group_id":1}`,
			metadata.TypeLicense, `{"package_name":"p","license":{"name":"BSD"}}`, false},
		"malware, whatever the context": {`{"severity":"s","finding":{"filename":"f","content_digest":"d","malware":"m","context":"x"},"octets_count":1,"scan_duration_seconds":0.5}`,
			metadata.TypeMalware, `{"filename":"f","content_digest":"d","malware":"m"}`, true},
		"system": {`{"severity":"s","os_status":"x","osid":{"ID":"debian","NAME":"n"}}`, metadata.TypeOSIDFinding, `{"osid":{"ID":"debian"}}`, true},
		"codeql": {`{"severity":"s","codeql_status":"not-enabled","repo_url":"r","language":"go"}`, metadata.TypeCodeQL, `{"codeql_status":"not-enabled","repo_url":"r","language":"go"}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			finding := metadata.Entry{Meta: metadata.Meta{Type: c.typ}}
			var err error
			finding.Data, err = metadata.NewPayload(c.typ, json.RawMessage(c.finding))
			is.NoErr(err)
			decision := metadata.Entry{Meta: metadata.Meta{Type: metadata.TypeRescoring}}
			decision.Data, err = metadata.NewPayload(metadata.TypeRescoring, json.RawMessage(
				`{"finding":`+c.ref+`,"referenced_type":"`+string(c.typ)+`","severity":"s","user":{"username":"u"}}`))
			is.NoErr(err)
			a, okA := finding.Subject()
			b, okB := decision.Subject()
			is.True(okA)
			is.Equal(okB && a == b, c.sameThings)
		})
	}
}
