package sprint_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/sprint"
)

func parse(t *testing.T, text string) *sprint.Config {
	t.Helper()
	cfg, warnings, err := sprint.Parse("sprints.yaml", []byte(text))
	if err != nil || len(warnings) > 0 {
		t.Fatalf("%v %v", err, warnings)
	}
	return cfg
}

func at(t *testing.T, day string) time.Time {
	t.Helper()
	now, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// ends returns the ends of sprints by their names.
func ends(sprints []sprint.Sprint) map[string]metadata.Date {
	all := map[string]metadata.Date{}
	for _, s := range sprints {
		all[s.Name], _ = s.On(sprint.EndDate)
	}
	return all
}

// TestRecordedNames holds the rule against names and dates that ODG generated.
func TestRecordedNames(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := parse(t, "sprint_name_pattern: '%y%S%C'")
	all := ends(cfg.At(at(t, "2026-11-21")).Sprints())
	for name, end := range map[string]metadata.Date{
		"2413a": "2025-01-08", "2413b": "2025-01-22", "2501a": "2025-02-05", "2501b": "2025-02-19",
		"2512b": "2025-12-24", "2601a": "2026-02-04", "2611b": "2026-11-25",
	} {
		is.Equal(all[name], end) // as recorded
	}
	is.Equal(cmp.Diff(cfg.Rule, new(sprint.DefaultRule("%y%S%C"))), "") // the documented defaults
}

func TestGenerated(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text, now string
		want      []string // newest first
	}{
		"until and including the first beyond the threshold": {
			"{sprint_name_pattern: '%F', start_date: 2025-01-01, days_per_sprint: 7, future_threshold_days: 14, offset: 0}", "2025-01-05",
			[]string{"2025-01-22", "2025-01-15", "2025-01-08", "2025-01-01"},
		},
		"threshold on the day": {
			"{sprint_name_pattern: '%F', start_date: 2025-01-01, days_per_sprint: 7, future_threshold_days: 14, offset: 0}", "2025-01-01",
			[]string{"2025-01-15", "2025-01-08", "2025-01-01"},
		},
		"positive offset names earlier sprints after later days": {
			"{sprint_name_pattern: '%F', start_date: 2025-01-01, days_per_sprint: 7, future_threshold_days: 14, offset: 1}", "2025-01-01",
			[]string{"2025-01-15"},
		},
		"before the start": {"{sprint_name_pattern: '%F', start_date: 2030-01-01}", "2025-01-01", nil},
		"no cycles": {
			"{sprint_name_pattern: '%y-%S%C', start_date: 2025-01-05, days_per_sprint: 5, cycles: 0, offset: 0, future_threshold_days: 5}", "2025-01-10",
			[]string{"25-03a", "25-02a", "25-01a"},
		},
		"cycles begin anew with each number": {
			"{sprint_name_pattern: '%S%C', start_date: 2025-12-25, days_per_sprint: 1, cycles: 3, offset: 0, future_threshold_days: 0}", "2026-01-05",
			[]string{"02b", "02a", "01c", "01b", "01a", "122b", "122a", "121c", "121b", "121a", "120b", "120a"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, s := range parse(t, c.text).At(at(t, c.now)).Sprints() {
				got = append(got, s.Name)
			}
			is.New(t).Equal(cmp.Diff(c.want, got), "")
		})
	}
}

// TestSprintsMoveOn is the defect of the existing server: its sprints are those of
// the day on which it was started.
func TestSprintsMoveOn(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := parse(t, "{sprint_name_pattern: '%y%S%C', meta: {offsets: [{name: freeze, offset_days: -3}]}}")
	early, late := cfg.At(at(t, "2025-06-01")), cfg.At(at(t, "2027-06-01"))
	is.True(len(late.Sprints()) > len(early.Sprints()))
	first, last := early.Sprints()[0], late.Sprints()[0]
	is.True(first.Due() >= "2026-06-01" && last.Due() >= "2028-06-01")
	was := late.Sprints()[len(late.Sprints())-len(early.Sprints()):]
	for i, s := range early.Sprints() {
		is.Equal(s.Due(), was[i].Due()) // sprints of the past stay
	}
	is.Equal(first.Name, was[0].Name)
	is.Equal(cfg.At(time.Date(2025, 6, 1, 23, 0, 0, 0, time.FixedZone("", -5*3600))).Sprints()[0], // 2025-06-02 in UTC
		cfg.At(at(t, "2025-06-02")).Sprints()[0])
}

