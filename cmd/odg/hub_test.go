package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// hub starts a GitHub server with the team acme/web, and writes the secret for it: hub
// SECRETS.
func hub(ts *testscript.TestScript, _ bool, args []string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v3/orgs/acme/teams/web/members" || r.Header.Get("Authorization") != "Bearer script" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte(`[{"login": "lou"}, {"login": "max"}]`))
	}))
	ts.Defer(server.Close)
	dir := filepath.Join(ts.MkAbs(args[0]), "github")
	ts.Check(os.MkdirAll(dir, 0o700))
	ts.Check(os.WriteFile(filepath.Join(dir, "hub.yaml"), []byte(`{api_url: "`+server.URL+`/api/v3", auth_token: script, repo_urls: []}`), 0o600))
}
