package httpapi_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newDecisions(t, nil)
	text := cve("CVE-1", `"3"`, "HIGH")
	d.put(t, text, cve("CVE-2", `"3"`, "HIGH"))
	e, err := metadata.ParseEntry([]byte(text))
	is.NoErr(err)
	path := "/findings/" + e.ID() + "/explain"
	explained := func() (out struct {
		Finding               struct{ ID string }
		Severity, Due, Due_by string
		Original_severity     string
		Valid_until           *string
		Rescorings            []struct{ Outcome, Reason, Specificity string }
		Configuration         []struct{ Name, Says string }
	}) {
		rec := ask(d, "GET", path, "")
		is.Equal(rec.Code, 200)
		is.NoErr(d.CheckAnswer("GET", "/findings/{id}/explain", 200, rec.Header().Get("Content-Type"), rec.Body.Bytes()))
		is.NoErr(json.Unmarshal(rec.Body.Bytes(), &out))
		return out
	}
	before := explained()
	is.Equal(before.Finding.ID, e.ID())
	is.Equal(before.Severity, "HIGH")
	is.Equal(len(before.Rescorings), 0)

	is.Equal(ask(d, "POST", "/rescore", post(decide("global", "NONE", ""), decide("single", "LOW", `, "valid_until": "2025-03-10"`))).Code, 201)
	now := explained()
	is.Equal(now.Severity, "LOW")
	is.Equal(now.Original_severity, "HIGH")
	is.Equal(*now.Valid_until, "2025-03-10")
	is.Equal(now.Rescorings[0].Outcome, "won")
	is.Equal(now.Rescorings[1].Reason, "scope global is wider than single, that of the winner")

	d.now = d.now.Add(12 * time.Hour)
	later := explained()
	is.Equal(later.Severity, "NONE")
	is.Equal(later.Rescorings[0].Reason, "it was valid until 2025-03-10")
	is.Equal(later.Rescorings[1].Outcome, "won")

	for _, id := range []string{"x", strings.Repeat("0", 32), "%00"} {
		rec := ask(d, "GET", "/findings/"+id+"/explain", "")
		is.Equal(rec.Code, 404)
		is.True(strings.Contains(rec.Body.String(), "no finding is stored under this id"))
	}
}
