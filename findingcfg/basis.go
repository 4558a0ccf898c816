package findingcfg

import (
	"encoding/json"

	"github.com/opendeliverygear/odg/metadata"
)

// Basis is the part of a configuration by which [Config.Effective] judges findings of
// one type, as texts. Who keeps effective values compares it to tell which of them hold
// on after a change of the configuration.
type Basis struct {
	// Reach says which findings are judged, and how they are told apart.
	Reach string
	// Values says how severe and how urgent they are.
	Values string
}

// Basis returns that of type t, false if t is not configured.
func (c *Config) Basis(t metadata.Type) (Basis, bool) {
	f, ok := c.For(t)
	if !ok {
		return Basis{}, false
	}
	type filters []filterJSON
	reach := struct {
		Filters  filters
		Declared []metadata.TypeSpec
	}{}
	for _, filter := range f.Filters {
		reach.Filters = append(reach.Filters, filterOf(filter))
	}
	for _, spec := range c.Declared {
		if spec.Name == t {
			reach.Declared = append(reach.Declared, spec)
		}
	}
	type category struct {
		ID      string
		Value   int
		Allowed ProcessingTime
	}
	var categories []category
	for _, k := range f.Categorisations {
		categories = append(categories, category{k.ID, k.Value, k.AllowedProcessingTime})
	}
	return Basis{Reach: text(reach), Values: text(categories)}, true
}

// text is v as JSON, which for these types always works.
func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
