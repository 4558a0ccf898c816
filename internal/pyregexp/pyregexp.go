package pyregexp

import (
	"fmt"
	"regexp"
	"regexp/syntax"
)

// MaxLength bounds a pattern, in bytes.
const MaxLength = 4096

// Options say how a pattern is read. The zero Options are Python's default.
type Options struct {
	// IgnoreCase is Python's re.IGNORECASE.
	IgnoreCase bool
}

// Regexp is a compiled pattern. It is safe for concurrent use.
type Regexp struct {
	pattern     string
	full, start matcher
}

type matcher interface{ MatchString(s string) bool }

// Error says why a pattern is refused.
type Error struct {
	// Pattern is the whole pattern.
	Pattern string
	// Construct names what is refused, such as "look-ahead (?=". It is empty if the
	// pattern is wrong for Python too.
	Construct string
	// Offset is the position of the fault, in characters from 0.
	Offset int
	// Problem is a sentence about it, without the pattern.
	Problem string
}

// Error names the pattern, the position and the problem.
func (e *Error) Error() string {
	return fmt.Sprintf("regular expression %#q: %s at character %d", e.Pattern, e.Problem, e.Offset+1)
}

// Compile translates and compiles a pattern. The error is an [*Error].
func Compile(pattern string, o Options) (*Regexp, error) {
	t, err := translate(pattern, o)
	if err != nil {
		return nil, err
	}
	re := &Regexp{pattern: pattern}
	if re.full, err = t.compile(`\A(?:` + t.text(`\z`) + `)\z`); err == nil {
		re.start, err = t.compile(`\A(?:` + t.text(`(?:\n?\z)`) + `)`)
	}
	if err != nil {
		return nil, &Error{Pattern: pattern, Problem: reason(err)}
	}
	return re, nil
}

// reason is what RE2 says, without its own translated text.
func reason(err error) string {
	var s *syntax.Error
	if e, ok := err.(*syntax.Error); ok {
		s = e
	}
	if s == nil {
		return "cannot be compiled"
	}
	switch s.Code {
	case syntax.ErrLarge, syntax.ErrNestingDepth, syntax.ErrInvalidRepeatSize:
		return "is too large: " + s.Code.String()
	}
	return s.Code.String()
}

// String returns the pattern as it was written.
func (re *Regexp) String() string { return re.pattern }

// MatchFull tells if the whole of s matches, as Python's re.fullmatch.
func (re *Regexp) MatchFull(s string) bool { return re.full.MatchString(s) }

// MatchStart tells if s or a beginning of it matches, as Python's re.match.
func (re *Regexp) MatchStart(s string) bool { return re.start.MatchString(s) }

// compile uses the standard engine, unless the pattern needs word boundaries,
// which RE2 only knows for ASCII.
func (t *translation) compile(re2 string) (matcher, error) {
	if !t.boundaries {
		return regexp.Compile(re2)
	}
	parsed, err := syntax.Parse(re2, syntax.Perl)
	if err != nil {
		return nil, err
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, err
	}
	return (*machine)(prog), nil
}
