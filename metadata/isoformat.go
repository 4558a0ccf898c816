package metadata

import "time"

func (t isoTime) time() time.Time {
	at := time.Date(t.year, time.Month(t.month), t.day, t.hour, t.minute, t.sec, t.micro*1000, time.UTC)
	return at.Add(-t.offset)
}

// String writes t as Python's isoformat does.
func (t isoTime) String() string {
	b := append(t.appendDate(make([]byte, 0, 32)), 'T')
	b = appendClock(b, t.hour, t.minute, t.sec)
	b = appendMicros(b, t.micro)
	if !t.aware {
		return string(b)
	}
	offset, sign := t.offset, byte('+')
	if offset < 0 {
		offset, sign = -offset, '-'
	}
	b = append(b, sign)
	b = append(appendPadded(b, int(offset/time.Hour), 2), ':')
	b = appendPadded(b, int(offset/time.Minute)%60, 2)
	if rest := offset % time.Minute; rest != 0 {
		b = appendPadded(append(b, ':'), int(rest/time.Second), 2)
		b = appendMicros(b, int(rest%time.Second/time.Microsecond))
	}
	return string(b)
}

func (t isoTime) appendDate(b []byte) []byte {
	b = append(appendPadded(b, t.year, 4), '-')
	b = append(appendPadded(b, t.month, 2), '-')
	return appendPadded(b, t.day, 2)
}

func appendClock(b []byte, hour, minute, sec int) []byte {
	b = append(appendPadded(b, hour, 2), ':')
	b = append(appendPadded(b, minute, 2), ':')
	return appendPadded(b, sec, 2)
}

func appendMicros(b []byte, micro int) []byte {
	if micro == 0 {
		return b
	}
	return appendPadded(append(b, '.'), micro, 6)
}

func appendPadded(b []byte, n, width int) []byte {
	for scale := pow10(width - 1); scale > 0; scale /= 10 {
		b = append(b, byte('0'+n/scale%10))
	}
	return b
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}
