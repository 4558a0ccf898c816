// Package proposal tells a person who is to decide about the findings of an artefact
// what there is to decide: findings that one decision is about together, how they
// stand, what was decided before, until when they are due, and what the rules propose.
//
//	facts := proposal.Facts{Findings: findings, Structures: structures, Rescorings: rescorings}
//	rules := proposal.Rules{Findings: cfg, Sprints: calendar, Now: now}
//	for p := range proposal.Of(facts, rules) {
//		fmt.Println(p.Type, p.Severity, p.Due, len(p.Rescorings))
//	}
//
// What is decided then comes as rescorings: [Check] holds them against the
// configuration, [IssueGroups] says whose tracking issues have to follow.
//
// Vulnerabilities are grouped by package and CVE, licenses by package and license, IP
// findings by package and labels, since rescorings name them so, without the version of
// the package; other findings stand for themselves. The JSON of a [Proposal] is that of
// GET /rescore.
//
// All functions are pure: no clock, no I/O, and input is never changed. The work is
// linear in the number of findings and rescorings, but for sorting.
package proposal
