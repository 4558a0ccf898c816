package main

import (
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// files are the configuration files.
type files struct {
	FindingsCfg     string `env:"FINDINGS_CFG_PATH" aliases:"findings-cfg-path" placeholder:"FILE" help:"Finding types, their severities and deadlines."`
	ExtensionsCfg   string `env:"EXTENSIONS_CFG_PATH" aliases:"extensions-cfg-path" placeholder:"FILE" help:"What is watched, by which extensions."`
	FeaturesCfg     string `env:"FEATURES_CFG_PATH" placeholder:"FILE" help:"What the web UI offers."`
	OCMRepoMappings string `name:"ocm-repo-mappings" env:"OCM_REPO_MAPPINGS_PATH" placeholder:"FILE" help:"OCM repositories: registries, or CTF archives: paths that begin with /, ./, ../ or file://, or end in .ctf, .tar, .tgz or .tar.gz."`
	Profiles        string `env:"PROFILES_PATH" placeholder:"FILE" help:"What the web UI shows to whom."`
	Sprints         string `env:"SPRINTS_PATH" placeholder:"FILE" help:"Sprints, unless features_cfg generates them."`
	AddressBook     string `name:"addressbook" env:"ADDRESSBOOK_PATH" placeholder:"FILE" help:"Names, mail addresses and logins of people, for those who are responsible for components."`
	GitHubMappings  string `name:"github-mappings" env:"GITHUB_MAPPINGS_PATH" placeholder:"FILE" help:"Instances of GitHub that the address book names."`

	Samples        bool          `help:"Let built-in samples stand in for files that are not named or not there. Without it, a file that is named must be there."`
	ReloadInterval time.Duration `default:"10s" env:"ODG_RELOAD_INTERVAL" help:"How often the files are looked at; SIGHUP looks at once."`
}

// paths are those of the files that are named.
func (f files) paths() []string {
	var named []string
	for _, path := range []string{f.FindingsCfg, f.ExtensionsCfg, f.FeaturesCfg, f.OCMRepoMappings, f.Profiles, f.Sprints, f.AddressBook, f.GitHubMappings} {
		if path != "" {
			named = append(named, path)
		}
	}
	return named
}

//go:embed samples
var samples embed.FS

// source is a configuration file as this command knows it.
type source struct {
	name   string // of the file's kind, as ODG calls it
	path   string // empty if it is not named
	needed bool   // nothing works without it
	spare  bool   // it need not be there, as existing deployments name it in any case
}

// reading reads files together and collects what is wrong with them, and what a
// person should know.
type reading struct {
	files   reload.Files
	samples bool
	log     zerolog.Logger

	from   map[string]string // by name of a source: where it was read
	faults []error
}

// take reads one file. It returns nil, or the zero T, for one that is not there and
// need not be.
func take[T any](r *reading, s source, parse func(file string, data []byte) (T, []strictyaml.Warning, error)) (cfg T) {
	name, data, err := r.content(s)
	if err != nil {
		r.faults = append(r.faults, err)
		return cfg
	}
	r.from[s.name] = name
	if data == nil {
		return cfg
	}
	cfg, warnings, err := parse(name, data)
	for _, w := range warnings {
		r.log.Warn().Stringer("warning", w).Msg("configuration read")
	}
	if err != nil {
		r.faults = append(r.faults, err)
	}
	return cfg
}

// content returns what a source holds and where that is from: nil and "none" if it
// is not there and need not be. A missing file is no reason to go on with something
// else (D14 of the deliberate differences), unless samples were asked for.
func (r *reading) content(s source) (from string, data []byte, err error) {
	file := r.files[s.path]
	switch {
	case s.path != "" && file.Err == nil:
		return s.path, append([]byte{}, file.Data...), nil
	case s.path != "" && !r.files.Missing(s.path):
		return "", nil, file.Err
	case s.spare:
		return "none", nil, nil
	case r.samples:
		data, err := samples.ReadFile("samples/" + s.name + ".yaml")
		return "sample", data, err
	case s.path != "":
		return "", nil, fmt.Errorf("%w; --samples asks for the built-in sample instead", file.Err)
	case s.needed:
		return "", nil, errors.New("no findings configuration: name it with --findings-cfg or FINDINGS_CFG_PATH, or ask for built-in samples with --samples")
	}
	return "none", nil, nil
}
