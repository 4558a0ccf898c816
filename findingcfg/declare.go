package findingcfg

import (
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/metadata"
)

// Types returns the types of ODG and those that the configuration declares. A
// type is declared by its element in the file, with two keys that ODG itself does
// not have and ignores: datasource, and key, which lists members of the data as
// [metadata.TypeSpec] has them:
//
//	[{type: finding/acme, datasource: acme, key: [rule, file?], categorisations: […]}]
func (c *Config) Types() (*metadata.Types, error) {
	types := metadata.BuiltinTypes()
	for _, spec := range c.Declared {
		declared, err := types.Declare(spec)
		if err != nil {
			return nil, err
		}
		types = declared
	}
	return types, nil
}

// declare adds the type of an element to the declared ones, if it is none of ODG.
func (r *reader) declare(cfg *Config, raw rawFinding, n *strictyaml.Node) {
	own := metadata.BuiltinTypes().Known(raw.Type)
	declares := raw.Datasource != "" || raw.Key != nil
	switch {
	case own && declares:
		key := n.Get("key")
		if key == nil {
			key = n.Get("datasource")
		}
		r.d.Fault(key, fmt.Sprintf("ODG knows type %s itself, its datasource and key are fixed", raw.Type), "remove the keys datasource and key")
		return
	case own:
		return
	case !declares:
		r.d.Warn(n.Get("type"), fmt.Sprintf("type %s is none of ODG; without datasource and key its findings are told apart by the member key of their data", raw.Type))
		return
	case raw.Datasource == "":
		r.d.Missing(n, "datasource")
		return
	}
	spec := metadata.TypeSpec{Name: raw.Type, Datasource: raw.Datasource, Key: raw.Key}
	if _, err := metadata.BuiltinTypes().Declare(spec); err != nil {
		r.d.FaultFrom(n.Get("key"), err, err.Error(), "")
		return
	}
	if !slices.ContainsFunc(cfg.Declared, func(d metadata.TypeSpec) bool { return d.Name == spec.Name }) {
		cfg.Declared = append(cfg.Declared, spec)
	}
}
