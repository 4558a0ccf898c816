package findingcfg_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
)

func TestDueDates(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	input, bad := "input", "1.5h"

	category := &findingcfg.Categorisation{AllowedProcessingTime: findingcfg.ByInput()}
	_, err := category.DueDate("2025-01-31")
	is.True(errors.Is(err, findingcfg.ErrDueDateNeeded))
	_, err = category.EffectiveDueDate(findingcfg.Open{Discovered: "2025-01-31", AllowedProcessingTime: &input})
	is.True(errors.Is(err, findingcfg.ErrDueDateNeeded))
	due, err := category.EffectiveDueDate(findingcfg.Open{Discovered: "2025-01-31", Rescoring: &findingcfg.Rescored{DueDate: "2025-03-01"}})
	is.NoErr(err)
	is.Equal(due, metadata.Date("2025-03-01"))

	_, err = category.EffectiveDueDate(findingcfg.Open{Discovered: "2025-01-31", AllowedProcessingTime: &bad})
	is.True(errors.Is(err, findingcfg.ErrDuration))

	category = &findingcfg.Categorisation{AllowedProcessingTime: findingcfg.Within(30 * findingcfg.Day)}
	_, err = category.DueDate("yesterday")
	is.True(errors.Is(err, metadata.ErrTime))
	category = &findingcfg.Categorisation{AllowedProcessingTime: findingcfg.Within(9_000_000 * findingcfg.Day)}
	_, err = category.DueDate("2025-01-31")
	is.True(errors.Is(err, findingcfg.ErrDuration)) // beyond the year 9999

	var removed *findingcfg.Categorisation
	due, err = removed.DueDate("2025-01-31")
	is.NoErr(err)
	is.Equal(due, metadata.Date(""))
}

func TestDuration(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(findingcfg.Duration(-1).Days(), -1)
	is.Equal(findingcfg.Duration(86399).Days(), 0)
	is.Equal((2 * findingcfg.Day).Std(), 48*time.Hour)
	is.Equal(findingcfg.Duration(math.MaxInt64).Std(), 9223372036*time.Second)
	is.Equal(findingcfg.Duration(math.MinInt64).Std(), -9223372036*time.Second)
	for text, days := range map[string]int{"٣": 3, "+1_000": 1000, "-2": -2, "３０": 30, "𝟡": 9, "𝟣𝟢": 10} {
		d, err := findingcfg.ParseDuration(text)
		is.NoErr(err)
		is.Equal(d.Days(), days)
	}
	for _, text := range []string{"+", "+1_", "_1", "+1__0", "-1d", "٣d", "1,5d", "1.5", "1_000", "9223372036854775808s", "999999999999y"} {
		_, err := findingcfg.ParseDuration(text)
		is.True(errors.Is(err, findingcfg.ErrDuration))
	}
	is.True(findingcfg.ByInput().NeedsInput())
	_, ok := findingcfg.ByInput().Duration()
	is.True(!ok)
	p, err := findingcfg.ParseProcessingTime(new("input"))
	is.NoErr(err)
	is.True(p.NeedsInput())
	p, err = findingcfg.ParseProcessingTime(nil)
	is.NoErr(err)
	is.Equal(p, findingcfg.ProcessingTime{})
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"30d", "1.5h", " 7 w ", "-1", "1d2h", "٣", "9223372036854775807y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := findingcfg.ParseDuration(text)
		if err != nil {
			if !errors.Is(err, findingcfg.ErrDuration) {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		again, err := findingcfg.ParseDuration(d.String())
		if d >= 0 && (err != nil || again != d) {
			t.Errorf("%q is %d, which reads back as %d, %v", text, d, again, err)
		}
	})
}
