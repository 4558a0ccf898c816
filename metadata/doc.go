// Package metadata holds what ODG knows about artefacts: findings, decisions
// about them, and what processes remember.
//
// Everything is an [Entry]: an artefact, who wrote about it and when, and a
// payload whose [Type] says what it means. Entries find each other again by keys
// that equal those of existing installations:
//
//	data, err := metadata.NewPayload(metadata.TypeSAST, metadata.SASTFinding{
//		Severity: "BLOCKER", SASTStatus: metadata.SASTNoLinter, SubType: metadata.SASTLocalLinting,
//	})
//	e := metadata.Entry{Artefact: id, Meta: metadata.Meta{Datasource: "sast", Type: metadata.TypeSAST}, Data: data}
//	e.ID() // the primary key, the same for every scan
//
// The structs of payloads are the only description of the types: field order,
// what may be null, defaults and keys are derived from them (see schema.go).
// What other parties write is read by [ParseEntry], strictly but for unknown
// fields inside payloads, which are kept. Types that nobody declared are kept
// byte for byte; [Types.Declare] gives them a key without new code.
//
// Entries that are about the same thing in another version of an artefact keep
// the date on which it was first seen, see [Retention].
package metadata
