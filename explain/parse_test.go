package explain_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/rescore"
)

func TestDocumentsAreRead(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	f := proposal.Facts{
		Rescorings:     []metadata.Entry{decided(t, metadata.CustomRescoring{Severity: "NONE", ValidUntil: "2025-12-31"}), decided(t, metadata.CustomRescoring{Severity: "CRITICAL"})},
		Categorisation: &rescore.Categorisation{},
	}
	for _, severity := range []string{"HIGH", "gone"} {
		want, err := json.Marshal(explain.Of(finding(t, severity), f, rules(t)))
		is.NoErr(err)
		d, err := explain.ParseDocument(want, metadata.BuiltinTypes())
		is.NoErr(err)
		got, err := json.Marshal(d)
		is.NoErr(err)
		is.Equal(cmp.Diff(string(want), string(got)), "")
		is.Equal(len(d.Rescorings), 2)
	}
}

func TestDocumentsThatAreNone(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	finding, err := json.Marshal(explain.Stored{Entry: new(finding(t, "HIGH"))})
	is.NoErr(err)
	for text, want := range map[string]string{
		`[]`: "read explanation: ",
		`{}`: "read explanation: finding: ",
		`{"finding":` + string(finding) + `,"rescorings":[{"rescoring":{}}]}`: "read explanation: rescorings[0].rescoring: ",
	} {
		_, err := explain.ParseDocument([]byte(text), metadata.BuiltinTypes())
		is.True(err != nil)
		is.Equal(err.Error()[:len(want)], want)
	}
}
