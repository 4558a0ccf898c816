package extcfg

import (
	"errors"
	"fmt"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/pyregexp"
	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// Pattern is a regular expression in Python's syntax that must match a whole
// text, case included. The zero Pattern matches nothing. Patterns that ignore
// case are [findingcfg.Pattern].
type Pattern struct{ re *pyregexp.Regexp }

// ParsePattern reads a pattern, see [findingcfg.ParsePattern].
func ParsePattern(text string) (Pattern, error) {
	re, err := pyregexp.Compile(text, pyregexp.Options{})
	if err != nil {
		return Pattern{}, fmt.Errorf("%w: %w", findingcfg.ErrPattern, err)
	}
	return Pattern{re}, nil
}

// Match tells if the whole of s matches.
func (p Pattern) Match(s string) bool { return p.re != nil && p.re.MatchFull(s) }

// String returns the pattern as written.
func (p Pattern) String() string {
	if p.re == nil {
		return ""
	}
	return p.re.String()
}

// readPattern reads text with parse and records its faults.
func readPattern[P any](d *strictyaml.Decoder, n *strictyaml.Node, parse func(string) (P, error)) P {
	var none P
	if n.Kind != strictyaml.Text {
		d.WrongType(n, "text")
		return none
	}
	p, err := parse(n.Text)
	var refused *pyregexp.Error
	if errors.As(err, &refused) {
		remedy := "correct the pattern"
		if refused.Construct != "" {
			remedy = "list the wanted texts one by one"
		}
		d.FaultFrom(n, err, refused.Error(), remedy)
	}
	return p
}
