// Package rescore decides how severe a finding is.
//
// A scanner gives every finding a severity. People, and rules, overrule it with
// rescorings, which are entries too: for one version of an artefact, for all of
// them, for a component, or everywhere. Which of them wins is one rule:
//
//	decision := rescore.Decide(finding, rescore.Applicable(finding, rescorings, rescore.Options{}))
//	decision.Severity   // that of the winner, or the one that the scanner gave
//	decision.Rescorings // all that apply, the winner first
//
// [NewIndex] does the same for many findings in linear time. A [Ruleset] proposes
// severities by the vector of a vulnerability (CVSS v3) and what is known of the
// artefact's surroundings, see [Ruleset.Matching] and [Ruleset.Apply].
//
// All functions are pure: no clock, no I/O, and input is never changed.
package rescore
