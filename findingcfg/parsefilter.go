package findingcfg

import (
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/strictyaml"
)

type rawFilter struct {
	Semantics        Semantics       `yaml:"semantics,required"`
	Name             string          `yaml:"name,nullable"`
	ComponentName    []pattern       `yaml:"component_name,scalar,nullable"`
	ComponentVersion []pattern       `yaml:"component_version,scalar,nullable"`
	ArtefactName     []pattern       `yaml:"artefact_name,scalar,nullable"`
	ArtefactVersion  []pattern       `yaml:"artefact_version,scalar,nullable"`
	ArtefactType     []pattern       `yaml:"artefact_type,scalar,nullable"`
	ArtefactKind     []artefact.Kind `yaml:"artefact_kind,scalar,nullable"`
	ArtefactExtraID  []extraID       `yaml:"artefact_extra_id,scalar,nullable"`
}

// extraID reads an extra identity, whose values may be written without quotes.
type extraID map[string]string

func (e *extraID) UnmarshalNode(d *strictyaml.Decoder, n *strictyaml.Node) {
	if n.Kind != strictyaml.Mapping {
		d.WrongType(n, "a mapping")
		return
	}
	*e = extraID{}
	for _, m := range n.Members {
		switch m.Value.Kind {
		case strictyaml.Text, strictyaml.Int, strictyaml.Float:
			(*e)[m.Key] = m.Value.Text
		default:
			d.WrongType(m.Value, "text")
		}
	}
}

func filters(raw []rawFilter) []Filter {
	if len(raw) == 0 {
		return nil
	}
	all := make([]Filter, len(raw))
	for i, f := range raw {
		all[i] = Filter{
			Semantics: f.Semantics, Name: f.Name,
			ComponentNames: patterns(f.ComponentName), ComponentVersions: patterns(f.ComponentVersion),
			ArtefactNames: patterns(f.ArtefactName), ArtefactVersions: patterns(f.ArtefactVersion),
			ArtefactTypes: patterns(f.ArtefactType), Kinds: f.ArtefactKind,
		}
		for _, id := range f.ArtefactExtraID {
			all[i].ExtraIDs = append(all[i].ExtraIDs, artefact.NormaliseExtraID(id))
		}
	}
	return all
}
