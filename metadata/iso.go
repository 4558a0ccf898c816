package metadata

import (
	"strings"
	"time"
	"unicode/utf8"
)

// isoTime is an ISO 8601 date and time as Python's datetime holds it.
type isoTime struct {
	year, month, day  int
	hour, minute, sec int
	micro             int
	aware             bool // whether an offset was given
	offset            time.Duration
}

// parseISO reads s by the rules of datetime.fromisoformat of Python 3.13: dates
// as YYYY-MM-DD, YYYYMMDD or with weeks, any one character, then hours and,
// optionally, minutes, seconds, a fraction and an offset.
func parseISO(s string) (isoTime, error) {
	n := dateLength(s)
	if n > len(s) {
		return isoTime{}, ErrTime
	}
	t, ok := parseDate(s[:n])
	if !ok {
		return isoTime{}, ErrTime
	}
	if len(s) > n {
		_, width := utf8.DecodeRuneInString(s[n:])
		ok = t.parseTime(s[n+width:])
	}
	if !ok {
		return isoTime{}, ErrTime
	}
	return t, nil
}

// dateLength tells where the date in s ends.
func dateLength(s string) int {
	switch {
	case len(s) < 7:
		return len(s) + 1
	case len(s) == 7:
		return 7
	case s[4] == '-' && s[5] == 'W':
		if len(s) > 9 && s[8] == '-' && (len(s) == 10 || !digit(s[10])) {
			return 10
		}
		return 8
	case s[4] == '-':
		return 10
	case s[4] == 'W':
		return compactWeekLength(s)
	}
	return 8
}

// compactWeekLength tells YYYYWww from YYYYWwwD by the number of digits, because
// the character behind them may be a digit too.
func compactWeekLength(s string) int {
	n := 7
	for n < len(s) && digit(s[n]) {
		n++
	}
	switch {
	case n < 9:
		return n
	case n%2 == 0:
		return 7
	}
	return 8
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// digits reads the first n characters of s as a number.
func digits(s string, n int) (value int, rest string, ok bool) {
	if len(s) < n {
		return 0, "", false
	}
	for i := range n {
		if !digit(s[i]) {
			return 0, "", false
		}
		value = value*10 + int(s[i]-'0')
	}
	return value, s[n:], true
}

func parseDate(s string) (t isoTime, ok bool) {
	year, rest, ok := digits(s, 4)
	if !ok || year == 0 {
		return t, false
	}
	rest, dashed := strings.CutPrefix(rest, "-")
	if week, isWeek := strings.CutPrefix(rest, "W"); isWeek {
		return parseWeek(year, week, dashed)
	}
	month, rest, ok := digits(rest, 2)
	if !ok {
		return t, false
	}
	if dashed {
		if rest, ok = strings.CutPrefix(rest, "-"); !ok {
			return t, false
		}
	}
	day, rest, ok := digits(rest, 2)
	t = isoTime{year: year, month: month, day: day}
	return t, ok && rest == "" && t.time().Day() == day && 1 <= month && month <= 12
}

// parseWeek reads ww, wwD or ww-D of an ISO week date; without a day it is Monday.
func parseWeek(year int, s string, dashed bool) (t isoTime, ok bool) {
	week, rest, ok := digits(s, 2)
	if !ok {
		return t, false
	}
	day := 1
	if rest != "" {
		if dashed {
			if rest, ok = strings.CutPrefix(rest, "-"); !ok {
				return t, false
			}
		}
		if day, rest, ok = digits(rest, 1); !ok {
			return t, false
		}
	}
	// 4 January is in week 1 by definition.
	first := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := first.AddDate(0, 0, -(int(first.Weekday())+6)%7)
	at := monday.AddDate(0, 0, (week-1)*7+day-1)
	y, w := at.ISOWeek()
	t = isoTime{year: at.Year(), month: int(at.Month()), day: at.Day()}
	return t, rest == "" && 1 <= day && day <= 7 && y == year && w == week && 1 <= t.year && t.year <= 9999
}

func (t *isoTime) parseTime(s string) bool {
	zone := strings.IndexAny(s, "+-Z")
	if zone < 0 {
		zone = len(s)
	}
	at, ok := parseClock(s[:zone])
	t.hour, t.minute, t.sec, t.micro = at.hour, at.minute, at.sec, at.micro
	if !ok || zone == len(s) {
		return ok
	}
	t.aware = true
	if s[zone] == 'Z' {
		return zone == len(s)-1
	}
	by, ok := parseClock(s[zone+1:])
	t.offset = time.Duration(by.hour)*time.Hour + time.Duration(by.minute)*time.Minute +
		time.Duration(by.sec)*time.Second + time.Duration(by.micro)*time.Microsecond
	if s[zone] == '-' {
		t.offset = -t.offset
	}
	return ok
}

// parseClock reads hh, hh:mm, hh:mm:ss or these without colons, and a fraction.
func parseClock(s string) (t isoTime, ok bool) {
	if t.hour, s, ok = digits(s, 2); !ok || t.hour > 23 {
		return t, false
	}
	colon := strings.HasPrefix(s, ":")
	for _, field := range []*int{&t.minute, &t.sec} {
		if s == "" {
			return t, true
		}
		if colon {
			if s, ok = strings.CutPrefix(s, ":"); !ok {
				return t, false
			}
		}
		if *field, s, ok = digits(s, 2); !ok || *field > 59 {
			return t, false
		}
	}
	if s == "" {
		return t, true
	}
	if s[0] != '.' && s[0] != ',' {
		return t, false
	}
	t.micro, ok = parseFraction(s[1:])
	return t, ok
}

// parseFraction reads microseconds and ignores finer digits.
func parseFraction(s string) (micro int, ok bool) {
	scale := 100_000
	for i := range len(s) {
		if !digit(s[i]) {
			return 0, false
		}
		micro += int(s[i]-'0') * scale
		scale /= 10
	}
	return micro, s != ""
}
