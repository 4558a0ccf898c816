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

// ScalingRules refine what the backlog controller does. ODG itself has no such key
// and ignores it:
//
//	scaling:
//	  scale_down_after_seconds: 300
//	  extensions:
//	    - {service: bdba, max_replicas: 8, backlog_items_per_replica: 1}
type ScalingRules struct {
	// ScaleDownAfter is how long fewer workers must have been enough before some have
	// to go.
	ScaleDownAfter time.Duration `yaml:"scale_down_after_seconds" unit:"s" default:"120"`
	// Extensions have rules of their own.
	Extensions []ExtensionScaling `yaml:"extensions,nullable"`
}

// ExtensionScaling are the rules of one extension. Nil stands for what holds for all.
type ExtensionScaling struct {
	Service         string `yaml:"service,required"`
	MinReplicas     int    `yaml:"min_replicas"` // how many workers there are even without work
	MaxReplicas     *int   `yaml:"max_replicas"`
	ItemsPerReplica *int   `yaml:"backlog_items_per_replica"`
}

// Scaling says how the workers of one extension are scaled.
type Scaling struct {
	// MinReplicas is how many workers there are even without work.
	MinReplicas int
	// MaxReplicas bounds the number of workers.
	MaxReplicas int
	// ItemsPerReplica is how many items justify a worker, at least 1.
	ItemsPerReplica int
	// RemoveClaimAfter is the age at which a claim is held for lost.
	RemoveClaimAfter time.Duration
	// ScaleDownAfter is how long fewer workers must have been enough.
	ScaleDownAfter time.Duration
}

// most are the extensions whose other side bears only few workers.
var most = map[string]int{ServiceIssueReplicator: 1, ServiceBlackDuck: 2}

// Scaling returns how the workers of service are scaled. A custom extension may name
// its own maximum, and any may have rules of its own. For the issue replicator it is
// at most 1 worker, for Black Duck at most 2, whatever is configured.
func (c *Config) Scaling(service string) Scaling {
	b := c.BacklogController
	s := Scaling{
		MaxReplicas: b.MaxReplicas, ItemsPerReplica: b.ItemsPerReplica,
		RemoveClaimAfter: b.RemoveClaimAfter, ScaleDownAfter: c.ScalingRules.ScaleDownAfter,
	}
	for _, custom := range c.CustomExtensions {
		if custom.Service == service && custom.MaxReplicas != nil {
			s.MaxReplicas = *custom.MaxReplicas
		}
	}
	for _, own := range c.ScalingRules.Extensions {
		if own.Service == service {
			s = s.with(own)
		}
	}
	if n, ok := most[service]; ok {
		s.MaxReplicas = min(s.MaxReplicas, n)
	}
	s.MinReplicas = min(s.MinReplicas, s.MaxReplicas)
	return s
}

func (s Scaling) with(own ExtensionScaling) Scaling {
	s.MinReplicas = own.MinReplicas
	if own.MaxReplicas != nil {
		s.MaxReplicas = *own.MaxReplicas
	}
	if own.ItemsPerReplica != nil {
		s.ItemsPerReplica = *own.ItemsPerReplica
	}
	return s
}
