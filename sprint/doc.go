// Package sprint knows the sprints in which findings are due: from a list, or
// generated from a rule.
//
//	cfg, warnings, err := sprint.Parse("sprints.yaml", data)
//	calendar := cfg.At(time.Now())
//	due, ok := calendar.For("2025-02-03", 0) // the sprint that ends on or after that day
//	fmt.Println(due.Name, due.Due())         // 2501a 2025-02-05
//
// Sprints move on with time: those of a rule reach a number of days into the
// future, counted from the time that is passed to [Config.At].
//
// Mistakes of a configuration are returned all at once, each an [*Error] with
// file, line, column, path and remedy; unknown keys are read over and returned as
// [Warning]. The package does no I/O of its own; everything is safe for concurrent
// use as long as nobody changes it.
package sprint
