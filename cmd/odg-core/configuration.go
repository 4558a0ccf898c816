package main

import (
	"errors"
	"maps"
	"slices"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/responsible"
	"github.com/opendeliverygear/odg/sprint"
)

// configuration is what all files say together. It does not change: other files
// are another configuration.
type configuration struct {
	findings   *findingcfg.Config
	types      *metadata.Types
	extensions *extcfg.Config
	features   *corecfg.Features
	mappings   *corecfg.Mappings
	profiles   corecfg.Profiles
	sprints    *sprint.Config
	// addressBook is nil if there is none.
	addressBook *responsible.AddressBook
}

// configuration makes a configuration of files, or says all that is wrong with them.
func (f files) configuration(held reload.Files, log zerolog.Logger) (configuration, error) {
	r := &reading{files: held, samples: f.Samples, log: log, from: map[string]string{}}
	c := configuration{
		findings:   take(r, source{name: "findings_cfg", path: f.FindingsCfg, needed: true}, parseFindings),
		extensions: take(r, source{name: "extensions_cfg", path: f.ExtensionsCfg}, parseExtensions),
		features:   take(r, source{name: "features_cfg", path: f.FeaturesCfg}, corecfg.ParseFeatures),
		mappings:   take(r, source{name: "ocm_repo_mappings", path: f.OCMRepoMappings}, corecfg.ParseMappings),
		profiles:   take(r, source{name: "profiles", path: f.Profiles}, corecfg.ParseProfiles),
		sprints:    take(r, source{name: "sprints", path: f.Sprints, spare: true}, sprint.Parse),
	}
	c.addressBook = r.addressBook(f)
	if err := errors.Join(r.faults...); err != nil {
		return configuration{}, err
	}
	var err error
	if c.types, err = c.findings.Types(); err != nil {
		return configuration{}, err
	}
	c.sprints = r.sprintsOf(c)
	event := log.Info()
	for _, name := range slices.Sorted(maps.Keys(r.from)) {
		event = event.Str(name, r.from[name])
	}
	event.Msg("configuration read")
	return c, nil
}

// addressBook returns that of the installation, nil if it has none.
func (r *reading) addressBook(f files) *responsible.AddressBook {
	people := take(r, source{name: "addressbook", path: f.AddressBook, spare: true}, corecfg.ParseAddressBook)
	instances := take(r, source{name: "github_mappings", path: f.GitHubMappings, spare: true}, corecfg.ParseGitHubMappings)
	if len(people) == 0 {
		return nil
	}
	return responsible.NewAddressBook(people, instances)
}

// sprintsOf prefers the rule of the features to the list of the installation.
func (r *reading) sprintsOf(c configuration) *sprint.Config {
	if c.features == nil {
		return c.sprints
	}
	switch from := c.features.Sprints; {
	case from.Rule != nil:
		r.from["sprints"] = r.from["features_cfg"]
		return from.Rule
	case from.RepoURL != "" || from.Path != "":
		r.log.Warn().Str("repoUrl", from.RepoURL).Str("sprintsRelpath", from.Path).
			Msg("this version does not read sprints from there; mount the list and name it in SPRINTS_PATH")
	}
	return c.sprints
}

func parseFindings(file string, data []byte) (*findingcfg.Config, []strictyaml.Warning, error) {
	return findingcfg.Parse(file, data, findingcfg.Options{})
}

// parseExtensions does not ask for the URL of this very server.
func parseExtensions(file string, data []byte) (*extcfg.Config, []strictyaml.Warning, error) {
	return extcfg.Parse(file, data, extcfg.Options{Local: true})
}
