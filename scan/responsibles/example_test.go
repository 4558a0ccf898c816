package responsibles_test

import (
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/responsible"
	"github.com/opendeliverygear/odg/scan/responsibles"
)

// Licences are for one person, all else is for those whom the component names.
func ExampleAssign() {
	extensions, _, err := extcfg.Parse("extensions-cfg.yaml", []byte(`
responsibles:
  rules:
    - name: licences
      assignee_mode: overwrite
      filters: [{type: datatype-filter, include_types: [finding/license]}]
      strategies: [{type: static-responsibles, responsibles: [{type: githubUser, username: zoe, github_hostname: github.com}]}]
    - name: all else
      filters: [{type: match-all}]
      strategies: [{type: component-responsibles}]
`), extcfg.Options{Local: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	findings := &findingcfg.Config{Findings: []findingcfg.Finding{{Type: "finding/license"}, {Type: "finding/malware"}}}
	id := artefact.ID{
		ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new("web"), Type: new("ociImage")},
	}

	cfg := responsibles.Config{Rules: extensions.Responsibles, Findings: findings}
	fmt.Println(responsibles.Needs(id, cfg).Component)
	entries, err := responsibles.Assign(id, cfg, responsibles.Facts{Component: []responsible.Party{
		{{Type: responsible.GitHubUser, Username: "ann", GitHubHostname: "github.com"}},
	}})
	for _, e := range entries {
		fmt.Println(e.ReferencedType(), string(e.Meta.Responsibles), artefact.Text(e.Meta.AssigneeMode), err)
	}
	// Output:
	// true
	// finding/license [{"identifiers":[{"source":"responsibles","type":"githubUser","username":"zoe","github_hostname":"github.com"}]}] overwrite <nil>
	// finding/malware [{"identifiers":[{"source":"responsibles","type":"githubUser","username":"ann","github_hostname":"github.com"}]}]  <nil>
}
