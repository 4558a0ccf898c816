package component

import "github.com/opendeliverygear/odg/artefact"

// Artefact is a resource or a source together with its identity in ODG.
type Artefact struct {
	ID artefact.ID
	Element
	Type   string // canonical, see [NormaliseArtefactType]
	Access Access
	Digest *Digest // nil if unknown, always nil for sources
}

// Artefacts returns the resources of d, then its sources, both in the order of
// the document. The identities hold the extra identity as it is written. They
// share memory with d; the version of a source without one is null.
func (d *Descriptor) Artefacts() []Artefact {
	list := make([]Artefact, 0, len(d.Resources)+len(d.Sources))
	for i := range d.Resources {
		r := &d.Resources[i]
		list = append(list, Artefact{
			ID: d.artefactID(artefact.KindResource, &r.Element, &r.Type), Element: r.Element,
			Type: r.Type, Access: r.Access, Digest: r.Digest,
		})
	}
	for i := range d.Sources {
		s := &d.Sources[i]
		list = append(list, Artefact{
			ID: d.artefactID(artefact.KindSource, &s.Element, &s.Type), Element: s.Element,
			Type: s.Type, Access: s.Access,
		})
	}
	return list
}

func (d *Descriptor) artefactID(kind artefact.Kind, e *Element, artefactType *string) artefact.ID {
	local := &artefact.LocalID{Name: &e.Name, Type: artefactType, Version: &e.Version, ExtraID: e.ExtraIdentity}
	if e.Version == "" {
		local.Version = nil
	}
	return artefact.ID{ComponentName: &d.Name, ComponentVersion: &d.Version, Kind: kind, Artefact: local}
}
