package findingcfg

import (
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/metadata"
)

// setTo is how rulesets name a category as an operation, so no category may be
// called like that.
const setTo = "set-to-"

type rawCategory struct {
	ID          string           `yaml:"id,required"`
	DisplayName string           `yaml:"display_name,required"`
	Value       int              `yaml:"value,required"`
	Allowed     ProcessingTime   `yaml:"allowed_processing_time"`
	Rescoring   []RescoringMode  `yaml:"rescoring,scalar,nullable"`
	Selector    *strictyaml.Node `yaml:"selector"`
}

// readProcessingTime reads a [ProcessingTime] from configuration.
func readProcessingTime(d *strictyaml.Decoder, n *strictyaml.Node) ProcessingTime {
	switch {
	case n.Kind == strictyaml.Null:
		return ProcessingTime{}
	case n.Kind == strictyaml.Text && n.Text == input:
		return ByInput()
	case n.Kind != strictyaml.Text && n.Kind != strictyaml.Int && n.Kind != strictyaml.Float:
		d.WrongType(n, "a duration such as 30d")
		return ProcessingTime{}
	}
	duration, rest, err := parseDuration(n.Text, "d")
	if err != nil {
		d.FaultFrom(n, err, err.Error(), "")
		return ProcessingTime{}
	}
	if rest != "" {
		d.Warn(n, fmt.Sprintf("%q is read as %s, the rest %q is ignored", n.Text, duration, rest))
	}
	return Within(duration)
}

func (r *reader) categorisations(t metadata.Type, n *strictyaml.Node) []Categorisation {
	if n.Kind == strictyaml.Mapping {
		if n = r.referred(n, t, "categorisations"); n == nil {
			return nil
		}
	}
	if n.Kind != strictyaml.List {
		r.d.WrongType(n, "a list of categories, or a reference {cfg_name, ref}")
		return nil
	}
	all := make([]Categorisation, 0, len(n.Items))
	lines := map[string]int{}
	for _, item := range n.Items {
		c, ok := r.category(t, item)
		if !ok {
			continue
		}
		if line, twice := lines[c.ID]; twice {
			r.d.Warn(item, fmt.Sprintf("category %q is there already, in line %d", c.ID, line))
		}
		lines[c.ID] = item.Line
		all = append(all, c)
	}
	r.needsNone(t, n, all)
	return all
}

func (r *reader) category(t metadata.Type, n *strictyaml.Node) (Categorisation, bool) {
	var raw rawCategory
	if !r.d.Decode(n, &raw) {
		return Categorisation{}, false
	}
	if strings.HasPrefix(raw.ID, setTo) {
		r.d.Fault(n.Get("id"), fmt.Sprintf("the id %q must not begin with %s", raw.ID, setTo), "rename the category")
	}
	c := Categorisation{
		ID: raw.ID, DisplayName: raw.DisplayName, Value: raw.Value,
		AllowedProcessingTime: raw.Allowed, Rescoring: raw.Rescoring,
	}
	if raw.Selector != nil && raw.Selector.Kind != strictyaml.Null {
		c.Selector = r.selector(t, raw.Selector)
	}
	return c, true
}

// needsNone checks that vulnerabilities, which the UI can always accept, have a
// category for that.
func (r *reader) needsNone(t metadata.Type, n *strictyaml.Node, all []Categorisation) {
	f := Finding{Categorisations: all}
	if _, ok := f.NoneCategorisation(); !ok && t == metadata.TypeVulnerability && len(all) == len(n.Items) {
		r.d.Fault(n, "no category has the value 0", "add one for vulnerabilities that need no work, such as NONE")
	}
}
