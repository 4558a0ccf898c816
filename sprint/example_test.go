package sprint_test

import (
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/sprint"
)

func ExampleParse() {
	cfg, _, err := sprint.Parse("sprints.yaml", []byte(`
sprint_name_pattern: "%y%S%C" # year, number, cycle
meta:
  offsets:
    - {name: release_decision, display_name: Release Decision, offset_days: -1}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	calendar := cfg.At(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC))
	due, _ := calendar.For("2026-11-21", 0)
	fmt.Println(due.Name, due.Due(), due.IssueDate())
	next, _ := calendar.For("2026-11-21", 1)
	fmt.Println(next.Name, next.Due())
	// Output:
	// 2611b 2026-11-25 2026-11-24
	// 2612a 2026-12-09
}

func ExampleParse_faults() {
	_, _, err := sprint.Parse("sprints.yaml", []byte(`
sprint_name_pattern: "%y%X"
days_per_sprint: 0
`))
	fmt.Println(err)
	// Output:
	// sprints.yaml:2:22: $.sprint_name_pattern: the code %X is unknown; use %y, %Y, %m, %d, %j, %V, %S and %C
	// sprints.yaml:3:18: $.days_per_sprint: 0 is out of range; write a number of days from 1 to 36500
}

func ExampleNewCalendar() {
	calendar := sprint.NewCalendar([]sprint.Sprint{
		{Name: "b", Dates: []sprint.Date{{Name: sprint.EndDate, Value: "2025-02-01"}}, DueDateName: sprint.EndDate},
		{Name: "a", Dates: []sprint.Date{{Name: sprint.EndDate, Value: "2025-01-01"}}, DueDateName: sprint.EndDate},
	})
	for _, day := range []metadata.Date{"2024-12-31", "2025-01-02", "2026-01-01"} {
		s, _ := calendar.For(day, 0)
		fmt.Println(day, s.Name)
	}
	// Output:
	// 2024-12-31 a
	// 2025-01-02 b
	// 2026-01-01 b
}
