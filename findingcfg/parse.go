package findingcfg

import (
	"fmt"
	"io/fs"

	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// Error is one mistake in a configuration file. Its fields: File; Line and Column
// from 1, 0 if the whole file is meant; Path to the value; Problem; Remedy; and
// Err, the cause or nil, which [errors.Is] and [errors.As] find.
type Error = strictyaml.Error

// Warning is something that is read, but hardly meant, such as a key that nobody
// knows. Its fields are File, Line, Column, Path and Problem.
type Warning = strictyaml.Warning

// Options are what [Parse] may need. The zero Options suffice for files that
// refer to nothing but odg/defaults.yaml.
type Options struct {
	// Resolver reads shared configuration from elsewhere. Without one, references
	// to other files than odg/defaults.yaml are errors.
	Resolver RefResolver
}

// Parse reads a findings configuration. file is its name for messages. The error
// joins all faults ([errors.Join]), each an [*Error].
func Parse(file string, data []byte, o Options) (*Config, []Warning, error) {
	root, err := strictyaml.Parse(file, data)
	if err != nil {
		return nil, nil, err
	}
	r := newReader(o)
	cfg := r.config(root)
	warnings, err := r.d.Result()
	if err != nil {
		return nil, warnings, err
	}
	return cfg, warnings, nil
}

// Load reads the findings configuration name from fsys, see [Parse]. A missing
// file is an [*Error] that wraps [fs.ErrNotExist].
func Load(fsys fs.FS, name string, o Options) (*Config, []Warning, error) {
	data, err := strictyaml.ReadFile(fsys, name)
	if err != nil {
		return nil, nil, err
	}
	return Parse(name, data, o)
}

// reader turns nodes into a [Config].
type reader struct {
	d        strictyaml.Decoder
	resolver RefResolver
	shared   map[string]sharedFile
}

func newReader(o Options) *reader {
	r := &reader{resolver: o.Resolver, shared: map[string]sharedFile{}}
	strictyaml.Use(&r.d, func(n *strictyaml.Node) Pattern { return readPattern(&r.d, n) })
	strictyaml.Use(&r.d, func(n *strictyaml.Node) ProcessingTime { return readProcessingTime(&r.d, n) })
	strictyaml.Use(&r.d, func(n *strictyaml.Node) rescore.Pattern { return readStartPattern(&r.d, n) })
	strictyaml.Use(&r.d, func(n *strictyaml.Node) extraID { return readExtraID(&r.d, n) })
	return r
}

// rawFinding is an element of the file.
type rawFinding struct {
	Type            metadata.Type    `yaml:"type,required"`
	Categorisations *strictyaml.Node `yaml:"categorisations,required"`
	Filters         []rawFilter      `yaml:"filter,nullable"`
	Ruleset         *strictyaml.Node `yaml:"rescoring_ruleset"`
	Issues          Issues           `yaml:"issues"`
	DefaultScope    Scope            `yaml:"default_scope" default:"artefact"`
	Reuse           rawReuse         `yaml:"reuse_discovery_date"`
	SprintOffset    int              `yaml:"sprint_assignment_offset" default:"0"`
	// Datasource and Key declare a type that ODG does not know.
	Datasource metadata.Datasource `yaml:"datasource,nullable"`
	Key        []string            `yaml:"key,scalar,nullable"`
}

type rawReuse struct {
	Enabled bool           `yaml:"enabled" default:"true"`
	MaxTime ProcessingTime `yaml:"max_reuse_time"`
}

func (r *reader) config(root *strictyaml.Node) *Config {
	if root.Kind != strictyaml.List {
		r.d.Fault(root, "want a list of finding types, got "+root.Kind.String(), "begin each finding type with: - type: …")
		return nil
	}
	cfg := &Config{}
	lines := map[metadata.Type]int{}
	for _, item := range root.Items {
		var raw rawFinding
		if ok := r.d.Decode(item, &raw); !ok && (raw.Type == "" || raw.Categorisations == nil) {
			continue // else there may be more to tell
		}
		if line, twice := lines[raw.Type]; twice {
			r.d.Warn(item, fmt.Sprintf("type %s is listed in line %d already, which wins", raw.Type, line))
		} else {
			lines[raw.Type] = item.Line
		}
		cfg.Findings = append(cfg.Findings, r.finding(raw, item))
		r.declare(cfg, raw, item)
	}
	return cfg
}

func (r *reader) finding(raw rawFinding, n *strictyaml.Node) Finding {
	f := Finding{
		Type:            raw.Type,
		Categorisations: r.categorisations(raw.Type, raw.Categorisations),
		Filters:         filters(raw.Filters),
		Issues:          raw.Issues.withDefaults(),
		DefaultScope:    raw.DefaultScope,
		Retention:       raw.Reuse.retention(),
		SprintOffset:    raw.SprintOffset,
	}
	if raw.Ruleset != nil && raw.Ruleset.Kind != strictyaml.Null {
		f.Ruleset = r.ruleset(&f, raw.Ruleset)
	}
	r.checkIssues(f.Issues, n.Get("issues"))
	return f
}

// checkIssues tells what would fail, or surprise, when the first issue is made.
func (r *reader) checkIssues(issues Issues, n *strictyaml.Node) {
	if n == nil {
		return
	}
	if err := checkTitle(issues.TitleTemplate); err != nil {
		r.d.FaultFrom(n.Get("title_template"), err, err.Error(), "")
	}
	if group := n.Get("attrs_to_group_by"); group != nil {
		for i, attr := range issues.GroupBy {
			if !known(attr) {
				r.d.Warn(group.Items[i], fmt.Sprintf("%s is no attribute of an artefact and groups nothing", attr))
			}
		}
	}
}

// retention leaves out a time of zero, which ODG reads as "no limit".
func (r rawReuse) retention() metadata.Retention {
	d, _ := r.MaxTime.Duration()
	return metadata.Retention{Disabled: !r.Enabled, MaxReuse: d.Std()}
}
