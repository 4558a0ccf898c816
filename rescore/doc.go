// Package rescore decides how severe a finding is.
//
// A scanner gives every finding a severity. People, and rules, overrule it with
// rescorings, which are entries too: for one version of an artefact, for all of
// them, for a component, or everywhere.
//
//	decision := rescore.Decide(finding, rescore.Applicable(finding, rescorings, rescore.Options{}), now)
//	decision.Severity   // that of the winner, or the one that the scanner gave
//	decision.Rescorings // all that apply, the winner first
//
// # Which rescoring wins
//
// A rescoring is a candidate if it is about the finding (see [Applies]) and has not
// ended (its valid_until). Of the candidates, the first of these rules that tells two
// of them apart decides:
//
//  1. The more specific scope wins: single, artefact, component, global (see
//     [metadata.Entry.Specificity]), whenever they were made.
//  2. Within a scope, a person wins over an extension (see [Automatic]), whenever
//     they decided: scanners come again and again, and must not undo what somebody
//     has decided.
//  3. The one that was created later wins. A time without offset is UTC, one that is
//     no time is the oldest.
//  4. The one with the smaller id wins, so that the order of arrival never matters.
//
// Without a candidate, the severity is the scanner's. [Explain] tells for every
// rescoring why it won or lost.
//
// [NewIndex] does the same for many findings in linear time. A [Ruleset] proposes
// severities by the vector of a vulnerability (CVSS v3) and what is known of the
// artefact's surroundings, see [Ruleset.Matching] and [Ruleset.Apply]; proposals
// never decide.
//
// All functions are pure: no clock, no I/O, and input is never changed.
package rescore
