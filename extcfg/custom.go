package extcfg

import (
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// CustomExtension declares an extension that ODG does not know, so that it gets
// backlog items without a new release of ODG:
//
//	custom_extensions:
//	  - service: my-scanner
//	    kinds: [resource]
//	    finding_types: [finding/acme]
//	    interval: 43200
//
// ODG itself has no such key and ignores it.
type CustomExtension struct {
	// Service is the id under which a worker claims items: letters, digits and
	// dashes, because it names Kubernetes objects too.
	Service string `yaml:"service,required"`
	Enabled bool   `yaml:"enabled" default:"true"`
	// Kinds are those of the artefacts that it works on; empty means all.
	Kinds []artefact.Kind `yaml:"kinds,scalar,nullable"`
	// FindingTypes are those of which at least one must apply to an artefact; empty
	// means that none is asked.
	FindingTypes []metadata.Type `yaml:"finding_types,scalar,nullable"`
	// Interval is the time between two scans of one artefact.
	Interval time.Duration `yaml:"interval" unit:"s" default:"86400"`
	// MaxReplicas overrides that of the backlog controller; nil means it does not.
	MaxReplicas *int `yaml:"max_replicas"`
	// Settings are for the extension itself, as written.
	Settings map[string]any `yaml:"settings,nullable"`
}
