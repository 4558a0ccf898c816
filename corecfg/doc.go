// Package corecfg holds the configuration of ODG Core itself: which features the
// web UI offers, which profiles of it there are, and in which OCM repositories
// components are looked up.
//
//	features, warnings, err := corecfg.ParseFeatures("features_cfg.yaml", data)
//	profiles, warnings, err := corecfg.ParseProfiles("profiles.yaml", data)
//	mappings, warnings, err := corecfg.ParseMappings("ocm_repo_mappings.yaml", data)
//	if profiles.For("security").ShowsFinding(metadata.TypeSAST) { … }
//
// Mistakes are returned all at once, each an [*Error] with file, line, column,
// path and remedy; unknown keys are read over and returned as [Warning].
//
// The package does no I/O of its own; everything is safe for concurrent use once
// parsed, as long as nobody changes it. The JSON of its types is that of ODG's API.
package corecfg
