package delivery

import (
	"context"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
)

// ByArtefact finds repositories by the artefacts in them, as scanners ask for them.
type ByArtefact struct{ *Repositories }

// Repository returns the repository that has the component version of id.
func (r ByArtefact) Repository(ctx context.Context, id artefact.ID) (component.Repository, error) {
	return r.Find(ctx, component.ID{Name: artefact.Text(id.ComponentName), Version: artefact.Text(id.ComponentVersion)})
}
