// Package writeback applies what people corrected at a scanner.
//
// A scanner may be wrong about the version or the licences of a package. Users correct
// it with a write-back, an entry of type [metadata.TypeWriteback]. Before a scanner
// reports what it found, what is corrected is taken over:
//
//	reported, err := writeback.Apply(found, writebacks, writeback.Rules{
//		Findings: findings, // judges licences that come in by a correction
//		Types:    []metadata.Type{metadata.TypeLicense, metadata.TypeStructureInfo},
//	})
//
// # Which correction counts
//
// Scopes are those of rescorings ([rescore.Options.Covers]), and so is the precedence
// ([rescore.ByPrecedence]): single, artefact, component, global; a person before an
// extension; then the newest. For each version, and for each licence, of a package only
// the best write-back about it counts. It is about the version or the licence that it
// replaces or removes, or else about the licence that it adds; a version that is null is
// any version.
//
// A correction of what another one made goes on from there, since people correct what
// they see: 1 → 2 and 2 → 3 makes 3 of both. If corrections lead in a circle, the best of
// those on the circle is the last word.
//
// The version is corrected first; write-backs of licences that name a version mean the
// corrected one. A licence that is added counts as seen, so that a correction of it
// goes on from there too.
//
// # What changes
//
// Vulnerabilities, licences, intellectual property findings and structure infos get the
// corrected version, also in a package URL. With it their data key changes: who stores
// them must remove the earlier entries, as the worker does. Entries that become the same
// are merged: their files and licences are joined, and what the scanner itself said of
// the corrected version counts for the rest.
//
// A finding about a licence that is removed goes; one about a licence that is replaced
// is about the new licence. Licences that come in by a correction are judged by
// [Rules.Findings], and reported if they have a category. Intellectual property findings
// about a replaced licence keep their severity, because only the scanner knows the
// policies behind it.
//
// [Apply] is pure: no clock and no I/O, and input is never changed. The order of
// write-backs never matters, and what is corrected stays as it is if it is corrected
// again.
package writeback
