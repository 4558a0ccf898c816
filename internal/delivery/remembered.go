package delivery

import (
	"context"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/cached"
)

// remembered is a registry whose descriptors and versions are kept in memory.
type remembered struct {
	*cached.Repository
	from Repository
}

// RawDescriptor reads the document anew; hardly anybody asks for it twice.
func (r *remembered) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	return r.from.RawDescriptor(ctx, id)
}

// Stats adds up how well the memories of all registries do.
func (r *Repositories) Stats() (sum cached.Stats) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.remembered {
		sum = Sum(sum, one.Stats())
	}
	return sum
}
