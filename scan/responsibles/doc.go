// Package responsibles is the extension that writes down who is responsible for the
// findings of an artefact: entries of type [metadata.TypeResponsibles], one for each type
// of findings, by the rules of the extensions configuration.
//
//	scanner := responsibles.New(found, responsibles.Config{Rules: extensions.Responsibles, Findings: findings})
//	w := worker.New(queue, core, scanner, worker.Config{
//		Service: responsibles.Service, Datasource: metadata.SourceResponsibles,
//		Types: []metadata.Type{metadata.TypeResponsibles}, NoScanInfo: true,
//	})
//
// For each type of findings that is configured and concerns the artefact, the first rule
// whose filters all hold counts. Its strategies name people: those whom the rule lists,
// and those of the component descriptor (package responsible), of whom the accounts of
// GitHub count. A rule that names nobody says that nobody is responsible; without a rule,
// nothing is said, and whoever asks looks further. What was written for a type that no
// rule is about any more goes: the worker removes what is not said again.
//
// [Assign] is the pure function behind it: it tells the entries from what [Needs] says
// that must be known. The contract is processes, section 6, and config, section 2.
package responsibles
