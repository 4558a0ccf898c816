package pyregexp

import (
	"fmt"
	"strings"
)

// class translates [...]. Each part is written out escaped, because RE2 reads
// [[:alpha:]] and other texts differently.
func (t *translation) class() error {
	start := t.pos
	t.pos++
	var b strings.Builder
	b.WriteByte('[')
	if t.peek(0) == '^' {
		b.WriteByte('^')
		t.pos++
	}
	for first := true; first || t.peek(0) != ']'; first = false {
		if t.peek(0) == -1 {
			return t.wrong(start, "missing ], unterminated character set")
		}
		if err := t.part(&b); err != nil {
			return err
		}
	}
	t.pos++
	t.emit(b.String()+"]", true)
	return nil
}

// part translates one character, range or class escape within [...].
func (t *translation) part(b *strings.Builder) error {
	at := t.pos
	low, inside, err := t.element()
	if err != nil {
		return err
	}
	isRange := t.peek(0) == '-' && t.peek(1) != ']' && t.peek(1) != -1
	if inside != "" {
		if isRange {
			return t.wrong(at, "bad character range "+string(t.in[at:t.pos+2]))
		}
		b.WriteString(inside)
		return nil
	}
	high := low
	if isRange {
		t.pos++
		if high, inside, err = t.element(); err != nil {
			return err
		}
		if inside != "" || high < low {
			return t.wrong(at, "bad character range "+string(t.in[at:t.pos]))
		}
	}
	fmt.Fprintf(b, `\x{%x}-\x{%x}`, low, high)
	if t.flags.ignoreCase && holdsI(low, high) {
		b.WriteString(`iI\x{130}\x{131}`)
	}
	return nil
}

// holdsI tells if the range has one of the letters i, see [dotted].
func holdsI(low, high rune) bool {
	for _, c := range "iIİı" {
		if low <= c && c <= high {
			return true
		}
	}
	return false
}

// element reads one character, or a class escape as the inside of a class.
func (t *translation) element() (c rune, inside string, err error) {
	c = t.peek(0)
	if c != '\\' {
		t.pos++
		return c, "", nil
	}
	escaped := t.peek(1)
	if inside, ok := classOf(escaped); ok {
		t.pos += 2
		return 0, inside, nil
	}
	if escaped == 'b' { // backspace, but only within a class
		t.pos += 2
		return '\b', "", nil
	}
	read := t.character
	if escaped >= '0' && escaped <= '7' { // there are no back-references here
		read = t.octalCharacter
	}
	c, width, err := read()
	t.pos += width
	return c, "", err
}
