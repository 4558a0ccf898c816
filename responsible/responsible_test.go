package responsible_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/responsible"
)

const oldLabel, newLabel = "cloud.gardener.cnudie/responsibles", "odg.ocm.software/responsibles"

func label(name, value string) []component.Label {
	return []component.Label{{Name: name, Value: json.RawMessage(value)}}
}

func user(name, host string) responsible.Party {
	return responsible.Party{{Source: "ComponentDescriptor", Type: responsible.GitHubUser, Username: name, GitHubHostname: host}}
}

func email(address string) responsible.Party {
	return responsible.Party{{Source: "ComponentDescriptor", Type: responsible.EmailAddress, Email: address}}
}

func source(url string, labels []component.Label) component.Source {
	raw, _ := json.Marshal(map[string]string{"type": "github", "repoUrl": url})
	return component.Source{Element: component.Element{Name: "src", Labels: labels}, Access: component.Access{Type: "github", Raw: raw}}
}

// shop has a component label, artefacts with and without labels of their own, and one
// whose label is nonsense.
func shop(value string) *component.Descriptor {
	element := func(name string, labels []component.Label) component.Resource {
		return component.Resource{Element: component.Element{Name: name, Labels: labels}}
	}
	return &component.Descriptor{
		ID:     component.ID{Name: "acme.org/shop", Version: "1.0.0"},
		Labels: label(oldLabel, value),
		Resources: []component.Resource{
			element("plain", nil),
			element("own", label(oldLabel, `[{"type":"githubUser","username":"res","github_hostname":"GitHub.com"}]`)),
			element("broken", label(oldLabel, `{}`)),
			element("twice", nil), element("twice", label(newLabel, `[{"type":"emailAddress","email":"second@acme.org"}]`)),
			element("none", label(oldLabel, `[]`)),
		},
		Sources: []component.Source{source("ghe.acme.org/team/shop.git", label(oldLabel, `[{"type":"emailAddress","email":"src@acme.org"}]`))},
	}
}

const ann = `[{"type":"emailAddress","email":"ann@acme.org"}]`

func TestOf(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		value, artefact string
		want            []responsible.Party
		statuses        []string // type, and a part of the message
	}{
		"component":                  {ann, "", []responsible.Party{email("ann@acme.org")}, nil},
		"artefact without":           {ann, "plain", []responsible.Party{email("ann@acme.org")}, nil},
		"artefact with":              {ann, "own", []responsible.Party{user("res", "github.com")}, nil},
		"source":                     {ann, "src", []responsible.Party{email("src@acme.org")}, nil},
		"second of a name":           {ann, "twice", []responsible.Party{email("second@acme.org")}, nil},
		"nobody on purpose":          {ann, "none", nil, nil},
		"malformed, so of component": {ann, "broken", []responsible.Party{email("ann@acme.org")}, []string{"error want a list, got"}},
		"all": {`[{"type":"personalName","firstName":"Ann","lastName":"Lee"},{"type":"githubUser","username":"ann","github_hostname":null}]`, "", []responsible.Party{
			{{Source: "ComponentDescriptor", Type: responsible.PersonalName, FirstName: "Ann", LastName: "Lee"}}, user("ann", "ghe.acme.org")}, nil},
		"team and owners": {`[{"type":"githubTeam","teamname":"acme/ops","github_hostname":"github.com"},{"type":"codeowners"},{"type":"githubTeam","teamname":"x"}]`, "", nil,
			[]string{"info github.com/acme/ops", "info ghe.acme.org/team/shop", "info team x "}},
		"unknown type": {`[{"type":"robot"}]`, "", nil, []string{`error [0].type: "robot" is unknown`, "info ghe.acme.org/team/shop"}},
		"no type":      {`[{}]`, "", nil, []string{"error [0].type is missing", "info names nobody"}},
		"no object":    {`["ann"]`, "", nil, []string{"error [0]: ", "info names nobody"}},
		"no address":   {`[{"type":"emailAddress","email":"ann"}]`, "", nil, []string{"error [0].email: ", "info names nobody"}},
		"no text":      {`[{"type":"emailAddress","email":1}]`, "", nil, []string{"error [0].email: want a string, got", "info names nobody"}},
		"no host":      {`[{"type":"githubUser","username":"a","github_hostname":"a/b"}]`, "", nil, []string{"error github_hostname", "info names nobody"}},
		"no name":      {`[{"type":"personalName","firstName":"a"}]`, "", nil, []string{"error [0].lastName is missing", "info names nobody"}},
		"control":      {`[{"type":"githubUser","username":"a\n"}]`, "", nil, []string{"error [0].username: ", "info names nobody"}},
		"long":         {`[{"type":"githubUser","username":"` + strings.Repeat("a", 400) + `"}]`, "", nil, []string{"error [0].username: ", "info names nobody"}},
		"too many":     {"[" + strings.Repeat(`{"type":"codeowners"},`, 1000) + `{"type":"codeowners"}]`, "", nil, []string{"error more than 1000", "info names nobody"}},
		"no JSON":      {`[`, "", nil, []string{"error ", "info names nobody"}},
		"no value":     {``, "", nil, []string{"error ", "info names nobody"}},
		"null":         {`null`, "", nil, []string{"error want a list", "info names nobody"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			got, err := responsible.Of(shop(tc.value), tc.artefact)
			is.NoErr(err)
			is.Equal(cmp.Diff(append([]responsible.Party{}, tc.want...), got.Responsibles), "")
			is.Equal(len(got.Statuses), len(tc.statuses))
			for i, status := range got.Statuses {
				kind, part, _ := strings.Cut(tc.statuses[i], " ")
				is.Equal(status.Type, kind)
				is.True(strings.Contains(status.Message, part))
			}
		})
	}
}

