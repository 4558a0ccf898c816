// Package workload holds what the commands share that work for an ODG Core without
// being it: the enumerator and the extensions. They name configuration files,
// secrets and the core by the same flags and variables, which are those of existing
// deployments:
//
//	var flags struct {
//		workload.Files      `embed:""`
//		workload.Registries `embed:""`
//	}
//	cfg, err := flags.Files.Parse(reload.Read(flags.Files.Paths()...), log)
//	repositories, err := cfg.Repositories(access, nil)
//	core, err := cfg.Core("http://delivery-service:8080")
package workload