func TestFor(t *testing.T) {
	t.Parallel()
	calendar := parse(t, `
sprints: [{name: c, end_date: 2025-03-01}, {name: a, end_date: 2025-01-01}, {name: b, end_date: 2025-02-01}]
meta: {offsets: [{name: due, offset_days: 10}], finding_due_date_offset_name: due}`).At(time.Time{})
	for name, c := range map[string]struct {
		day    metadata.Date
		offset int
		want   string
	}{
		"long before all":        {"0001-01-01", 0, "a"},
		"due counts, not end":    {"2025-01-02", 0, "a"},
		"on the due date":        {"2025-01-11", 0, "a"},
		"a day later":            {"2025-01-12", 0, "b"},
		"the last one":           {"2025-03-11", 0, "c"},
		"after all":              {"2025-03-12", 0, "c"},
		"later":                  {"2025-01-11", 1, "b"},
		"earlier":                {"2025-02-12", -1, "b"},
		"not beyond the first":   {"2025-01-12", -9, "a"},
		"not beyond the last":    {"2025-01-12", 9, "c"},
		"offset of the greatest": {"2025-02-12", int(^uint(0) >> 1), "c"},
		"offset of the least":    {"2025-02-12", -int(^uint(0)>>1) - 1, "a"},
		"after all, then back":   {"2026-01-01", -1, "b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			got, ok := calendar.For(c.day, c.offset)
			is.True(ok)
			is.Equal(got.Name, c.want)
		})
	}
}

func TestNoSprints(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, c := range []*sprint.Config{nil, {}, parse(t, "sprints: []")} {
		calendar := c.At(time.Now())
		_, ok := calendar.For("2025-01-01", 0)
		is.True(!ok)
		is.True(calendar.Sprints() != nil)
		is.Equal(len(calendar.Sprints()), 0)
	}
	is.Equal(sprint.Sprint{}.Due(), metadata.Date(""))
}

// TestJSON holds the form against the contract: three keys, no more.
func TestJSON(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	calendar := parse(t, `{sprint_name_pattern: "%y%S%C", meta: {offsets: [
		{name: release_decision, display_name: Release Decision, offset_days: -1}, {name: plain, offset_days: 0}]}}`).At(at(t, "2026-11-21"))
	s, ok := calendar.For("2026-11-20", 0)
	is.True(ok)
	is.Equal(s.IssueDate(), metadata.Date("2026-11-24"))
	s.Dates = s.Dates[:2]
	got, err := json.Marshal(s)
	is.NoErr(err)
	is.Equal(string(got), `{"name":"2611b","dates":[{"name":"end_date","display_name":"End Date","value":"2026-11-25"},`+
		`{"name":"release_decision","display_name":"Release Decision","value":"2026-11-24"}],"finding_due_date_offset_name":"end_date"}`)
	other, _ := calendar.For("2026-11-26", 0)
	is.Equal(other.Dates[2].DisplayName, "plain") // without a name to read
	other.Dates = other.Dates[:1]
	is.Equal(other.IssueDate(), other.Due()) // without a release decision
}

func TestListedKeepsTheOrderOfTheFile(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := parse(t, "sprints: [{name: b, end_date: 2025-02-01T10:00:00+02:00}, {name: a, end_date: '2025-01-01'}]\nmeta:")
	var names []string
	for _, s := range cfg.At(time.Time{}).Sprints() {
		names = append(names, s.Name)
	}
	is.True(slices.Equal(names, []string{"b", "a"}))
	is.Equal(ends(cfg.At(time.Time{}).Sprints())["b"], metadata.Date("2025-02-01"))
}
