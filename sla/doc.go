// Package sla answers what an auditor asks: was anything overdue when this version
// was released?
//
//	report := sla.Evaluate(sla.Release{At: released, Findings: findings, Rescorings: rescorings, Config: cfg})
//	report.Violations // deadlines that had passed, at the release or before a decision
//	report.Unable     // findings that nobody can judge, with the reason
//
// A finding has a deadline from the day on which it was discovered. Each decision
// gives it a new one, and so does the end of a decision. If a deadline had passed
// when the next decision was made, or at the release, that is a violation, however
// things went on. This is the rule of ODG's SLA violation profiler, with the
// precedence of package rescore and the due dates of package findingcfg, so that it
// never contradicts a report or gate of that day.
//
// Evaluate judges the entries that it is given. A store keeps the present: findings
// that have gone since, and decisions that were deleted, are not among them.
//
// All functions are pure: no clock, no I/O, and input is never changed.
package sla
