package delivery

import (
	"slices"

	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/corecfg"
)

// DefaultCacheBytes is what is remembered of a registry, if [Config] says nothing.
const DefaultCacheBytes = 16 << 20

// Config names OCM repositories. The zero Config has none.
type Config struct {
	// Places are the repositories that are named, such as by ocm_repo_url: archives, see
	// [ArchivePath], and registries, see [oci.ParseLocation]. An empty one stands for
	// those of Mappings. What is wrong with a place is an error of who asks for it.
	Places []string
	// Mappings say where components are of which no repository is named, and may give
	// names to repositories; nil maps none.
	Mappings *corecfg.Mappings
	// Archives are open already, and not closed by Close; nil opens them relative to Dir.
	Archives *Archives
	Dir      string
	Access
	// CacheBytes is about how much memory the descriptors and lists of versions of each
	// registry may take, default [DefaultCacheBytes]; negative remembers nothing.
	CacheBytes int64
	// Located makes descriptors of registries tell where they were found, see [Locate].
	Located bool
}

// sources returns where components are looked up: in the places that are named, or what
// the mappings call so, then in those of which the mappings say that they are asked if
// none is named.
func (cfg Config) sources() (all []corecfg.OCIMapping) {
	for _, place := range append(slices.Clone(cfg.Places), corecfg.Auto) {
		if place != "" {
			all = append(all, cfg.Mappings.Resolve(place)...)
		}
	}
	return all
}

// places returns where registries may be. A place that is none concerns who asks for it
// only, unless it is mapped.
func (cfg Config) places() (all []string) {
	for _, s := range cfg.sources() {
		if _, err := oci.ParseLocation(s.Repository); err == nil {
			all = append(all, s.Repository)
		}
	}
	for _, entry := range cfg.Mappings.Entries {
		if entry.OCI != nil {
			all = append(all, entry.OCI.Repository)
		}
	}
	return all
}
