package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"
)

// The variables of an existing Deployment are enough, except for the database,
// which is not where the tests run.
func TestVariablesOfADeployment(t *testing.T) {
	is := is.New(t)
	dir := t.TempDir()
	for variable, text := range map[string]string{
		"EXTENSIONS_CFG_PATH":    "artefact_enumerator: {delivery_service_url: http://x, components: []}\n",
		"FINDINGS_CFG_PATH":      "[]\n",
		"FEATURES_CFG_PATH":      "{}\n",
		"OCM_REPO_MAPPINGS_PATH": "- repository: registry.example.org/ocm\n",
		"PROFILES_PATH":          "- {name: mine}\n",
	} {
		t.Setenv(variable, config(t, dir, variable, text))
	}
	t.Setenv("SPRINTS_PATH", filepath.Join(dir, "none")) // optional, also if it is named
	t.Setenv("ADDRESSBOOK_PATH", filepath.Join(dir, "none"))
	t.Setenv("SECRET_FACTORY_PATH", secretTree(t, map[string]string{
		"delivery-db/a": "password: hunter2",
		"kubernetes/cluster": `kubeconfig: {current-context: a, contexts: [{name: a, context: {cluster: a, user: a}}],
			clusters: [{name: a, cluster: {server: "http://127.0.0.1:1"}}], users: [{name: a, user: {token: hunter3}}]}`,
	}))
	t.Setenv("K8S_TARGET_NAMESPACE", "delivery")
	t.Setenv("K8S_CFG_NAME", "cluster")
	s := start(t, "--productive")
	_, names := s.get(s.api, "/profiles")
	is.Equal(names, `{"profiles":["mine"]}`)
	is.True(strings.HasPrefix(s.api, "[::]:")) // all addresses
	is.True(strings.Contains(s.log(), `"sprints":"none"`))
	is.True(!strings.Contains(s.log(), "hunter"))
	_, features := s.get(s.api, "/features")
	is.True(strings.Contains(features, `{"state":"available","name":"cluster-access","namespace":"delivery"`))
	status, answer := s.get(s.api, "/service-extensions/backlog-items?service=osid")
	is.Equal(status, 503) // there is nobody
	is.Equal(answer, "backlog cannot be reached")
}
