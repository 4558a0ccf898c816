package main

import (
	"strings"
	"testing"

	"github.com/matryer/is"
)

// What is stored with a component can be downloaded, and a filter of one's own asks for
// what the mappings leave out.
func TestArtefactsOfMappings(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	mappings := config(t, t.TempDir(), "mappings.yaml", "- {repository: "+quickstart+", version_filter: '2026\\.10\\..*'}\n")
	s := start(t, "--samples", "--ocm-repo-mappings="+mappings)
	status, body := s.get(s.api, "/ocm/artefacts/blob?component=example.org/shop/web:1.4.2&artefact=chart")
	is.Equal(status, 200)
	is.True(len(body) > 0)
	status, _ = s.get(s.api, "/ocm/artefacts/blob?component=example.org/shop/web:1.4.2&artefact=none")
	is.Equal(status, 400)
	const versions = "/ocm/component/versions?component_name=example.org/shop"
	_, body = s.get(s.api, versions)
	is.Equal(strings.TrimSpace(body), `["2026.10.0"]`)
	_, body = s.get(s.api, versions+"&version_filter=any")
	is.Equal(strings.TrimSpace(body), `["2026.10.0","2026.11.0"]`)
	for _, more := range []string{"&raw=true", "&ignore_cache=true", ""} {
		status, _ = s.get(s.api, "/ocm/component?component_name=example.org/shop&version=2026.11.0"+more)
		is.Equal(status, 200)
	}
	status, _ = s.get(s.api, "/components/sbom?component_name=example.org/shop")
	is.Equal(status, 200)
}

func TestAddressBook(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	dir := t.TempDir()
	book := "--addressbook=" + config(t, dir, "addressbook.yaml", "- {name: Ann Lee, email: ann@acme.org, github: {public: ann}}\n")
	hosts := "--github-mappings=" + config(t, dir, "github_mappings.yaml", "github_instances: [{name: public, api_url: 'https://api.github.com'}]\n")
	s := start(t, "--samples", "--ocm-repository="+quickstart, book, hosts)
	_, features := s.get(s.api, "/features")
	is.True(strings.Contains(features, `{"state":"available","name":"addressbook"}`))
	status, _ := s.get(s.api, "/ocm/component/responsibles?component_name=example.org/shop")
	is.Equal(status, 200)
}
