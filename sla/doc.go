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
// Evaluate judges the entries that it is given. Those that a store has at present are
// not those of the release: findings have come and gone since, and decisions were made
// anew or deleted. odg.Core.SLA takes them from the history of the store, and judges
// twice: by what was known at the release, and by what is known today about it. The
// first is what a gate would have said on that day; the second also counts what was
// found since, by a scan that came late or a scanner that has learned.
//
// All functions are pure: no clock, no I/O, and input is never changed.
package sla
