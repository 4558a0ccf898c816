// Package scaling decides how many workers an extension needs, and which claims
// of workers that are gone must be taken back.
//
// Both are plain functions; whoever counts items and sets replicas (a Kubernetes
// controller, a command that starts workers in its own process) calls them:
//
//	cfg := scaling.DefaultConfig.For("osid", scaling.DefaultMaxima())
//	if err := cfg.Validate(); err != nil {
//		return err
//	}
//	workers := scaling.Replicas(pending, cfg)
//
// The rules are those of ODG's backlog controller. The package imports nothing
// but the standard library.
package scaling
