package enumerator

import (
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
)

// keeper tells which artefacts stay as they are although they were not found.
type keeper struct {
	// broken holds the component versions of which components consisted that cannot
	// be resolved now.
	broken map[component.ID]bool
	// resolved holds those of the components that are resolved now, known those of
	// all components, now and formerly.
	resolved, known map[component.ID]bool
	// unknown tells that there is a component that could never be resolved.
	unknown bool
	// runtime tells that a runtime artefact could not be read.
	runtime bool
}

func newKeeper(deliveries []delivery, m memories, runtimeFailed bool) keeper {
	k := keeper{
		broken: map[component.ID]bool{}, resolved: map[component.ID]bool{}, known: map[component.ID]bool{},
		runtime: runtimeFailed,
	}
	for _, d := range deliveries {
		k.add(d, m)
	}
	return k
}

func (k *keeper) add(d delivery, m memories) {
	former, ok := m[d.key()]
	for _, id := range former.versions {
		k.known[id] = true
		if d.err != nil {
			k.broken[id] = true
		}
	}
	for _, id := range d.versions {
		k.known[id] = true
		if d.err != nil {
			k.broken[id] = true
		} else {
			k.resolved[id] = true
		}
	}
	k.unknown = k.unknown || d.err != nil && !ok
}

// key is that of the entry in which the component is remembered.
func (c Component) key() string {
	e, err := c.entry(nil, metadata.Timestamp(""))
	if err != nil {
		return ""
	}
	return e.Key()
}

// keeps tells if an artefact that was not found stays as it is.
func (k keeper) keeps(id artefact.ID) bool {
	of := component.ID{Name: artefact.Text(id.ComponentName), Version: artefact.Text(id.ComponentVersion)}
	switch {
	case k.broken[of]:
		return true
	case k.unknown && !k.resolved[of]:
		return true // it may belong to the component that could never be resolved
	case k.runtime && !k.known[of]:
		return true // it may be the runtime artefact that could not be read
	}
	return false
}
