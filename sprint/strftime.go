package sprint

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// codes are those of strftime (C99) that mean something for a day, in the C locale.
var codes = map[byte]func(t time.Time) string{
	'a': func(t time.Time) string { return t.Format("Mon") },
	'A': func(t time.Time) string { return t.Format("Monday") },
	'b': func(t time.Time) string { return t.Format("Jan") },
	'B': func(t time.Time) string { return t.Format("January") },
	'd': func(t time.Time) string { return t.Format("02") },
	'D': func(t time.Time) string { return t.Format("01/02/06") },
	'e': func(t time.Time) string { return t.Format("_2") },
	'F': func(t time.Time) string { return t.Format("2006-01-02") },
	'g': func(t time.Time) string { year, _ := t.ISOWeek(); return padded(year%100, 2) },
	'G': func(t time.Time) string { year, _ := t.ISOWeek(); return strconv.Itoa(year) },
	'h': func(t time.Time) string { return t.Format("Jan") },
	'j': func(t time.Time) string { return padded(t.YearDay(), 3) },
	'm': func(t time.Time) string { return t.Format("01") },
	'u': func(t time.Time) string { return strconv.Itoa(1 + int(t.Weekday()+6)%7) },
	'U': func(t time.Time) string { return padded((t.YearDay()+6-int(t.Weekday()))/7, 2) },
	'V': func(t time.Time) string { _, week := t.ISOWeek(); return padded(week, 2) },
	'w': func(t time.Time) string { return strconv.Itoa(int(t.Weekday())) },
	'W': func(t time.Time) string { return padded((t.YearDay()+6-int(t.Weekday()+6)%7)/7, 2) },
	'y': func(t time.Time) string { return t.Format("06") },
	'Y': func(t time.Time) string { return t.Format("2006") },
}

func padded(n, digits int) string { return fmt.Sprintf("%0*d", digits, n) }

// formatName makes the name of a sprint. What [checkPattern] refuses stays as it
// is written.
func formatName(pattern string, day time.Time, number, cycle int) string {
	var b strings.Builder
	for {
		literal, rest, found := strings.Cut(pattern, "%")
		if !found || rest == "" {
			return b.String() + pattern
		}
		b.WriteString(literal)
		code := rest[0]
		pattern = rest[1:]
		switch format, known := codes[code]; {
		case code == 'S':
			b.WriteString(padded(number, 2))
		case code == 'C':
			b.WriteByte(byte('a' + cycle%26))
		case code == '%':
			b.WriteByte('%')
		case known:
			b.WriteString(format(day))
		default:
			b.WriteString("%" + rest[:1])
		}
	}
}

// checkPattern returns an error that names the first code that is unknown.
func checkPattern(pattern string) error {
	for {
		_, rest, found := strings.Cut(pattern, "%")
		switch {
		case !found:
			return nil
		case rest == "":
			return fmt.Errorf("the pattern ends with %%")
		case codes[rest[0]] == nil && !strings.ContainsRune("SC%", rune(rest[0])):
			code := string([]rune(rest)[:1])
			return fmt.Errorf("the code %%%s is unknown", code)
		}
		pattern = rest[1:]
	}
}