func TestOfNoArtefact(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, err := responsible.Of(shop(ann), "other")
	is.True(errors.Is(err, responsible.ErrNoArtefact))
	is.True(strings.Contains(err.Error(), "acme.org/shop:1.0.0"))
	_, err = responsible.Of(shop(ann), strings.Repeat("x", 1<<20))
	is.True(len(err.Error()) < 500)
}

func TestNewerLabelWins(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := shop(ann)
	d.Labels = append(d.Labels, label(newLabel, `[{"type":"emailAddress","email":"new@acme.org"}]`)...)
	got, err := responsible.Of(d, "")
	is.NoErr(err)
	is.Equal(got.Responsibles, []responsible.Party{email("new@acme.org")})
}

func TestWithoutSources(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := shop(`[{"type":"githubUser","username":"ann"},{"type":"codeowners"}]`)
	d.Sources = nil
	got, err := responsible.Of(d, "")
	is.NoErr(err)
	is.Equal(len(got.Responsibles), 0)
	is.Equal(len(got.Statuses), 2)
	is.Equal(got.Statuses[0].Type, responsible.StatusError)
	text, err := json.Marshal(got)
	is.NoErr(err)
	is.True(strings.HasPrefix(string(text), `{"responsibles":[],"statuses":[{"type":"error","msg":"GitHub user ann`))
}

func TestMainRepository(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	main := label("cloud.gardener/cicd/source", `{"repository-classification":"main"}`)
	for _, tc := range []struct {
		sources    []component.Source
		host, path string
	}{
		{nil, "", ""},
		{[]component.Source{source("https://GitHub.com/a/b.git", nil), source("github.com/c/d", nil)}, "github.com", "a/b"},
		{[]component.Source{source("github.com/a/b", nil), source("https://ghe.acme.org/c/d/", main), source("github.com/e/f", main)}, "ghe.acme.org", "c/d"},
		{[]component.Source{source("https://%zz/", nil), source("http://a b/", main), {}}, "", ""},
	} {
		host, path := responsible.MainRepository(&component.Descriptor{Sources: tc.sources})
		is.Equal(host, tc.host)
		is.Equal(path, tc.path)
	}
}

