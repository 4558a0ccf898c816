package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"
	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

// historyAPI has a component version of which nobody knows when it was made.
func historyAPI(t *testing.T, s store.Store, log zerolog.Logger) *httpapi.Server {
	t.Helper()
	findings, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(`
- type: finding/vulnerability
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d}
`), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	repository := newDocuments(t, descriptor("acme.org/shop", "1.0.0", ``, `{"name":"web","version":"1.4.2","type":"ociImage","relation":"local","access":{"type":"none"}}`)).repository
	now := func() time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC) }
	core := odg.New(s, odg.Config{Findings: findings, Now: now, Descriptors: repository})
	return httpapi.New(core, httpapi.Config{Findings: findings, Components: repository, Now: now, LocalUser: "ada", Log: log})
}

const overdueFinding = `{"entries":[{
  "artefact": {"component_name": "acme.org/shop", "component_version": "1.0.0", "artefact_kind": "resource", "artefact": {"artefact_name": "web", "artefact_version": "1.4.2", "artefact_type": "ociImage"}},
  "meta": {"datasource": "bdba", "type": "finding/vulnerability"}, "discovery_date": "2026-09-01", "allowed_processing_time": "30d",
  "data": {"severity": "HIGH", "package_name": "openssl", "cve": "CVE-2024-1", "cvss_v3_score": 7.5}}]}`

func TestHistoryNamesRequests(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var log strings.Builder
	api := historyAPI(t, memory.New(), zerolog.New(&log))
	rec := ask(api, "PUT", "/artefacts/metadata", overdueFinding, "X-Request-Id", "job-7/a")
	is.Equal(rec.Code, http.StatusCreated)
	is.Equal(rec.Header().Get("X-Request-Id"), "job-7/a")
	is.True(strings.Contains(log.String(), `"request_id":"job-7/a"`))
	rec = ask(api, "DELETE", "/artefacts/metadata", overdueFinding, "X-Request-Id", "not an id\x01")
	made := rec.Header().Get("X-Request-Id")
	is.True(len(made) >= 16 && !strings.Contains(made, " ")) // one of the server's own

	entries, err := metadata.BuiltinTypes().ParseEntries([]byte(overdueFinding))
	is.NoErr(err)
	rec = ask(api, "GET", "/findings/"+entries[0].ID()+"/history", "")
	is.Equal(rec.Code, http.StatusOK)
	var life odg.LifeDocument
	is.NoErr(json.Unmarshal([]byte(strings.ReplaceAll(rec.Body.String(), `"entry":`, `"ignored":`)), &life))
	is.Equal(len(life.Finding), 1)
	is.Equal(life.Finding[0].Began.Request, "job-7/a")
	is.Equal(life.Finding[0].Began.Who, "bdba")
	is.Equal(life.Finding[0].Ended.Request, made)
	is.Equal(ask(api, "GET", "/findings/00000000000000000000000000000000/history", "").Code, http.StatusNotFound)
}

func TestDecisionsAreThoseOfTheUser(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := memory.New()
	api := historyAPI(t, s, zerolog.Nop())
	const decision = `{"entries":[{"artefact": {"component_name": "acme.org/shop", "artefact_kind": "resource", "artefact": {"artefact_name": "web", "artefact_type": "ociImage"}},
	  "meta": {"datasource": "delivery-dashboard", "type": "rescorings"},
	  "data": {"finding": {"package_name": "openssl", "cve": "CVE-2024-1"}, "referenced_type": "finding/vulnerability",
	    "severity": "NONE", "matching_rules": ["custom-rescoring"], "comment": "no", "user": {"username": "eve", "type": "user"}}}]}`
	is.Equal(ask(api, "POST", "/rescore", decision).Code, http.StatusCreated)
	for v, err := range s.History(t.Context(), store.HistoryQuery{}) {
		is.NoErr(err)
		is.Equal(v.Began.Who, "ada")
	}
}

func TestSLA(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api := historyAPI(t, memory.New(), zerolog.Nop())
	is.Equal(ask(api, "PUT", "/artefacts/metadata", overdueFinding).Code, http.StatusCreated)
	const shop = "/components/sla?component_name=acme.org/shop&version=1.0.0"
	for name, tc := range map[string]struct {
		query  string
		status int
		want   []string
	}{
		"known since": {shop + "&released=2026-10-15", 200, []string{
			`"verdict":"failed"`, `"verdict_then":"unable"`, `"known":"since"`, `"days_late":14`, `"released":"2026-10-15T00:00:00Z"`, `"as_of":"2026-10-15T00:00:00Z"`, `"history_since":null`,
		}},
		"known then":             {shop + "&released=2026-10-15&as_of=2026-11-01T12:00:00Z", 200, []string{`"verdict_then":"failed"`, `"known":"both"`}},
		"greatest":               {"/components/sla?component_name=acme.org/shop&version=greatest&released=2026-09-15", 200, []string{`"verdict":"unable"`, `"findings":1`}},
		"of a type":              {shop + "&released=2026-10-15&type=finding/vulnerability", 200, []string{`"verdict":"failed"`}},
		"of an unknown type":     {shop + "&released=2026-10-15&type=finding/nothing", 404, []string{"finding/nothing"}},
		"still to come":          {shop + "&released=2026-12-01", 400, []string{"released", "still to come"}},
		"knowledge to come":      {shop + "&released=2026-10-01&as_of=2026-12-01", 400, []string{"as_of", "still to come"}},
		"no time":                {shop + "&as_of=soon", 400, []string{"as_of", `"soon"`}},
		"nobody knows when":      {shop, 400, []string{"released", "does not say when it was made"}},
		"no version":             {"/components/sla?component_name=acme.org/shop", 400, []string{"version"}},
		"no component":           {"/components/sla?version=1.0.0", 400, []string{"component_name"}},
		"a component of nowhere": {"/components/sla?component_name=acme.org/none&version=1", 404, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rec := ask(api, "GET", tc.query, "")
			is.Equal(rec.Code, tc.status)
			for _, want := range tc.want {
				if !strings.Contains(rec.Body.String(), want) {
					t.Errorf("%s is not in %s", want, rec.Body)
				}
			}
		})
	}
}

// without is a store that keeps no history.
type without struct{ store.Store }

func TestDatabasesWithoutAHistory(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api := historyAPI(t, without{memory.New()}, zerolog.Nop())
	rec := ask(api, "POST", "/artefacts/metadata/query?as_of=2026-10-01", "{}")
	is.Equal(rec.Code, http.StatusNotImplemented)
	rec = ask(api, "POST", "/artefacts/metadata/query?as_of=soon", "{}")
	is.Equal(rec.Code, http.StatusBadRequest)
	for _, path := range []string{"/findings/x/history", "/components/sla?component_name=acme.org/shop&version=1.0.0&released=2026-10-15"} {
		rec := ask(api, "GET", path, "")
		is.Equal(rec.Code, http.StatusNotImplemented)
		is.Equal(rec.Body.String(), store.ErrNoHistory.Error())
	}
}
