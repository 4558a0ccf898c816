package corecfg_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/responsible"
)

func TestAddressBook(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	people, warnings, err := corecfg.ParseAddressBook("addressbook.yaml", []byte(`
- {name: Ann Lee, email: ann@acme.org, github: {public: ann, acme: d001}}
- {name: Bob, nickname: b}
- {email: carol@acme.org, github: null}
`))
	is.NoErr(err)
	is.Equal(len(warnings), 1) // nickname
	is.Equal(cmp.Diff([]responsible.Person{
		{Name: "Ann Lee", Email: "ann@acme.org", GitHub: map[string]string{"public": "ann", "acme": "d001"}},
		{Name: "Bob"}, {Email: "carol@acme.org"},
	}, people), "")
	instances, warnings, err := corecfg.ParseGitHubMappings("github_mappings.yaml", []byte(
		"github_instances: [{name: public, api_url: 'https://api.github.com'}, {name: acme, api_url: 'https://ghe.acme.org/api/v3'}]"))
	is.NoErr(err)
	is.Equal(len(warnings), 0)
	is.Equal(instances, []responsible.Instance{{Name: "public", APIURL: "https://api.github.com"}, {Name: "acme", APIURL: "https://ghe.acme.org/api/v3"}})
}

func TestAddressBookFaults(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ people, instances, want string }{
		"no list":       {"{}", "github_instances: []", "addressbook.yaml"},
		"no text":       {"[{name: [Ann]}]", "github_instances: []", "addressbook.yaml:1"},
		"no login":      {"[{github: {public: {}}}]", "github_instances: []", "addressbook.yaml:1"},
		"no instances":  {"[]", "{}", "github_instances"},
		"no mapping":    {"[]", "[]", "github_mappings.yaml"},
		"no name":       {"[]", "github_instances: [{api_url: 'https://api.github.com'}]", "name"},
		"not even URLs": {"[]", "github_instances: [{name: a, api_url: here}]", "api_url"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, _, err := corecfg.ParseAddressBook("addressbook.yaml", []byte(tc.people))
			if err == nil {
				_, _, err = corecfg.ParseGitHubMappings("github_mappings.yaml", []byte(tc.instances))
			}
			is.True(err != nil)
			is.True(strings.Contains(err.Error(), tc.want))
		})
	}
}
