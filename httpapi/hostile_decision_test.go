package httpapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// hostile are rescorings that nobody may store, as changes of a good one, with the path of
// the fault for persons (POST /rescore) and for whoever writes metadata (PUT). The latter
// may store severities that the configuration does not know: it may be older than theirs.
var hostile = map[string]struct{ from, to, post, put string }{
	"another key twice":       {`"comment"`, `"\u0073everity": "HIGH", "comment"`, "data: key \"severity\" occurs twice", "data: key \"severity\" occurs twice"},
	"a key of finding twice":  {`"cve": "CVE-1"`, `"cve": "CVE-1", "cve": "CVE-2"`, "data.finding: key \"cve\" occurs twice", "data.finding: key \"cve\" occurs twice"},
	"severity null":           {`"LOW"`, `null`, "data.severity: want a string", "data.severity: want a string"},
	"severity number":         {`"LOW"`, `1`, "data.severity: want a string", "data.severity: want a string"},
	"severity empty":          {`"LOW"`, `""`, "data.severity: \"\" is no category", ""},
	"severity of lower case":  {`"LOW"`, `"low"`, "data.severity: \"low\" is no category", ""},
	"severity with a blank":   {`"LOW"`, `"LOW "`, "data.severity: \"LOW \" is no category", ""},
	"severity that looks so":  {`"LOW"`, `"LＯW"`, "data.severity: \"LＯW\" is no category", ""},
	"severity without end":    {`"LOW"`, `"` + strings.Repeat("x", 100_000) + `"`, "data.severity: \"xxx", ""},
	"type null":               {`"finding/vulnerability"`, `null`, "data.referenced_type: want a string", "data.referenced_type: want a string"},
	"type with a blank":       {`"finding/vulnerability"`, `"finding/vulnerability "`, "data.referenced_type: there is no configuration", ""},
	"type without end":        {`"finding/vulnerability"`, `"` + strings.Repeat("x", 100_000) + `"`, "data.referenced_type: 100000 characters", "data.referenced_type: 100000 characters"},
	"finding missing":         {`"finding": {"package_name": "openssl", "cve": "CVE-1"}, `, ``, "data.finding: is missing", "data.finding: is missing"},
	"finding null":            {`{"package_name": "openssl", "cve": "CVE-1"}`, `null`, "data.finding: want an object", "data.finding: want an object"},
	"finding text":            {`{"package_name": "openssl", "cve": "CVE-1"}`, `"CVE-1"`, "data.finding: want an object", "data.finding: want an object"},
	"finding of nothing":      {`{"package_name": "openssl", "cve": "CVE-1"}`, `{}`, "data.finding.package_name: is missing", "data.finding.package_name: is missing"},
	"cve number":              {`"CVE-1"`, `1`, "data.finding.cve: want a string", "data.finding.cve: want a string"},
	"nested beyond limits":    {`"CVE-1"`, `"CVE-1", "x": ` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000), "exceeded max depth", "exceeded max depth"},
	"due date of Germans":     {`"comment"`, `"due_date": "01.02.2026", "comment"`, "data.due_date: date \"01.02.2026\"", "data.due_date: date \"01.02.2026\""},
	"due date that never is":  {`"comment"`, `"due_date": "2026-02-30", "comment"`, "data.due_date: date", "data.due_date: date"},
	"due date number":         {`"comment"`, `"due_date": 20260201, "comment"`, "data.due_date: want a date, got number", "data.due_date: want a date, got number"},
	"due date empty":          {`"comment"`, `"due_date": "", "comment"`, "data.due_date: date \"\"", "data.due_date: date \"\""},
	"due date without end":    {`"comment"`, `"due_date": "` + strings.Repeat("1", 100_000) + `", "comment"`, "data.due_date: date", "data.due_date: date"},
	"due date, other digits":  {`"comment"`, `"due_date": "٢٠٢٦-٠١-٠١", "comment"`, "data.due_date: date", "data.due_date: date"},
	"input without a date":    {`"comment"`, `"allowed_processing_time": "input", "comment"`, "data.due_date: a due date must be given", "data.due_date: a due date must be given"},
	"input with null":         {`"comment"`, `"allowed_processing_time": "input", "due_date": null, "comment"`, "data.due_date: a due date must be given", "data.due_date: a due date must be given"},
	"category needs a date":   {`"LOW"`, `"postpone"`, "data.due_date: a due date must be given", ""},
	"INPUT":                   {`"comment"`, `"allowed_processing_time": "INPUT", "comment"`, "data.allowed_processing_time: \"INPUT\"", "data.allowed_processing_time: \"INPUT\""},
	"time below zero":         {`"comment"`, `"allowed_processing_time": "-5s", "comment"`, "data.allowed_processing_time: \"-5s\"", "data.allowed_processing_time: \"-5s\""},
	"time without unit":       {`"comment"`, `"allowed_processing_time": 30, "comment"`, "data.allowed_processing_time: want a string", "data.allowed_processing_time: want a string"},
	"time beyond all times":   {`"comment"`, `"allowed_processing_time": "3000000d", "comment"`, "data.allowed_processing_time: due date", ""},
	"time that overflows":     {`"comment"`, `"allowed_processing_time": "99999999999999999999d", "comment"`, "data.allowed_processing_time", "data.allowed_processing_time"},
	"end number":              {`"comment"`, `"valid_until": 20260101, "comment"`, "data.valid_until: want a date or a timestamp", "data.valid_until: want a date or a timestamp"},
	"end empty":               {`"comment"`, `"valid_until": "", "comment"`, "data.valid_until: end \"\"", "data.valid_until: end \"\""},
	"end at this moment":      {`"comment"`, `"valid_until": "2025-03-10T14:00:00+02:00", "comment"`, "data.valid_until: 2025-03-10T14:00:00+02:00 has passed", ""},
	"end at 24 o'clock":       {`"comment"`, `"valid_until": "2026-01-01T24:00", "comment"`, "data.valid_until: end", "data.valid_until: end"},
	"comment with NUL":        {`"why"`, `"a\u0000b"`, "data.comment: text contains NUL", "data.comment: text contains NUL"},
	"comment with half a 😀":   {`"why"`, `"\ud83d"`, "data.comment: text contains half", "data.comment: text contains half"},
	"comment no Unicode":      {`"why"`, "\"\xff\"", "data.comment: text is not valid UTF-8", "data.comment: text is not valid UTF-8"},
	"rules null":              {`["custom-rescoring"]`, `null`, "data.matching_rules: want a list", "data.matching_rules: want a list"},
	"rules of numbers":        {`["custom-rescoring"]`, `["a", 7]`, "data.matching_rules[1]: want a string", "data.matching_rules[1]: want a string"},
	"made yesterday":          {`"type": "rescorings"`, `"type": "rescorings", "creation_date": "yesterday"`, "meta.creation_date: timestamp", "meta.creation_date: timestamp"},
	"kind unknown":            {`"artefact_kind": "resource"`, `"artefact_kind": "x"`, "artefact.artefact_kind: artefact kind", "artefact.artefact_kind: artefact kind"},
	"kind without end":        {`"artefact_kind": "resource"`, `"artefact_kind": "` + strings.Repeat("x", 100_000) + `"`, "artefact.artefact_kind", "artefact.artefact_kind"},
	"component without end":   {`"acme.org/shop"`, `"` + strings.Repeat("ä", 257) + `"`, "artefact.component_name: 257 characters", "artefact.component_name: 257 characters"},
	"extra identity a number": {`"artefact_extra_id": {}`, `"artefact_extra_id": {"a": 1}`, "artefact.artefact.artefact_extra_id.a", "artefact.artefact.artefact_extra_id.a"},
}

