package extcfg

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNoMapping is wrapped where an extension is asked to work on a component, and
// none of its mappings has a fitting prefix.
var ErrNoMapping = errors.New("no mapping for this component")

// Prefixed is what mappings have.
type Prefixed struct {
	// Prefix begins the names of the components that the mapping is for; the empty
	// prefix means all.
	Prefix string `yaml:"prefix,required"`
}

func (p Prefixed) fits(component string) bool { return strings.HasPrefix(component, p.Prefix) }

// first returns the first mapping that fits. The error wraps [ErrNoMapping].
func first[M interface{ fits(string) bool }](section string, mappings []M, component string) (M, error) {
	for _, m := range mappings {
		if m.fits(component) {
			return m, nil
		}
	}
	var none M
	return none, fmt.Errorf("%s: component %s: %w, add one with its prefix", section, component, ErrNoMapping)
}
