package findingcfg

import (
	"errors"
	"fmt"

	"github.com/opendeliverygear/odg/internal/pyregexp"
	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// Pattern is a regular expression in Python's syntax that must match a whole
// text, regardless of case. The zero Pattern matches nothing.
type Pattern struct{ re *pyregexp.Regexp }

// ErrPattern is wrapped by every error about a regular expression.
var ErrPattern = errors.New("not a usable regular expression")

// ParsePattern reads a pattern. Constructs that cannot be matched in linear time
// (look-around, back-references, atomic groups, possessive quantifiers) are
// refused; the error names the construct and its position.
func ParsePattern(text string) (Pattern, error) {
	re, err := pyregexp.Compile(text, pyregexp.Options{IgnoreCase: true})
	if err != nil {
		return Pattern{}, fmt.Errorf("%w: %w", ErrPattern, err)
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

// MarshalText writes the pattern as written.
func (p Pattern) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// readPattern reads a [Pattern] from configuration.
func readPattern(d *strictyaml.Decoder, n *strictyaml.Node) Pattern {
	if n.Kind != strictyaml.Text {
		d.WrongType(n, "text")
		return Pattern{}
	}
	p, err := ParsePattern(n.Text)
	var refused *pyregexp.Error
	if errors.As(err, &refused) {
		patternFault(d, n, err, refused)
	}
	return p
}

func patternFault(d *strictyaml.Decoder, n *strictyaml.Node, err error, refused *pyregexp.Error) {
	remedy := "correct the pattern"
	if refused.Construct != "" {
		remedy = "list the wanted texts one by one, or say what is unwanted in an exclude filter or an earlier category"
	}
	d.FaultFrom(n, err, refused.Error(), remedy)
}

func anyMatches(all []Pattern, s string) bool {
	for _, p := range all {
		if p.Match(s) {
			return true
		}
	}
	return false
}
