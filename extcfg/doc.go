// Package extcfg holds the configuration of ODG's extensions: which components
// are watched, which extensions work on them and how often, and how many workers
// an extension gets.
//
// It comes from one file, extensions-cfg.yaml:
//
//	cfg, warnings, err := extcfg.Parse("extensions-cfg.yaml", data, extcfg.Options{Local: true})
//	for _, extension := range cfg.Active() {
//		fmt.Println(extension.Service, extension.Interval)
//	}
//	scaling := cfg.Scaling("bdba") // at most scaling.MaxReplicas workers
//
// A section that is absent is nil: the extension is not configured. Null and {}
// configure it with defaults. The object under the key defaults is merged under
// every section. Keys of fields and their defaults stand in the tags of the types.
//
// Mistakes are returned all at once, each an [*Error] with file, line, column,
// path and remedy; unknown keys and sections are read over and returned as
// [Warning].
//
// Three things go beyond ODG's own configuration: custom_extensions declares
// extensions that ODG does not know (see [CustomExtension]), scaling has rules for
// the workers of single extensions (see [ScalingRules]), and with [Options.Local] no
// section needs a delivery_service_url, for everything runs in one process.
//
// The package does no I/O of its own; a Config is safe for concurrent use as long
// as nobody changes it.
package extcfg
