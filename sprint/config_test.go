package sprint_test

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/faulttest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/sprint"
)

// TestFaults holds every message against testdata/faults: what is wrong, where,
// and what to do.
func TestFaults(t *testing.T) {
	t.Parallel()
	faulttest.Run(t, func(_ *testing.T, name string, data []byte) ([]sprint.Warning, error) {
		_, warnings, err := sprint.Parse(name, data)
		return warnings, err
	})
}

func TestLoad(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	files := fstest.MapFS{"sprints.yaml": {Data: []byte("sprints: [{name: a, end_date: 2025-01-01}]")}}
	cfg, warnings, err := sprint.Load(files, "sprints.yaml")
	is.NoErr(err)
	is.Equal(len(warnings), 0)
	is.Equal(cfg.Listed, []sprint.Listed{{Name: "a", End: "2025-01-01"}})
	is.NoErr(cfg.Validate())
	_, _, err = sprint.Load(files, "other.yaml")
	is.True(errors.Is(err, fs.ErrNotExist))
	_, _, err = sprint.Parse("sprints.yaml", []byte("a: ["))
	is.True(err != nil)
}

// TestValidate is for configurations that were not parsed: they are refused, and
// do no harm to those who do not ask.
func TestValidate(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	c := sprint.Config{
		Rule:   &sprint.Rule{NamePattern: "%Q", Start: "soon", Cycles: -1},
		Listed: []sprint.Listed{{Name: "a", End: "later"}},
		Meta:   sprint.Meta{DueDateName: "never"},
	}
	err := c.Validate()
	is.True(err != nil)
	is.Equal(cmp.Diff(`finding_due_date_offset_name: sprints have no date "never"; name one of the offsets, or end_date
sprint_name_pattern: the code %Q is unknown; use %y, %Y, %m, %d, %j, %V, %S and %C
start_date: date "soon": no ISO 8601 date or time, want YYYY-MM-DD; write the day on which a sprint ends
days_per_sprint: 0 is out of range; write a number of days from 1 to 36500
cycles: -1 is out of range; write a number from 0 to 366
sprints[0].end_date: date "later": no ISO 8601 date or time, want YYYY-MM-DD; write a date`, err.Error()), "")
	is.Equal(len(c.At(time.Now()).Sprints()), 0)
	c.Rule = nil
	is.Equal(len(c.At(time.Now()).Sprints()), 0)
	rule := sprint.DefaultRule("100%Q %é %% %")
	rule.Start = "2026-11-21"
	odd := sprint.Config{Rule: &rule}
	is.True(odd.Validate() != nil)
	is.Equal(odd.At(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)).Sprints()[0].Name, "100%Q %é % %") // as written
}

// TestDateCodes holds the codes of the names against Python's strftime.
func TestDateCodes(t *testing.T) {
	t.Parallel()
	const pattern = "%a|%A|%b|%B|%d|%D|%e|%F|%g|%G|%h|%j|%m|%u|%U|%V|%w|%W|%y|%Y"
	for day, want := range map[metadata.Date]string{
		"2024-12-29": "Sun|Sunday|Dec|December|29|12/29/24|29|2024-12-29|24|2024|Dec|364|12|7|52|52|0|52|24|2024",
		"2024-12-30": "Mon|Monday|Dec|December|30|12/30/24|30|2024-12-30|25|2025|Dec|365|12|1|52|01|1|53|24|2024",
		"2025-01-01": "Wed|Wednesday|Jan|January|01|01/01/25| 1|2025-01-01|25|2025|Jan|001|01|3|00|01|3|00|25|2025",
		"2025-01-05": "Sun|Sunday|Jan|January|05|01/05/25| 5|2025-01-05|25|2025|Jan|005|01|7|01|01|0|00|25|2025",
		"2025-01-06": "Mon|Monday|Jan|January|06|01/06/25| 6|2025-01-06|25|2025|Jan|006|01|1|01|02|1|01|25|2025",
		"2026-01-04": "Sun|Sunday|Jan|January|04|01/04/26| 4|2026-01-04|26|2026|Jan|004|01|7|01|01|0|00|26|2026",
		"2027-01-03": "Sun|Sunday|Jan|January|03|01/03/27| 3|2027-01-03|26|2026|Jan|003|01|7|01|53|0|00|27|2027",
		"2028-12-31": "Sun|Sunday|Dec|December|31|12/31/28|31|2028-12-31|28|2028|Dec|366|12|7|53|52|0|52|28|2028",
		"2025-11-09": "Sun|Sunday|Nov|November|09|11/09/25| 9|2025-11-09|25|2025|Nov|313|11|7|45|45|0|44|25|2025",
	} {
		t.Run(string(day), func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rule := sprint.DefaultRule(pattern)
			rule.Start, rule.Offset, rule.FutureDays = day, 0, 1
			now, err := day.Time()
			is.NoErr(err)
			sprints := (&sprint.Config{Rule: &rule}).At(now).Sprints()
			is.Equal(sprints[len(sprints)-1].Name, want)
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"sprint_name_pattern: '%y%S%C'", "sprints: [{name: a, end_date: 2025-01-01}]\nmeta: {offsets: [{name: b, offset_days: 1}]}",
		"{sprint_name_pattern: '%', days_per_sprint: 1, start_date: 1970-01-01}", "sprints:", "[]",
	} {
		f.Add(seed)
	}
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		cfg, _, err := sprint.Parse("f.yaml", []byte(text))
		if err != nil {
			return
		}
		if err := cfg.Validate(); err != nil {
			t.Fatalf("parsed, but not valid: %v", err)
		}
		calendar := cfg.At(now)
		first, ok := calendar.For("0001-01-01", 0)
		if ok != (len(calendar.Sprints()) > 0) {
			t.Fatal("a calendar with sprints has one for every day")
		}
		last, _ := calendar.For("9999-12-31", 0)
		if first.Due() > last.Due() || ok && first.Due() == "" {
			t.Fatalf("the first sprint is due on %s, the last on %s", first.Due(), last.Due())
		}
	})
}

func BenchmarkCalendar(b *testing.B) {
	rule := sprint.DefaultRule("%y%S%C")
	cfg := &sprint.Config{Rule: &rule}
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	b.Run("At", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			cfg.At(now)
		}
	})
	calendar := cfg.At(now)
	b.Run("For", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			calendar.For("2026-11-21", 1)
		}
	})
}
