package findingcfg_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
)

func TestTitle(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	payload, err := metadata.NewPayload("finding/acme", json.RawMessage(`{"text": "a", "no": null, "yes": true, "not": false, "n": 7.50, "o": {"p": 1}, "l": [1]}`))
	is.NoErr(err)
	entry := metadata.Entry{
		Artefact: artefact.ID{ComponentName: new("acme.org/shop"), Artefact: &artefact.LocalID{ExtraID: map[string]string{"os": "linux"}}},
		Meta:     metadata.Meta{Type: "finding/acme", Datasource: "acme", CreationDate: "2025-01-31T00:00:00", LastUpdate: "2025-02-01T00:00:00"},
		Data:     payload,
	}
	for template, want := range map[string]string{
		"":      "",
		"{{}}":  "{}",
		"}}{{a": "}{a",
		"{data.text}{data.no}{data.yes}{data.not}{data.n}": "aNoneTrueFalse7.50",
		"{data.o.p}": "1",
		"{meta.datasource} {meta.creation_date} {meta.last_update}":   "acme 2025-01-31T00:00:00 2025-02-01T00:00:00",
		"{artefact.artefact.normalised_artefact_extra_id}":            "os:linux",
		"{artefact.component_name}:{artefact.artefact.artefact_name}": "acme.org/shop:None",
	} {
		title, err := findingcfg.Issues{TitleTemplate: template}.Title(entry)
		is.NoErr(err)
		is.Equal(title, want)
	}
	for _, template := range []string{
		"{", "}", "a}b", "{}", "{data.text!r}", "{data.text:>10}", "{data[text]}", "{data}", "{data.o}", "{data.l}", "{data.x}",
		"{data.text.x}", "{data.key}", "{meta.x}", "{meta}", "{artefact}", "{artefact.artefact}", "{artefact.artefact.artefact_extra_id}", "{x.y}",
	} {
		_, err := findingcfg.Issues{TitleTemplate: template}.Title(entry)
		is.True(errors.Is(err, findingcfg.ErrTemplate))
	}
}

func FuzzTitle(f *testing.F) {
	for _, seed := range []string{"{meta.type}", "{{x}}", "{data.a.b}", "}{", "{artefact.component_name}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, template string) {
		title, err := findingcfg.Issues{TitleTemplate: template}.Title(metadata.Entry{})
		if err != nil && !errors.Is(err, findingcfg.ErrTemplate) {
			t.Errorf("%q: %q, %v", template, title, err)
		}
	})
}
