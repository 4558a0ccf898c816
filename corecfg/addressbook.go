package corecfg

import (
	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/responsible"
)

// ParseAddressBook reads an address book: a list of {name, email, github}, where github
// has logins by the names of [ParseGitHubMappings]. It may be empty. file is its name for
// messages. The error joins all faults ([errors.Join]), each an [*Error].
func ParseAddressBook(file string, data []byte) ([]responsible.Person, []Warning, error) {
	return parse(file, data, func(r *reader, root *strictyaml.Node) (people []responsible.Person) {
		r.d.Decode(root, &people)
		return people
	})
}

// ParseGitHubMappings reads the instances of GitHub that an address book names:
// {github_instances: [{name, api_url}]}. The rest is as for [ParseAddressBook].
func ParseGitHubMappings(file string, data []byte) ([]responsible.Instance, []Warning, error) {
	return parse(file, data, func(r *reader, root *strictyaml.Node) []responsible.Instance {
		var raw struct {
			Instances []responsible.Instance `yaml:"github_instances,required"`
		}
		r.d.Decode(root, &raw)
		for i, instance := range raw.Instances {
			if instance.APIURL != "" && instance.Hostname() == "" {
				r.d.Fault(root.Get("github_instances").Items[i].Get("api_url"), "is no URL", "write https://api.github.com or https://<host>/api/v3")
			}
		}
		return raw.Instances
	})
}
