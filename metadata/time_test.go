package metadata_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
)

// The results were made with Python: datetime.fromisoformat(x).isoformat().
func TestParseTimestamp(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]metadata.Timestamp{
		"2025-01-01":                       "2025-01-01T00:00:00",
		"20250101":                         "2025-01-01T00:00:00",
		"2025-01-01T10:00Z":                "2025-01-01T10:00:00+00:00",
		"2025-01-01 10":                    "2025-01-01T10:00:00",
		"2025-01-01é10:11":                 "2025-01-01T10:11:00",
		"20250101T101112":                  "2025-01-01T10:11:12",
		"20250101T1011":                    "2025-01-01T10:11:00",
		"2025-01-01T10:11:12.5":            "2025-01-01T10:11:12.500000",
		"2025-01-01T10:11:12,1234567":      "2025-01-01T10:11:12.123456",
		"2025-01-01T10:11:12.000":          "2025-01-01T10:11:12",
		"2025-01-01T10:11:12.123Z":         "2025-01-01T10:11:12.123000+00:00",
		"2025-01-01T10:11:12+0530":         "2025-01-01T10:11:12+05:30",
		"2025-01-01T10:11:12-02":           "2025-01-01T10:11:12-02:00",
		"2025-01-01T10:11:12+01:02:03":     "2025-01-01T10:11:12+01:02:03",
		"2025-01-01T10:11:12+01:02:03.004": "2025-01-01T10:11:12+01:02:03.004000",
		"2025-W01":                         "2024-12-30T00:00:00",
		"2025-W01-3":                       "2025-01-01T00:00:00",
		"2025W013":                         "2025-01-01T00:00:00",
		"2025W01":                          "2024-12-30T00:00:00",
		"2025-W01T10":                      "2024-12-30T10:00:00",
		"2025W01310":                       "2024-12-30T10:00:00",
		"2024-02-29T23:59:59.999999+14:00": "2024-02-29T23:59:59.999999+14:00",
		"0001-01-01":                       "0001-01-01T00:00:00",
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			got, err := metadata.ParseTimestamp(in)
			is.NoErr(err)
			is.Equal(got, want)
			again, err := metadata.ParseTimestamp(string(got))
			is.NoErr(err)
			is.Equal(again, got) // its own form stays
		})
	}
}

func TestParseTimestampRefuses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", "2025", "2025-01-01T", "2025-1-1", "yesterday", "not-a-date", "2025-13-01", "2025-02-30", "2025-00-01", "2025-01-00", "0000-01-01",
		"2025-01-01T1", "2025-01-01T24:00", "2025-01-01T10:60", "2025-01-01T10:11:60", "2025-01-01T10:1112", "2025-01-01T1011:12",
		"2025-01-01T10:11:12.", "2025-01-01T10:11:12.x", "2025-01-01T10:11:12x", "2025-01-01T10Zx", "2025-01-01T10+", "2025-01-01T10+25",
		"2025-01-01T10z", "2025-W54", "2025-W00", "2025-W01-8", "2025-W01-0", "2025-W01-", "202501", "2025-0101", "20250101Tx", "2025-W1x", "2025W01x", "２025-01-01",
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			got, err := metadata.ParseTimestamp(in)
			is.True(errors.Is(err, metadata.ErrTime)) // refused
			is.Equal(got, metadata.Timestamp(""))
			_, err = metadata.Timestamp(in).Time()
			is.True(errors.Is(err, metadata.ErrTime))
		})
	}
}

func TestTimestampTime(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	at, err := metadata.Timestamp("2025-01-01T10:11:12.5+02:00").Time()
	is.NoErr(err)
	is.Equal(at, time.Date(2025, 1, 1, 8, 11, 12, 500_000_000, time.UTC))
	naive, err := metadata.Timestamp("2025-01-01T08:11:12.500000").Time()
	is.NoErr(err)
	is.Equal(naive, at) // without offset it is UTC (D6)
	is.Equal(metadata.TimestampOf(at), metadata.Timestamp("2025-01-01T08:11:12.500000"))
	is.Equal(metadata.TimestampOf(at.Add(500*time.Millisecond)), metadata.Timestamp("2025-01-01T08:11:13"))
	_, err = metadata.Timestamp("").Time()
	is.True(err != nil)
}

func TestDate(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d, err := metadata.ParseDate("2025-01-01T23:00-05:00")
	is.NoErr(err)
	is.Equal(d, metadata.Date("2025-01-01")) // as written, not in UTC
	next, err := d.AddDays(31)
	is.NoErr(err)
	is.Equal(next, metadata.Date("2025-02-01"))
	is.Equal(metadata.DateOf(time.Date(2025, 1, 1, 23, 0, 0, 0, time.FixedZone("", -5*3600))), metadata.Date("2025-01-02"))
	_, err = metadata.ParseDate("soon")
	is.True(errors.Is(err, metadata.ErrTime))
	_, err = metadata.Date("soon").AddDays(1)
	is.True(errors.Is(err, metadata.ErrTime))
	out, err := json.Marshal([]any{metadata.Date(""), d, metadata.Timestamp(""), metadata.Timestamp("x")})
	is.NoErr(err)
	is.Equal(string(out), `[null,"2025-01-01",null,"x"]`)
}

func FuzzTimestamp(f *testing.F) {
	for _, s := range []string{"2025-01-01", "2025-01-01T10:11:12.123456+05:30", "2025W01310", "20250101T101112Z", "2025-W01-3T10"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		first, err := metadata.ParseTimestamp(s)
		if err != nil {
			return
		}
		is := is.New(t)
		again, err := metadata.ParseTimestamp(string(first))
		is.NoErr(err)
		is.Equal(again, first)
		a, errA := metadata.Timestamp(s).Time()
		b, errB := first.Time()
		is.NoErr(errA)
		is.NoErr(errB)
		is.Equal(a, b) // normalising keeps the instant
	})
}
