package extcfg

import (
	"io/fs"
	"reflect"
	"strings"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// Error is one mistake in a configuration file. Its fields: File; Line and Column
// from 1, 0 if the whole file is meant; Path to the value; Problem; Remedy; and
// Err, the cause or nil, which [errors.Is] and [errors.As] find.
type Error = strictyaml.Error

// Warning is something that is read, but hardly meant, such as a section that
// nobody knows. Its fields are File, Line, Column, Path and Problem.
type Warning = strictyaml.Warning

// Options say how a configuration is read. The zero Options are those of an
// installation with a delivery service.
type Options struct {
	// Local is for runs on one machine, in one process: no section needs a
	// delivery_service_url, nor the issue replicator a delivery_dashboard_url.
	Local bool
}

// Parse reads an extensions configuration. file is its name for messages. The
// error joins all faults ([errors.Join]), each an [*Error].
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

// Load reads the extensions configuration name from fsys, see [Parse]. A missing
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
	d     strictyaml.Decoder
	local bool
}

func newReader(o Options) *reader {
	r := &reader{local: o.Local}
	strictyaml.Use(&r.d, func(n *strictyaml.Node) Component { return readComponent(&r.d, n) })
	strictyaml.Use(&r.d, func(n *strictyaml.Node) Version { return readVersion(&r.d, n) })
	strictyaml.Use(&r.d, func(n *strictyaml.Node) PathStep { return readPathStep(&r.d, n) })
	strictyaml.Use(&r.d, func(n *strictyaml.Node) ID { return readID(&r.d, n) })
	strictyaml.Use(&r.d, func(n *strictyaml.Node) Pattern { return readPattern(&r.d, n, ParsePattern) })
	strictyaml.Use(&r.d, func(n *strictyaml.Node) findingcfg.Pattern {
		return readPattern(&r.d, n, findingcfg.ParsePattern)
	})
	return r
}

func readID(d *strictyaml.Decoder, n *strictyaml.Node) ID {
	if n.Kind != strictyaml.Text && n.Kind != strictyaml.Int {
		d.WrongType(n, "text or an integer")
	}
	return ID(n.Text)
}

func (r *reader) config(root *strictyaml.Node) *Config {
	if root.Kind != strictyaml.Mapping {
		r.d.Fault(root, "want a mapping of sections, got "+root.Kind.String(), "write the name of each extension as a key, such as osid:")
		return nil
	}
	merged := r.withDefaults(root)
	cfg := &Config{}
	sound := r.d.Decode(merged, cfg)
	r.sections(merged, cfg)
	if sound { // else the nodes need not have the shape of cfg
		r.presets(merged, cfg)
		r.checks(merged, cfg)
	}
	return cfg
}

// withDefaults merges the object under the key defaults under every section.
func (r *reader) withDefaults(root *strictyaml.Node) *strictyaml.Node {
	defaults := root.Get("defaults")
	if defaults != nil && defaults.Kind != strictyaml.Mapping && defaults.Kind != strictyaml.Null {
		r.d.WrongType(defaults, "a mapping")
	}
	merged := *root
	merged.Members = nil
	for _, m := range root.Members {
		if m.Key == "defaults" {
			continue
		}
		if services[m.Key] != "" {
			m.Value = m.Value.Under(defaults)
		}
		merged.Members = append(merged.Members, m)
	}
	return &merged
}

// sections fills what all sections have in common, and asks for the delivery
// service where it is needed.
func (r *reader) sections(root *strictyaml.Node, cfg *Config) {
	v := reflect.ValueOf(cfg).Elem()
	for i := range v.NumField() {
		key := yamlKey(v.Type().Field(i))
		s, ok := sectionOf(v.Field(i))
		if !ok {
			continue
		}
		if s.common().Service == "" {
			s.common().Service = services[key]
		}
		n := root.Get(key)
		if c, ok := s.(interface{ connected() *Connected }); ok && c.connected().DeliveryServiceURL == "" && !r.local {
			r.d.Missing(n, "delivery_service_url")
		}
	}
	if i := cfg.IssueReplicator; i != nil && i.DeliveryDashboardURL == "" && !r.local {
		r.d.Missing(root.Get("issue_replicator"), "delivery_dashboard_url")
	}
}

func yamlKey(field reflect.StructField) string {
	key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
	return key
}

// sectionOf returns the section that a field of [Config] holds, false if it is
// none or not configured.
func sectionOf(v reflect.Value) (section, bool) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil, false
		}
		v = v.Elem()
	}
	s, ok := v.Addr().Interface().(section)
	return s, ok
}

// presets gives the defaults that tags cannot say.
func (r *reader) presets(root *strictyaml.Node, cfg *Config) {
	if i := cfg.IssueReplicator; i != nil {
		i.presetMilestones(root.Get("issue_replicator"))
	}
	if c := cfg.CacheManager; c != nil {
		if root.Get("cache_manager").Get("cache_pruning_weights") == nil {
			c.Weights = DefaultCacheWeights()
		}
		if c.Prefill.Functions == nil {
			c.Prefill.Functions = DefaultPrefillFunctions()
		}
	}
}