// Whatever somebody tries to store as a decision is refused with the path of what is wrong,
// in a few words, and nothing of the request is stored, by no store.
func TestHostileDecisions(t *testing.T) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			d := decisionsOver(t, s)
			good := decide("single", "LOW", `, "user": {"username": "eve", "type": "user"}`)
			for what, tc := range hostile {
				bad := strings.Replace(good, tc.from, tc.to, 1)
				for _, by := range []struct{ method, path, says string }{{"POST", "/rescore", tc.post}, {"PUT", "/artefacts/metadata", tc.put}} {
					rec := ask(d, by.method, by.path, post(good, bad))
					switch answer := rec.Body.String(); {
					case bad == good:
						t.Errorf("%s: nothing is changed", what)
					case by.says == "" && rec.Code != 201, by.says != "" && rec.Code != 400, len(answer) > 1100, !strings.Contains(answer, by.says),
						!strings.Contains(by.says, "max depth") && rec.Code == 400 && !strings.HasPrefix(answer, "entries[1]."):
						t.Errorf("%s: %s: %d %.300s, want %q", what, by.method, rec.Code, answer, by.says)
					}
					if n := forget(t, s); n > 0 && rec.Code != 201 || n == 0 && rec.Code == 201 {
						t.Errorf("%s: %s: %d, but %d are stored", what, by.method, rec.Code, n)
					}
				}
			}
		})
	}
}

