package findingcfg

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Duration is a time span in whole seconds. A [time.Duration] ends at 292 years,
// which existing data exceeds.
type Duration int64

// Day is a calendar day of 24 hours.
const Day Duration = 86400

// maxDays is where Python's timedelta ends.
const maxDays = 999_999_999

// ErrDuration is wrapped by every error about a text that is no duration.
var ErrDuration = errors.New("not a duration")

const durationRemedy = "write a number and one of s, m, h, d, w, y, such as 30d"

var units = map[string]Duration{
	"s": 1, "sec": 1,
	"m": 60, "min": 60,
	"h": 3600, "hr": 3600,
	"d": Day,
	"w": 7 * Day,
	"y": 365 * Day, "yr": 365 * Day,
}

// Days returns the whole days of d, rounded down.
func (d Duration) Days() int {
	days := d / Day
	if d%Day < 0 {
		days--
	}
	return int(days)
}

// String writes d as ODG stores it: seconds, such as "2592000s".
func (d Duration) String() string { return strconv.FormatInt(int64(d), 10) + "s" }

// Std returns d as a [time.Duration], at most the greatest one.
func (d Duration) Std() time.Duration {
	const most = Duration(math.MaxInt64 / int64(time.Second))
	return time.Duration(max(min(d, most), -most)) * time.Second
}

// ParseDuration reads a number with an optional unit: s or sec, m or min, h or
// hr, d (the default), w, y or yr (365 days). What follows the unit is ignored,
// because ODG always did so: "1d2h" is one day. A fraction such as "1.5h" is an
// error, as is a unit that is unknown or in capitals. Errors wrap [ErrDuration].
func ParseDuration(text string) (Duration, error) {
	d, _, err := parseDuration(text, "d")
	return d, err
}

// parseDuration also returns what it ignored.
func parseDuration(text, defaultUnit string) (d Duration, rest string, err error) {
	trimmed := strings.TrimSpace(text)
	digits := leading(trimmed, func(r rune) bool { return r >= '0' && r <= '9' })
	if digits == "" {
		d, err = parseSigned(trimmed, defaultUnit)
		return d, "", err
	}
	rest = trimmed[len(digits):]
	if len(rest) > 1 && strings.ContainsRune(".,_", rune(rest[0])) && unicode.IsDigit(rune(rest[1])) {
		return 0, "", fmt.Errorf("%q: %w: the number has a fraction or separator, write a whole number of a smaller unit, such as 90m for 1.5h", text, ErrDuration)
	}
	rest = strings.TrimSpace(rest)
	unit := leading(rest, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
	if d, err = inUnit(text, digits, unit, defaultUnit); err != nil {
		return 0, "", err
	}
	return d, strings.TrimSpace(rest[len(unit):]), nil
}

// parseSigned reads what Python's int() would: a sign, digits of any script.
func parseSigned(text, unit string) (Duration, error) {
	sign, digits := "", text
	if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "+") {
		sign, digits = strings.TrimPrefix(text[:1], "+"), text[1:]
	}
	var ascii strings.Builder
	separated := true // an underscore needs digits around it
	for _, r := range digits {
		switch {
		case unicode.IsDigit(r):
			ascii.WriteByte(byte('0' + digitValue(r)))
			separated = false
		case r == '_' && !separated:
			separated = true
		default:
			return 0, fmt.Errorf("%q: %w, %s", text, ErrDuration, durationRemedy)
		}
	}
	if separated {
		return 0, fmt.Errorf("%q: %w, %s", text, ErrDuration, durationRemedy)
	}
	return inUnit(text, sign+ascii.String(), "", unit)
}

// digitValue is the value of a decimal digit: Unicode keeps the ten digits of a
// script together, from 0 up, and so its table of digits is one of tens.
func digitValue(r rune) int {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	return 0
}

func inUnit(text, digits, unit, defaultUnit string) (Duration, error) {
	if unit == "" {
		unit = defaultUnit
	}
	factor, ok := units[unit]
	if !ok {
		return 0, fmt.Errorf("%q: %w: unit %q is unknown, %s", text, ErrDuration, unit, durationRemedy)
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	limit := int64(maxDays * Day / factor)
	if err != nil || n > limit || n < -limit {
		return 0, fmt.Errorf("%q: %w: longer than %d days", text, ErrDuration, maxDays)
	}
	return Duration(n) * factor, nil
}

func leading(s string, in func(rune) bool) string {
	if i := strings.IndexFunc(s, func(r rune) bool { return !in(r) }); i >= 0 {
		return s[:i]
	}
	return s
}