func TestAddressBook(t *testing.T) {
	t.Parallel()
	book := responsible.NewAddressBook([]responsible.Person{
		{Name: "Ann Marie Lee", Email: "Ann@acme.org", GitHub: map[string]string{"public": "ann", "acme": "d001", "gone": "x", "bad": "y"}},
		{Name: "Lee, Bob", GitHub: map[string]string{"public": "bob"}},
		{Name: "Carol", Email: "ann@acme.org"}, {},
	}, []responsible.Instance{{"public", "https://api.github.com"}, {"acme", "https://GHE.acme.org/api/v3"}, {"bad", "://"}, {"cloud", "https://api.acme.ghe.com"}})
	known := func(id responsible.Identifier) responsible.Identifier {
		id.Source = "Addressbook"
		return id
	}
	address := known(responsible.Identifier{Type: responsible.EmailAddress, Email: "Ann@acme.org"})
	name := known(responsible.Identifier{Type: responsible.PersonalName, FirstName: "Ann Marie", LastName: "Lee"})
	work := known(responsible.Identifier{Type: responsible.GitHubUser, Username: "d001", GitHubHostname: "ghe.acme.org"})
	home := known(responsible.Identifier{Type: responsible.GitHubUser, Username: "ann", GitHubHostname: "github.com"})
	bob := known(responsible.Identifier{Type: responsible.PersonalName, FirstName: "Bob", LastName: "Lee"})
	for title, tc := range map[string]struct{ given, want responsible.Party }{
		"by address":      {email("ann@ACME.org"), append(email("ann@ACME.org"), name, work, home)},
		"by login":        {user("ANN", "github.com"), append(user("ANN", "github.com"), address, name, work)},
		"last name first": {user("bob", "github.com"), append(user("bob", "github.com"), bob)},
		"other host":      {user("ann", "ghe.acme.org"), user("ann", "ghe.acme.org")},
		"unknown":         {email("dave@acme.org"), email("dave@acme.org")},
		"empty":           {responsible.Party{}, responsible.Party{}},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			before := fmt.Sprint(tc.given)
			is.Equal(cmp.Diff([]responsible.Party{tc.want}, book.Enrich([]responsible.Party{tc.given})), "")
			is.Equal(fmt.Sprint(tc.given), before)
			is.Equal((*responsible.AddressBook)(nil).Enrich([]responsible.Party{tc.given}), []responsible.Party{tc.given})
		})
	}
}

func ExampleOf() {
	d := &component.Descriptor{
		ID:     component.ID{Name: "acme.org/shop", Version: "1.0.0"},
		Labels: []component.Label{{Name: "odg.ocm.software/responsibles", Value: json.RawMessage(`[{"type": "emailAddress", "email": "ann@acme.org"}]`)}},
	}
	book := responsible.NewAddressBook([]responsible.Person{{Name: "Ann Lee", Email: "ann@acme.org"}}, nil)
	found, err := responsible.Of(d, "")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, party := range book.Enrich(found.Responsibles) {
		for _, id := range party {
			fmt.Println(id.Source, id.Type, id.Email+id.FirstName)
		}
	}
	// Output:
	// ComponentDescriptor emailAddress ann@acme.org
	// Addressbook personalName Ann
}

// Whatever a label says, the answer has identifiers that are complete.
func FuzzOf(f *testing.F) {
	for _, seed := range []string{ann, `[{"type":"githubUser","username":"a"}]`, `[{"type":"githubTeam"}]`, `{`, `null`, `[[]]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		got, err := responsible.Of(shop(value), "plain")
		if err != nil || got.Responsibles == nil || got.Statuses == nil {
			t.Fatal(err, got)
		}
		for _, party := range got.Responsibles {
			if id := party[0]; len(party) != 1 || id.Username+id.Email+id.FirstName == "" || id.Type == responsible.GitHubUser && id.GitHubHostname == "" {
				t.Fatal(party)
			}
		}
	})
}
