package pyregexp

import (
	"fmt"
	"strconv"
)

// maxRepeat is the largest count that RE2 repeats.
const maxRepeat = 1000

// repeat translates a quantifier of the given width in the pattern.
func (t *translation) repeat(re2 string, width int) error {
	if !t.repeatable {
		return t.wrong(t.pos, "nothing to repeat before "+string(t.in[t.pos:t.pos+width]))
	}
	start := t.pos
	t.pos += width
	switch t.peek(0) {
	case '+':
		return t.refuse(start, "possessive quantifier "+string(t.in[start:t.pos+1]))
	case '?':
		t.pos++ // greediness decides nothing where only a match is asked for
	}
	t.emit(re2, false)
	return nil
}

// braces translates {m}, {m,}, {,n} and {m,n}. Everything else is the literal {.
func (t *translation) braces() error {
	low, high, width, ok := t.bounds()
	if !ok {
		t.emit(`\{`, true)
		t.pos++
		return nil
	}
	if low > maxRepeat || high > maxRepeat {
		return t.refuse(t.pos, fmt.Sprintf("repetition above %d", maxRepeat))
	}
	if high >= 0 && high < low {
		return t.wrong(t.pos, "smallest repeat is larger than the largest")
	}
	re2 := fmt.Sprintf("{%d,}", low)
	if high >= 0 {
		re2 = fmt.Sprintf("{%d,%d}", low, high)
	}
	return t.repeat(re2, width)
}

// bounds reads the repetition at pos; high is -1 if there is none.
func (t *translation) bounds() (low, high, width int, ok bool) {
	if t.peek(1) == '}' {
		return 0, 0, 0, false
	}
	n := 1
	low, n = t.number(n)
	high = low
	if t.peek(n) == ',' {
		high, n = t.number(n + 1)
	}
	if t.peek(n) != '}' {
		return 0, 0, 0, false
	}
	return max(low, 0), high, n + 1, true
}

// number reads digits from pos+n; without any it is -1.
func (t *translation) number(n int) (value, next int) {
	start := n
	for c := t.peek(n); c >= '0' && c <= '9'; c = t.peek(n) {
		n++
	}
	if start == n {
		return -1, n
	}
	value, err := strconv.Atoi(string(t.in[t.pos+start : t.pos+n]))
	if err != nil {
		value = maxRepeat + 1
	}
	return value, n
}
