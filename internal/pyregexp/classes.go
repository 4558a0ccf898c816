package pyregexp

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
)

// The classes of Python as the inside of an RE2 class. \w is str.isalnum and the
// underscore, \d the decimal digits, \s str.isspace, which knows the separators
// U+001C to U+001F that Unicode's White_Space does not.
const (
	wordClass  = `\p{L}\p{N}_`
	digitClass = `\p{Nd}`
	spaceClass = `\t-\r\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}`
)

// notWordClass and notSpaceClass are complements: inside a class RE2 can negate
// single properties only.
var (
	notWordClass  = sync.OnceValue(func() string { return complement(isWordOrIota) })
	notSpaceClass = sync.OnceValue(func() string { return complement(isSpace) })
)

const notDigitClass = `\P{Nd}`

// isWordOrIota keeps U+0345, a mark that is the letter iota when case is ignored,
// from pulling that letter into the complement.
func isWordOrIota(r rune) bool { return isWord(r) || r == 0x345 }

func isSpace(r rune) bool {
	return r >= 0x1c && r <= 0x1f || r == 0x85 || unicode.IsSpace(r)
}

func complement(in func(rune) bool) string {
	var b strings.Builder
	start := rune(0)
	for r := rune(0); r <= unicode.MaxRune+1; r++ {
		if r <= unicode.MaxRune && !in(r) {
			continue
		}
		if start < r {
			fmt.Fprintf(&b, `\x{%x}-\x{%x}`, start, r-1)
		}
		start = r + 1
	}
	return b.String()
}

// classOf returns the inside of the class that the escape letter c stands for.
func classOf(c rune) (inside string, ok bool) {
	switch c {
	case 'w':
		return wordClass, true
	case 'd':
		return digitClass, true
	case 's':
		return spaceClass, true
	case 'W':
		return notWordClass(), true
	case 'D':
		return notDigitClass, true
	case 'S':
		return notSpaceClass(), true
	}
	return "", false
}