// decisionsOver is a server over a store.
func decisionsOver(t *testing.T, s store.Store) *decisions {
	d := newDecisions(t, nil)
	findings, _, err := findingcfg.Parse("findings.yaml", []byte(decisionsConfig), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return d.now }
	d.Server = httpapi.New(odg.New(s, odg.Config{Findings: findings, Now: clock}), httpapi.Config{Findings: findings, LocalUser: "ada", Now: clock})
	return d
}

// forget deletes all entries and returns how many there were.
func forget(t *testing.T, s store.Store) int {
	t.Helper()
	var ids []string
	for e, err := range s.Query(t.Context(), store.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e.ID())
	}
	if _, err := s.Delete(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
	return len(ids)
}

// Many decisions at once are all stored, or none.
func TestManyDecisions(t *testing.T) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			s := open(t)
			d := decisionsOver(t, s)
			var all []string
			for i := range 3000 {
				all = append(all, strings.Replace(decide("single", "LOW", ""), "CVE-1", fmt.Sprintf("CVE-%d", i), 1))
			}
			rec := ask(d, "POST", "/rescore", post(append(all, strings.Replace(all[0], "LOW", "none", 1))...))
			is.Equal(rec.Code, 400)
			is.True(strings.HasPrefix(rec.Body.String(), "entries[3000].data.severity: "))
			is.Equal(forget(t, s), 0)
			is.Equal(ask(d, "POST", "/rescore", post(append(all, all...)...)).Code, 201) // twice the same is once
			is.Equal(forget(t, s), 3000)
		})
	}
}

// A decision that a wrong clock dates into the future does not go before those that are
// taken until then.
func TestDecisionsOfTheFuture(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newDecisions(t, nil)
	d.put(t, cve("CVE-1", `"3"`, "HIGH"))
	dated := strings.Replace(decide("single", "NONE", ""), `"type": "rescorings"`, `"type": "rescorings", "creation_date": "2999-01-01T00:00:00Z"`, 1)
	is.Equal(ask(d, "POST", "/rescore", post(dated)).Code, 201)
	is.Equal(d.proposals(t, "")[0]["severity"], "NONE")
	meta := d.proposals(t, "")[0]["applicable_rescorings"].([]any)[0].(map[string]any)["meta"].(map[string]any)
	is.Equal(meta["creation_date"], string(metadata.TimestampOf(d.now)))
	d.now = d.now.Add(time.Second)
	is.Equal(ask(d, "POST", "/rescore", post(decide("single", "LOW", ""))).Code, 201)
	is.Equal(d.proposals(t, "")[0]["severity"], "LOW")
}

// Bodies that nobody needs to be large are refused before they are read as a whole, and
// what is told of a request is short, whatever it is about.
func TestSmallBodies(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newDecisions(t, nil)
	for path, limit := range map[string]int{"/rescore": 32 << 20, "/components/vex": 32 << 20, "/artefacts/metadata/query/by-search-expression": 4 << 20} {
		rec := ask(d, "POST", path, strings.Repeat(" ", limit+1))
		is.Equal(rec.Code, 413)
		is.True(strings.Contains(rec.Body.String(), fmt.Sprintf("longer than %d bytes", limit)))
		is.Equal(ask(d, "POST", path, strings.Repeat(" ", limit)).Code, 400) // no JSON
	}
	long := strings.Repeat("x", 100_000)
	for _, path := range []string{"/findings/" + long + "/explain", "/findings/" + long + "/history", webQuery + "&type=" + long, "/components/compliance-summary?version=1&component_name=" + long} {
		rec := ask(d, "GET", path, "")
		is.Equal(rec.Code, 404)
		is.True(rec.Body.Len() < 1100)
	}
}
