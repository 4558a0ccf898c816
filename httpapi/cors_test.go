package httpapi_test

import (
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/httpapi"
)

func TestCORS(t *testing.T) {
	t.Parallel()
	api := newAPI(httpapi.Config{BaseURL: "https://api.odg.acme.org", Origins: []string{"https://ui.example.com"}})
	for origin, allowed := range map[string]bool{
		"": false, "https://ui.odg.acme.org": true, "http://ui.odg.acme.org": false, "https://ui.example.com": true, "https://evil.example.com": false,
		"http://localhost:3000": true, "http://127.0.0.1": true, "https://localhost.evil.org": false, "null": false, "https://odg.acme.org.evil.org": false,
		"file://localhost": false, "http://user@localhost": false, "javascript://localhost/": false, "http://localhost/": false,
	} {
		t.Run(origin, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			want := ""
			if allowed {
				want = origin
			}
			rec := ask(api, "GET", "/nope", "", "Origin", origin)
			is.Equal(rec.Header().Get("Access-Control-Allow-Origin"), want) // on errors too
			rec = ask(api, "OPTIONS", "/nope", "", "Origin", origin, "Access-Control-Request-Method", "PUT")
			is.Equal(rec.Code, 200)
			is.Equal(rec.Header().Get("Access-Control-Allow-Methods") == "PUT", allowed)
		})
	}
}

// A site is what somebody may register: not what anybody may have a part of, such
// as co.uk or the domain of a hosting company.
func TestSites(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		base, origin string
		same         bool
	}{
		"itself":                 {"https://odg.acme.org", "https://odg.acme.org", true},
		"another port":           {"https://odg.acme.org:8443", "https://odg.acme.org", true},
		"upper case":             {"https://ODG.acme.org", "https://ui.Acme.org", true},
		"sibling":                {"https://api.acme.co.uk", "https://ui.acme.co.uk", true},
		"the domain":             {"https://api.odg.acme.org", "https://acme.org", true},
		"far relative":           {"https://api.odg.acme.org", "https://a.b.c.acme.org", true},
		"public suffix":          {"https://acme.co.uk", "https://evil.co.uk", false},
		"under a public suffix":  {"https://acme.co.uk", "https://co.uk", false},
		"hosting company":        {"https://acme.github.io", "https://evil.github.io", false},
		"page of ours there":     {"https://acme.github.io", "https://ui.acme.github.io", true},
		"addresses":              {"https://10.0.0.1", "https://10.9.0.1", false},
		"the same address":       {"https://10.0.0.1", "https://10.0.0.1", true},
		"address of version 6":   {"https://[2001:db8::1]", "https://[2001:db8::1]", true},
		"other one of version 6": {"https://[2001:db8::1]", "https://[2001:db8::2]", false},
		"a single name":          {"https://odg", "https://odg", true},
		"single names":           {"https://odg", "https://evil", false},
		"within a cluster":       {"https://odg.svc.cluster.local", "https://ui.svc.cluster.local", true},
		"no base URL":            {"", "https://ui.acme.org", false},
		"lookalike":              {"https://odg.acme.org", "https://evilacme.org", false},
		"not encrypted":          {"https://odg.acme.org", "http://ui.acme.org", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			want := ""
			if tc.same {
				want = tc.origin
			}
			rec := ask(newAPI(httpapi.Config{BaseURL: tc.base}), "GET", "/ready", "", "Origin", tc.origin)
			is.Equal(rec.Header().Get("Access-Control-Allow-Origin"), want)
		})
	}
}
