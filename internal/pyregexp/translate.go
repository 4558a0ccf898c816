package pyregexp

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// dollar stands for $ in a translation, because its meaning depends on how the
// pattern is applied. It cannot occur in RE2 text, where it would be quoted.
const dollar = "\x00$\x00"

// translation is a pattern on its way from Python to RE2.
type translation struct {
	pattern    string
	in         []rune
	pos        int
	out        strings.Builder
	boundaries bool
	groups     []flags // those outside of each open group
	flags      flags
	names      map[string]bool
	// repeatable tells that something stands before pos that may be repeated.
	repeatable bool
}

// flags are those that change the translation.
type flags struct{ ignoreCase, multiLine, dotAll bool }

// text returns the RE2 text with end for each $.
func (t *translation) text(end string) string {
	return strings.ReplaceAll(t.out.String(), dollar, end)
}

func translate(pattern string, o Options) (*translation, error) {
	t := &translation{pattern: pattern, in: []rune(pattern), flags: flags{ignoreCase: o.IgnoreCase}}
	switch {
	case len(pattern) > MaxLength:
		return nil, &Error{Pattern: pattern[:40] + "…", Problem: fmt.Sprintf("longer than %d bytes", MaxLength), Offset: MaxLength}
	case !utf8.ValidString(pattern):
		return nil, t.wrong(0, "not valid UTF-8")
	}
	if o.IgnoreCase {
		t.out.WriteString("(?i)")
	}
	for t.pos < len(t.in) {
		if err := t.next(); err != nil {
			return nil, err
		}
	}
	if len(t.groups) > 0 {
		return nil, t.wrong(len(t.in), "missing ), unterminated group")
	}
	return t, nil
}

// next translates what stands at pos.
func (t *translation) next() error {
	c := t.in[t.pos]
	switch c {
	case '\\':
		return t.escape()
	case '[':
		return t.class()
	case '(':
		return t.open()
	case ')':
		return t.close()
	case '*', '+', '?':
		return t.repeat(string(c), 1)
	case '{':
		return t.braces()
	case '|':
		t.emit("|", false)
	case '^':
		t.emit(t.inLines(`(?m:^)`, `\A`), false)
	case '$':
		t.emit(t.inLines(`(?m:$)`, dollar), false)
	case '.':
		t.emit(".", true)
	default:
		t.emit(t.literal(c), true)
	}
	t.pos++
	return nil
}

func (t *translation) inLines(multi, single string) string {
	if t.flags.multiLine {
		return multi
	}
	return single
}

func (t *translation) emit(re2 string, repeatable bool) {
	t.out.WriteString(re2)
	t.repeatable = repeatable
}

// dotted are the letters i that Python holds for equal when case is ignored, and
// RE2 does not.
const dotted = `[iI\x{130}\x{131}]`

func (t *translation) literal(c rune) string {
	switch {
	case t.flags.ignoreCase && strings.ContainsRune("iIİı", c):
		return dotted
	case c < 0x20 || c == 0x7f:
		return fmt.Sprintf(`\x{%x}`, c)
	case c < utf8.RuneSelf && !isAlnum(c):
		return `\` + string(c)
	}
	return string(c)
}

func isAlnum(c rune) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// wrong is a pattern that Python refuses too.
func (t *translation) wrong(at int, problem string) error {
	return &Error{Pattern: t.pattern, Offset: at, Problem: problem}
}

// refuse is a construct that Python has and RE2 has not.
func (t *translation) refuse(at int, construct string) error {
	return &Error{
		Pattern: t.pattern, Offset: at, Construct: construct,
		Problem: construct + " is not supported (RE2 has no such construct)",
	}
}

func (t *translation) peek(n int) rune {
	if t.pos+n < len(t.in) {
		return t.in[t.pos+n]
	}
	return -1
}

func (t *translation) hasPrefix(s string) bool {
	return strings.HasPrefix(string(t.in[t.pos:min(len(t.in), t.pos+len(s))]), s)
}
