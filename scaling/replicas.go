package scaling

import (
	"errors"
	"fmt"
)

// Config says how many workers an extension gets.
type Config struct {
	ItemsPerReplica int // items that one worker is good for, at least 1
	MaxReplicas     int // bound of the replicas, at least 0
	MinReplicas     int // how many there are even without work, at most MaxReplicas
}

// DefaultConfig is that of an extension without a configuration.
var DefaultConfig = Config{ItemsPerReplica: 3, MaxReplicas: 5}

// Validate reports all faults of c.
func (c Config) Validate() error {
	var faults []error
	if c.ItemsPerReplica < 1 {
		faults = append(faults, fmt.Errorf("backlog_items_per_replica is %d, want at least 1", c.ItemsPerReplica))
	}
	if c.MaxReplicas < 0 {
		faults = append(faults, fmt.Errorf("max_replicas is %d, want at least 0", c.MaxReplicas))
	}
	if c.MinReplicas < 0 || c.MinReplicas > max(c.MaxReplicas, 0) {
		faults = append(faults, fmt.Errorf("min_replicas is %d, want 0 up to max_replicas (%d)", c.MinReplicas, c.MaxReplicas))
	}
	return errors.Join(faults...)
}

// Maxima replaces Config.MaxReplicas for some services, by their exact id.
type Maxima map[string]int

// DefaultMaxima returns the bounds that hold whatever is configured: two issue
// replicators would open the same issue twice, and Black Duck limits its clients.
func DefaultMaxima() Maxima {
	return Maxima{"issueReplicator": 1, "blackduck": 2}
}

// For returns c as it applies to a service.
func (c Config) For(service string, maxima Maxima) Config {
	if most, ok := maxima[service]; ok {
		c.MaxReplicas, c.MinReplicas = most, min(c.MinReplicas, most)
	}
	return c
}

// Replicas returns how many workers an extension needs for pending backlog
// items: pending / c.ItemsPerReplica rounded up, within the bounds of c, so 0 for
// an empty queue unless there is to be a worker at any time. Claimed items count as
// pending; parked ones do not, as nobody works on them. c must be valid. The
// formula is that of ODG's backlog controller.
func Replicas(pending int, c Config) int {
	wanted := 0
	if pending > 0 {
		wanted = (pending-1)/max(c.ItemsPerReplica, 1) + 1
	}
	return max(min(wanted, c.MaxReplicas), c.MinReplicas, 0)
}
