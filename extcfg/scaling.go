package extcfg

import "time"

// BacklogController scales the workers of extensions with their backlog. It is
// always configured.
type BacklogController struct {
	Common
	MaxReplicas int `yaml:"max_replicas" default:"5"`
	// ItemsPerReplica is how many items justify a worker.
	ItemsPerReplica int `yaml:"backlog_items_per_replica" default:"3"`
	// RemoveClaimAfter is the age at which a claim is held for lost.
	RemoveClaimAfter time.Duration `yaml:"remove_claim_after_minutes" unit:"m" default:"30"`
}

// Scaling says how the workers of one extension are scaled.
type Scaling struct {
	// MaxReplicas bounds the number of workers.
	MaxReplicas int
	// ItemsPerReplica is how many items justify a worker, at least 1.
	ItemsPerReplica int
	// RemoveClaimAfter is the age at which a claim is held for lost.
	RemoveClaimAfter time.Duration
}

// most are the extensions whose other side bears only few workers.
var most = map[string]int{ServiceIssueReplicator: 1, ServiceBlackDuck: 2}

// Scaling returns how the workers of service are scaled. For the issue replicator
// it is at most 1 worker, for Black Duck at most 2, whatever is configured. A
// custom extension may name its own maximum.
func (c *Config) Scaling(service string) Scaling {
	b := c.BacklogController
	s := Scaling{MaxReplicas: b.MaxReplicas, ItemsPerReplica: b.ItemsPerReplica, RemoveClaimAfter: b.RemoveClaimAfter}
	if n, ok := most[service]; ok {
		s.MaxReplicas = min(s.MaxReplicas, n)
	}
	for _, custom := range c.CustomExtensions {
		if custom.Service == service && custom.MaxReplicas != nil {
			s.MaxReplicas = *custom.MaxReplicas
		}
	}
	return s
}
