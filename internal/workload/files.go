package workload

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/metadata"
)

// Files are the flags that name the configuration.
type Files struct {
	ExtensionsCfg   string `name:"extensions-cfg-path" aliases:"extensions-cfg" env:"EXTENSIONS_CFG_PATH" placeholder:"FILE" help:"What is watched, by which extensions."`
	FindingsCfg     string `name:"findings-cfg-path" aliases:"findings-cfg" env:"FINDINGS_CFG_PATH" placeholder:"FILE" help:"Finding types, their severities and deadlines."`
	OCMRepoMappings string `name:"ocm-repo-mappings-path" aliases:"ocm-repo-mappings" env:"OCM_REPO_MAPPINGS_PATH" placeholder:"FILE" help:"OCM repositories: registries, or CTF archives: paths that begin with /, ./, ../ or file://, or end in .ctf, .tar, .tgz or .tar.gz. Without it, those that the components name."`
}

// Configuration is what the files say together. It does not change.
type Configuration struct {
	Extensions *extcfg.Config
	Findings   *findingcfg.Config
	Types      *metadata.Types   // those that exist and those that Findings declares
	Mappings   *corecfg.Mappings // nil if there are none
}

// Paths are those of the files that are named.
func (f Files) Paths() []string {
	var named []string
	for _, path := range []string{f.ExtensionsCfg, f.FindingsCfg, f.OCMRepoMappings} {
		if path != "" {
			named = append(named, path)
		}
	}
	return named
}

// Parse makes a configuration of what the files hold, or says all that is wrong with
// them. Warnings go to log. Sections may lack the URL of the core: [Configuration.Core]
// asks for it. A file that is missing is no reason to go on with something else (D14
// of the deliberate differences).
func (f Files) Parse(held reload.Files, log zerolog.Logger) (Configuration, error) {
	var c Configuration
	var faults []error
	read(held, source{"extensions_cfg", f.ExtensionsCfg, "EXTENSIONS_CFG_PATH"}, log, &faults, &c.Extensions,
		func(name string, data []byte) (*extcfg.Config, []strictyaml.Warning, error) {
			return extcfg.Parse(name, data, extcfg.Options{Local: true})
		})
	read(held, source{"findings_cfg", f.FindingsCfg, "FINDINGS_CFG_PATH"}, log, &faults, &c.Findings,
		func(name string, data []byte) (*findingcfg.Config, []strictyaml.Warning, error) {
			return findingcfg.Parse(name, data, findingcfg.Options{})
		})
	if f.OCMRepoMappings != "" {
		read(held, source{"ocm_repo_mappings", f.OCMRepoMappings, "OCM_REPO_MAPPINGS_PATH"}, log, &faults, &c.Mappings, corecfg.ParseMappings)
	}
	if err := errors.Join(faults...); err != nil {
		return Configuration{}, err
	}
	var err error
	c.Types, err = c.Findings.Types()
	return c, err
}

// source is a configuration file.
type source struct {
	kind     string // as ODG calls it
	path     string
	variable string // that names it
}

func read[T any](held reload.Files, s source, log zerolog.Logger, faults *[]error, to *T, parse func(string, []byte) (T, []strictyaml.Warning, error)) {
	if s.path == "" {
		*faults = append(*faults, fmt.Errorf("no %s: name the file with %s or its flag (see --help)", s.kind, s.variable))
		return
	}
	file := held[s.path]
	if file.Err != nil {
		if errors.Is(file.Err, fs.ErrNotExist) {
			file.Err = fmt.Errorf("%w; %s names it", file.Err, s.variable)
		}
		*faults = append(*faults, file.Err)
		return
	}
	cfg, warnings, err := parse(s.path, file.Data)
	for _, w := range warnings {
		log.Warn().Stringer("warning", w).Msg("configuration read")
	}
	if err != nil {
		*faults = append(*faults, err)
		return
	}
	*to = cfg
}
