// Package findingcfg holds the rules that turn what a scanner saw into findings:
// which artefacts a finding type applies to, how severe a finding is, how long it
// may stay open, and which findings share a tracking issue.
//
// The rules come from one file, findings-cfg.yaml:
//
//	cfg, warnings, err := findingcfg.Parse("findings-cfg.yaml", data, findingcfg.Options{})
//	finding, ok := cfg.For(metadata.TypeOSIDFinding)
//	if ok && finding.Matches(id) {
//		category, reported := finding.Categorise(findingcfg.Text("branchReachedEol"))
//		due, err := category.DueDate("2025-01-31") // 2026-01-26, empty: no deadline
//	}
//
// Mistakes are returned all at once, each an [*Error] with file, line, column,
// path and remedy; unknown keys are read over and returned as [Warning].
//
// A finding type that ODG does not know is as good as any other: list it with its
// categorisations, and name its datasource and key fields so that its entries get
// keys (see [Config.Types]).
//
// The package does no I/O of its own; everything is safe for concurrent use once
// parsed, as long as nobody changes it.
package findingcfg
