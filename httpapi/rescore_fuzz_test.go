package httpapi_test

import (
	"strings"
	"testing"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/store/memory"
)

// Whatever is posted is stored or refused, and never under another name than the
// caller's.
func FuzzRescore(f *testing.F) {
	for _, seed := range []string{
		post(decide("single", "LOW", "")), post(decide("global", "LOW", `, "user": {"username": "mallory", "type": "user"}, "valid_until": "2025-12-31"`)),
		`{"entries": [{"data": {}}]}`, `{"entries": [{"data": [], "data": {}}]}`, `{"entries": {}}`, `{"entries": [7, null, "x"]}`, `{}`, `[]`, ``, `{"entries": [`,
		strings.Replace(post(decide("single", "LOW", "")), `"comment": "why"`, `"comment": "\u0000"`, 1),
	} {
		f.Add(seed)
	}
	findings, _, err := findingcfg.Parse("findings.yaml", []byte(decisionsConfig), findingcfg.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		api := httpapi.New(odg.New(memory.New(), odg.Config{Findings: findings}), httpapi.Config{Findings: findings, LocalUser: "ada"})
		rec := ask(api, "POST", "/rescore", body)
		switch rec.Code {
		case 201:
			stored := ask(api, "POST", "/artefacts/metadata/query?type=rescorings", `{}`).Body.String()
			if n := strings.Count(stored, `"referenced_type"`); strings.Count(stored, `"username":"ada"`) < n {
				t.Fatalf("%q was stored under another name: %s", body, stored)
			}
		case 400:
		default:
			t.Fatalf("%q: %d %s", body, rec.Code, rec.Body)
		}
	})
}
