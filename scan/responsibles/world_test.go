package responsibles_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/responsible"
	"github.com/opendeliverygear/odg/scan/responsibles"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/worker"
)

const findingsCfg = `
- {type: finding/vulnerability, categorisations: [{id: NONE, display_name: None, value: 0}]}
- {type: finding/license, categorisations: [], filter: [{semantics: exclude, artefact_name: unlicensed}]}
- {type: finding/vulnerability, categorisations: [{id: NONE, display_name: None, value: 0}]}
`

// config returns rules, which are a list in YAML, and who is asked for teams.
func config(t *testing.T, rules string, teams responsibles.Teams) responsibles.Config {
	t.Helper()
	findings, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(findingsCfg), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	extensions, _, err := extcfg.Parse("extensions-cfg.yaml", []byte("responsibles: {rules: "+rules+"}"), extcfg.Options{Local: true})
	if err != nil {
		t.Fatal(err)
	}
	return responsibles.Config{Rules: extensions.Responsibles, Findings: findings, Teams: teams}
}

func image(name string) artefact.ID {
	return artefact.ID{
		ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: &name, Version: new("1"), Type: new("ociImage")},
	}
}

// shop is a repository with one component version: ann has the image web.
type shop struct{ err error }

func (s shop) Descriptor(_ context.Context, id component.ID) (*component.Descriptor, error) {
	if s.err != nil {
		return nil, s.err
	}
	if id.Name != "acme.org/shop" || id.Version != "1.0.0" {
		return nil, component.ErrNotFound
	}
	element := func(name, label string) component.Resource {
		return component.Resource{Type: "ociImage", Element: component.Element{Name: name, Version: "1", Labels: []component.Label{
			{Name: "odg.ocm.software/responsibles", Value: json.RawMessage(label)},
		}}}
	}
	return &component.Descriptor{ID: id, Resources: []component.Resource{
		element("web", `[{"type":"emailAddress","email":"ann@acme.org"},{"type":"githubUser","username":"Ben","github_hostname":"github.com"}]`),
		element("unlicensed", `[]`),
	}}, nil
}

func (shop) Versions(context.Context, string) ([]string, error) { return []string{"1.0.0"}, nil }

// book knows an account of ann.
var book = responsible.NewAddressBook(
	[]responsible.Person{{Name: "Ann Lee", Email: "ann@acme.org", GitHub: map[string]string{"public": "ann"}}},
	[]responsible.Instance{{Name: "public", APIURL: "https://api.github.com"}},
)

// teams are by name.
type teams map[string][]string

func (t teams) Members(_ context.Context, team responsibles.Team) ([]string, error) {
	members, ok := t[team.Name]
	if !ok {
		return nil, component.ErrUnavailable
	}
	return members, nil
}

// office is where the extension works: a core behind HTTP, and a backlog.
type office struct {
	t     *testing.T
	core  *client.Client
	queue *backlog.Memory
}

func newOffice(t *testing.T) *office {
	t.Helper()
	core := odg.New(memory.New(), odg.Config{})
	server := httptest.NewServer(httpapi.New(core, httpapi.Config{Components: shop{}, AddressBook: book}))
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, client.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return &office{t, c, backlog.NewMemory(backlog.MemoryConfig{})}
}

// work works on an item about an artefact, and returns why it was parked.
func (o *office) work(cfg responsibles.Config, id artefact.ID) (parked error) {
	o.t.Helper()
	if _, err := o.queue.Add(o.t.Context(), backlog.Item{Service: responsibles.Service, Artefact: id, Timestamp: time.Now()}); err != nil {
		o.t.Fatal(err)
	}
	w := worker.New(o.queue, o.core, responsibles.New(o.core.Components(client.Lookup{}), cfg), worker.Config{
		Service: responsibles.Service, Datasource: metadata.SourceResponsibles, Types: []metadata.Type{metadata.TypeResponsibles}, NoScanInfo: true,
		Retry:    backlog.RetryPolicy{Base: time.Nanosecond, Max: time.Nanosecond, Attempts: 1, Jitter: -1},
		Observer: worker.Observer{Parked: func(_ backlog.Item, err error) { parked = err }},
	})
	if err := w.RunUntilEmpty(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	return parked
}

// stored lists what is stored as "type: people (mode)", sorted.
func (o *office) stored() []string {
	o.t.Helper()
	list := []string{}
	for e, err := range o.core.QueryMetadata(o.t.Context(), store.Query{}) {
		if err != nil {
			o.t.Fatal(err)
		}
		list = append(list, line(o.t, e))
	}
	slices.Sort(list)
	return list
}

func line(t *testing.T, e metadata.Entry) string {
	t.Helper()
	var people []struct {
		Identifiers []metadata.GitHubIdentifier `json:"identifiers"`
	}
	if err := json.Unmarshal(e.Meta.Responsibles, &people); err != nil || e.Meta.Type != metadata.TypeResponsibles {
		t.Fatal(e.Meta, err)
	}
	var names []string
	for _, p := range people {
		if len(p.Identifiers) != 1 || p.Identifiers[0].Source != "responsibles" || p.Identifiers[0].Type != "githubUser" {
			t.Fatal(p)
		}
		names = append(names, p.Identifiers[0].GitHubHostname+"/"+p.Identifiers[0].Username)
	}
	return string(e.ReferencedType()) + ": " + strings.Join(names, " ") + " (" + artefact.Text(e.Meta.AssigneeMode) + ")"
}
