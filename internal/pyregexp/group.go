package pyregexp

import (
	"fmt"
	"unicode"
)

// refused are the groups that RE2 has not. Longer beginnings come first.
var refused = []struct{ begin, construct string }{
	{"(?<=", "look-behind (?<="},
	{"(?<!", "negative look-behind (?<!"},
	{"(?=", "look-ahead (?="},
	{"(?!", "negative look-ahead (?!"},
	{"(?>", "atomic group (?>"},
	{"(?P=", "back-reference (?P="},
	{"(?(", "conditional (?("},
}

// open translates the beginning of a group, or a whole comment.
func (t *translation) open() error {
	if t.peek(1) != '?' {
		return t.group("(", 1, t.flags)
	}
	for _, r := range refused {
		if t.hasPrefix(r.begin) {
			return t.refuse(t.pos, r.construct)
		}
	}
	switch {
	case t.hasPrefix("(?:"):
		return t.group("(?:", 3, t.flags)
	case t.hasPrefix("(?#"):
		return t.comment()
	case t.hasPrefix("(?P<"):
		return t.named()
	}
	return t.flagged()
}

func (t *translation) group(re2 string, width int, inner flags) error {
	t.groups = append(t.groups, t.flags)
	t.flags = inner
	t.emit(re2, false)
	t.pos += width
	return nil
}

func (t *translation) close() error {
	last := len(t.groups) - 1
	if last < 0 {
		return t.wrong(t.pos, "unbalanced )")
	}
	t.flags, t.groups = t.groups[last], t.groups[:last]
	t.emit(")", true)
	t.pos++
	return nil
}

func (t *translation) comment() error {
	for n := 3; ; n++ {
		switch t.peek(n) {
		case ')':
			t.pos += n + 1
			return nil
		case -1:
			return t.wrong(t.pos, "missing ), unterminated comment")
		}
	}
}

// named translates (?P<name>. Nobody can refer to the name, so only its form is
// checked and the group loses it.
func (t *translation) named() error {
	n := 4
	for ; t.peek(n) != '>'; n++ {
		c := t.peek(n)
		if c == -1 {
			return t.wrong(t.pos, "missing >, unterminated name")
		}
		if c != '_' && !unicode.IsLetter(c) && (n == 4 || !unicode.IsDigit(c)) {
			return t.wrong(t.pos+n, "bad character in group name")
		}
	}
	if n == 4 {
		return t.wrong(t.pos+n, "missing group name")
	}
	name := string(t.in[t.pos+4 : t.pos+n])
	if t.names[name] {
		return t.wrong(t.pos+4, "redefinition of group name "+name)
	}
	if t.names == nil {
		t.names = map[string]bool{}
	}
	t.names[name] = true
	return t.group("(?:", n+1, t.flags)
}

// flagged translates (?i) at the start of a pattern and (?i-s:…) anywhere.
func (t *translation) flagged() error {
	inner, on := t.flags, true
	for n := 2; ; n++ {
		switch c := t.peek(n); c {
		case ':':
			return t.group("(?"+inner.re2()+":", n+1, inner)
		case ')':
			if t.pos > 0 || n == 2 || !on {
				return t.wrong(t.pos, "flags that stand alone belong at the start of the pattern")
			}
			t.flags = inner
			t.emit("(?"+inner.re2()+")", false)
			t.pos += n + 1
			return nil
		case '-':
			if !on {
				return t.wrong(t.pos+n, "second - in flags")
			}
			on = false
		case 'i', 's', 'm', 'u': // u is how everything is
			inner.set(c, on)
		case 'x', 'a', 'L':
			return t.refuse(t.pos+n, fmt.Sprintf("flag %c", c))
		default:
			return t.wrong(t.pos, "unknown extension "+string(t.in[t.pos:min(len(t.in), t.pos+n+1)]))
		}
	}
}

func (f *flags) set(c rune, on bool) {
	switch c {
	case 'i':
		f.ignoreCase = on
	case 'm':
		f.multiLine = on
	case 's':
		f.dotAll = on
	}
}

// re2 writes the flags that RE2 has to know; multiLine is translated instead.
func (f flags) re2() string {
	switch {
	case f.ignoreCase && f.dotAll:
		return "is"
	case f.ignoreCase:
		return "i-s"
	case f.dotAll:
		return "s-i"
	}
	return "-is"
}
