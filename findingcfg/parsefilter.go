package findingcfg

import (
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/strictyaml"
)

type rawFilter struct {
	Semantics        Semantics       `yaml:"semantics,required"`
	Name             string          `yaml:"name,nullable"`
	ComponentName    []Pattern       `yaml:"component_name,scalar,nullable"`
	ComponentVersion []Pattern       `yaml:"component_version,scalar,nullable"`
	ArtefactName     []Pattern       `yaml:"artefact_name,scalar,nullable"`
	ArtefactVersion  []Pattern       `yaml:"artefact_version,scalar,nullable"`
	ArtefactType     []Pattern       `yaml:"artefact_type,scalar,nullable"`
	ArtefactKind     []artefact.Kind `yaml:"artefact_kind,scalar,nullable"`
	ArtefactExtraID  []extraID       `yaml:"artefact_extra_id,scalar,nullable"`
}

// extraID is an extra identity, whose values may be written without quotes.
type extraID map[string]string

func readExtraID(d *strictyaml.Decoder, n *strictyaml.Node) extraID {
	if n.Kind != strictyaml.Mapping {
		d.WrongType(n, "a mapping")
		return nil
	}
	id := extraID{}
	for _, m := range n.Members {
		switch m.Value.Kind {
		case strictyaml.Text, strictyaml.Int, strictyaml.Float:
			id[m.Key] = m.Value.Text
		default:
			d.WrongType(m.Value, "text")
		}
	}
	return id
}

func filters(raw []rawFilter) []Filter {
	if len(raw) == 0 {
		return nil
	}
	all := make([]Filter, len(raw))
	for i, f := range raw {
		all[i] = Filter{
			Semantics: f.Semantics, Name: f.Name,
			ComponentNames: f.ComponentName, ComponentVersions: f.ComponentVersion,
			ArtefactNames: f.ArtefactName, ArtefactVersions: f.ArtefactVersion,
			ArtefactTypes: f.ArtefactType, Kinds: f.ArtefactKind,
		}
		for _, id := range f.ArtefactExtraID {
			all[i].ExtraIDs = append(all[i].ExtraIDs, artefact.NormaliseExtraID(id))
		}
	}
	return all
}
