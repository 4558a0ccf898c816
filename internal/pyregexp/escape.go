package pyregexp

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

var controls = map[rune]rune{'a': 7, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11}

// escape translates what starts with a backslash outside of a class.
func (t *translation) escape() error {
	switch c := t.peek(1); {
	case c == 'A':
		t.emit(`\A`, false)
	case c == 'Z':
		t.emit(`\z`, false)
	case c == 'b' || c == 'B':
		t.boundaries = true
		t.emit(`\`+string(c), false)
	case c >= '1' && c <= '9' && !t.octal(1):
		return t.refuse(t.pos, `back-reference \`+string(c))
	default:
		if inside, ok := classOf(unicode.ToLower(c)); ok && c < utf8.RuneSelf {
			if unicode.IsUpper(c) {
				inside = "^" + inside
			}
			t.emit("["+inside+"]", true)
			break
		}
		r, width, err := t.character()
		if err != nil {
			return err
		}
		t.emit(t.literal(r), true)
		t.pos += width
		return nil
	}
	t.pos += 2
	return nil
}

// octal tells if three octal digits stand at pos+n.
func (t *translation) octal(n int) bool {
	for i := range 3 {
		if c := t.peek(n + i); c < '0' || c > '7' {
			return false
		}
	}
	return true
}

// character reads an escape that stands for one character.
func (t *translation) character() (r rune, width int, err error) {
	c := t.peek(1)
	if control, ok := controls[c]; ok {
		return control, 2, nil
	}
	switch {
	case c == -1:
		return 0, 0, t.wrong(t.pos, `\ at the end`)
	case c == 'x':
		return t.hex(2)
	case c == 'u':
		return t.hex(4)
	case c == 'U':
		return t.hex(8)
	case c == '0' || t.octal(1):
		return t.octalCharacter()
	case c == 'N':
		return 0, 0, t.refuse(t.pos, `named character \N`)
	case c < 0x80 && isAlnum(c) && c != '_':
		return 0, 0, t.wrong(t.pos, `bad escape \`+string(c))
	}
	return c, 2, nil
}

func (t *translation) hex(digits int) (rune, int, error) {
	end := min(len(t.in), t.pos+2+digits)
	text := string(t.in[t.pos+2 : end])
	value, err := strconv.ParseUint(text, 16, 32)
	if err != nil || len(text) != digits || value > unicode.MaxRune {
		return 0, 0, t.wrong(t.pos, fmt.Sprintf(`bad escape \%c, want %d hexadecimal digits`, t.peek(1), digits))
	}
	if value >= 0xd800 && value <= 0xdfff {
		return 0, 0, t.refuse(t.pos, "surrogate "+string(t.in[t.pos:end]))
	}
	return rune(value), 2 + digits, nil
}

// octalCharacter reads up to three octal digits after the backslash.
func (t *translation) octalCharacter() (rune, int, error) {
	n := 1
	for n < 4 && strings.ContainsRune("01234567", t.peek(n)) && t.peek(n) != -1 {
		n++
	}
	value, err := strconv.ParseUint(string(t.in[t.pos+1:t.pos+n]), 8, 32)
	if err != nil || value > 0o377 {
		return 0, 0, t.wrong(t.pos, "bad octal escape")
	}
	return rune(value), n, nil
}
