package proposal_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
)

func TestDocumentsAreRead(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	decision := decided(t, "openssl", "CVE-1", metadata.CustomRescoring{Severity: "NONE"})
	correction := entry(t, metadata.TypeWriteback, metadata.PackageVersionWriteback{PackageName: "openssl", PackageVersionTo: "2"})
	correction.Meta.CreationDate = "2099-01-01T00:00:00"
	malware := entry(t, metadata.TypeMalware, metadata.MalwareFinding{Severity: "gone", Finding: metadata.MalwareDetails{Filename: "f", Malware: "m"}})
	for _, p := range all(proposal.Facts{
		Findings:   []metadata.Entry{vulnerability(t, "openssl", "1", "CVE-1", "HIGH"), vulnerability(t, "zlib", "1", "CVE-2", "HIGH"), malware},
		Rescorings: []metadata.Entry{decision}, Writebacks: []metadata.Entry{correction},
	}, rules(t)) {
		d, err := proposal.ParseDocument(p.AppendJSON(nil), metadata.BuiltinTypes())
		is.NoErr(err)
		is.True(json.Valid(d.Finding))
		is.Equal(d.Type, p.Type)
		is.Equal(d.Severity, p.Severity)
		is.Equal(d.MatchingRules, p.MatchingRules)
		is.Equal(d.Discovered, p.Findings[0].DiscoveryDate)
		is.Equal(d.Due, p.Due)
		is.Equal(d.Sprint == nil, p.Sprint == nil)
		if d.Sprint != nil {
			is.Equal(*d.Sprint, proposal.Sprint{Name: p.Sprint.Name, End: p.Sprint.Due()})
		}
		is.Equal(d.Fault == "", p.Err == nil)
		is.Equal(cmp.Diff(texts(d.Rescorings), textsOf(p.Rescorings)), "")
		is.Equal(cmp.Diff(texts(d.Writebacks), textsOf(p.Writebacks)), "")
	}
}

func texts(entries []metadata.Entry) (list []string) {
	for _, e := range entries {
		list = append(list, string(e.AppendJSON(nil)))
	}
	return list
}

func textsOf(entries []*metadata.Entry) (list []string) {
	for _, e := range entries {
		list = append(list, string(e.AppendJSON(nil)))
	}
	return list
}

func TestDocumentsThatAreNone(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for text, want := range map[string]string{
		`[]`:                                     "read proposal: ",
		`{"applicable_rescorings":[5]}`:          "read proposal: applicable_rescorings[0]: ",
		`{"pending_scanner_writebacks":[{}]}`:    "read proposal: pending_scanner_writebacks[0]: ",
		`{"finding_type":"finding/ip","due_date`: "read proposal: ",
	} {
		_, err := proposal.ParseDocument([]byte(text), metadata.BuiltinTypes())
		is.True(err != nil)
		is.Equal(err.Error()[:len(want)], want)
	}
}
