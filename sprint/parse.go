package sprint

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/metadata"
)

// Error is one mistake in a configuration file. Its fields: File; Line and Column
// from 1, 0 if the whole file is meant; Path to the value; Problem; Remedy; and
// Err, the cause or nil, which [errors.Is] and [errors.As] find.
type Error = strictyaml.Error

// Warning is something that is read, but hardly meant, such as a key that nobody
// knows. Its fields are File, Line, Column, Path and Problem.
type Warning = strictyaml.Warning

// Parse reads sprints: a list, {sprints: [{name, end_date}], meta}, or a rule,
// {sprint_name_pattern, start_date, …, meta}. file is its name for messages. The
// error joins all faults ([errors.Join]), each an [*Error].
func Parse(file string, data []byte) (*Config, []Warning, error) {
	root, err := strictyaml.Parse(file, data)
	if err != nil {
		return nil, nil, err
	}
	var d strictyaml.Decoder
	cfg := Decode(&d, root)
	warnings, err := d.Result()
	if err != nil {
		return nil, warnings, err
	}
	return cfg, warnings, nil
}

// Load reads the sprints in the file name from fsys, see [Parse]. A missing file
// is an [*Error] that wraps [fs.ErrNotExist].
func Load(fsys fs.FS, name string) (*Config, []Warning, error) {
	data, err := strictyaml.ReadFile(fsys, name)
	if err != nil {
		return nil, nil, err
	}
	return Parse(name, data)
}

// generates tells if the mapping n has a rule and not a list.
func generates(n *strictyaml.Node) bool {
	pattern := n.Get("sprint_name_pattern")
	return pattern != nil && (pattern.Kind != strictyaml.Text || pattern.Text != "")
}

type rawRule struct {
	Rule
	Meta Meta `yaml:"meta,nullable"`
}

type rawList struct {
	Sprints []Listed `yaml:"sprints"`
	Meta    Meta     `yaml:"meta,nullable"`
}

// Decode reads sprints from a part of a configuration of ODG, and records faults
// with d. What it returns with a fault does not matter.
func Decode(d *strictyaml.Decoder, n *strictyaml.Node) *Config {
	strictyaml.Use(d, func(n *strictyaml.Node) metadata.Date { return readDate(d, n) })
	cfg := &Config{}
	sound := true
	if generates(n) {
		var raw rawRule
		sound = d.Decode(n, &raw)
		cfg.Rule, cfg.Meta = &raw.Rule, raw.Meta
	} else {
		var raw rawList
		sound = d.Decode(n, &raw)
		cfg.Listed, cfg.Meta = raw.Sprints, raw.Meta
		if n.Kind == strictyaml.Mapping && n.Get("sprints") == nil {
			d.Fault(n, "there are neither sprints nor a sprint_name_pattern", "list the sprints, or write a pattern that generates them")
		}
	}
	if sound { // else the nodes need not have the shape of cfg
		cfg.check(d, n)
	}
	return cfg
}

// readDate reads a day; of a time it takes the date as written.
func readDate(d *strictyaml.Decoder, n *strictyaml.Node) metadata.Date {
	if n.Kind != strictyaml.Text {
		d.WrongType(n, "a date such as 2025-01-08")
		return ""
	}
	date, err := metadata.ParseDate(n.Text)
	if err != nil {
		d.FaultFrom(n, err, err.Error(), "")
	}
	return date
}

// check tells values that have the right type, but no sense.
func (c *Config) check(d *strictyaml.Decoder, n *strictyaml.Node) {
	if c.Rule != nil {
		tell(d, n, c.Rule.faults())
	}
	if meta := n.Get("meta"); meta != nil {
		tell(d, meta, c.Meta.faults())
	}
	lines := map[string]int{}
	for i, s := range c.Listed {
		item := n.Get("sprints").Items[i]
		if line, twice := lines[s.Name]; twice {
			d.Warn(item, fmt.Sprintf("sprint %q is there already, in line %d", s.Name, line))
		}
		lines[s.Name] = item.Line
	}
}

// tell records faults at the members of n that they are about.
func tell(d *strictyaml.Decoder, n *strictyaml.Node, faults []fault) {
	for _, f := range faults {
		d.Fault(locate(n, f.key), f.problem, f.remedy)
	}
}

// locate returns the node at a path such as offsets[1].name, or the last one on
// the way that is written.
func locate(n *strictyaml.Node, path string) *strictyaml.Node {
	for _, step := range strings.Split(path, ".") {
		name, index, indexed := strings.Cut(strings.TrimSuffix(step, "]"), "[")
		next := n.Get(name)
		if next == nil {
			return n
		}
		n = next
		var i int
		if _, err := fmt.Sscan(index, &i); indexed && err == nil && i < len(n.Items) {
			n = n.Items[i]
		}
	}
	return n
}
