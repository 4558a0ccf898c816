package proposal

import (
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/rescore"
)

// Categorisation returns what an artefact is exposed to, as a label of it tells, or else
// one of its component. Nil means that there is no such label; a label that cannot be
// read is an error.
func Categorisation(d *component.Descriptor, id artefact.ID) (*rescore.Categorisation, error) {
	for _, a := range d.Artefacts() {
		if a.ID.Kind == id.Kind && a.ID.Local().Key() == id.Local().Key() {
			if c, err := categorisation(a.Labels); c != nil || err != nil {
				return c, err
			}
		}
	}
	return categorisation(d.Labels)
}

func categorisation(labels []component.Label) (*rescore.Categorisation, error) {
	for _, name := range []string{rescore.LabelRiskProfile, rescore.LabelCVECategorisation} {
		label, ok := component.FindLabel(labels, name)
		if !ok {
			continue
		}
		c, err := rescore.ParseCategorisation(label.Value)
		if err != nil {
			return nil, err
		}
		return &c, nil
	}
	return nil, nil
}
