package findingcfg

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// findingJSON is a [Finding] in the normal form of ODG's API: durations are
// seconds, what may be one value is a list, what is absent is null.
type findingJSON struct {
	Type            metadata.Type  `json:"type"`
	Categorisations []categoryJSON `json:"categorisations"`
	Filters         []filterJSON   `json:"filter"`
	Ruleset         *rulesetJSON   `json:"rescoring_ruleset"`
	Issues          Issues         `json:"issues"`
	DefaultScope    Scope          `json:"default_scope"`
	Reuse           reuseJSON      `json:"reuse_discovery_date"`
	SprintOffset    int            `json:"sprint_assignment_offset"`
}

type categoryJSON struct {
	ID          string          `json:"id"`
	DisplayName string          `json:"display_name"`
	Value       int             `json:"value"`
	Allowed     ProcessingTime  `json:"allowed_processing_time"`
	Rescoring   []RescoringMode `json:"rescoring"`
	Selector    *Selector       `json:"selector"`
}

type filterJSON struct {
	Semantics         Semantics       `json:"semantics"`
	Name              *string         `json:"name"`
	ComponentNames    []Pattern       `json:"component_name"`
	ComponentVersions []Pattern       `json:"component_version"`
	Kinds             []artefact.Kind `json:"artefact_kind"`
	ArtefactNames     []Pattern       `json:"artefact_name"`
	ArtefactVersions  []Pattern       `json:"artefact_version"`
	ArtefactTypes     []Pattern       `json:"artefact_type"`
	ExtraIDs          []string        `json:"artefact_extra_id"`
}

type reuseJSON struct {
	Enabled bool     `json:"enabled"`
	MaxTime *seconds `json:"max_reuse_time"`
}

// seconds are written as ODG writes time spans: 86400.0.
type seconds int64

// MarshalJSON writes the number with a fraction, so that it is a float for Python.
func (s seconds) MarshalJSON() ([]byte, error) {
	return append(strconv.AppendInt(nil, int64(s), 10), ".0"...), nil
}

// MarshalJSON writes the configuration in the normal form of GET /features: its
// keys are those of the file, time spans are seconds, and what the file leaves out
// has its default, or is null. [Parse] reads another form: a number without unit
// is days there.
func (f Finding) MarshalJSON() ([]byte, error) {
	out := findingJSON{
		Type: f.Type, Categorisations: make([]categoryJSON, len(f.Categorisations)),
		Ruleset: rulesetOf(f.Ruleset), Issues: f.Issues.withDefaults(), DefaultScope: f.DefaultScope,
		Reuse: reuseJSON{Enabled: !f.Retention.Disabled}, SprintOffset: f.SprintOffset,
	}
	if f.Retention.MaxReuse > 0 {
		out.Reuse.MaxTime = new(seconds(f.Retention.MaxReuse / time.Second))
	}
	for i, c := range f.Categorisations {
		out.Categorisations[i] = categoryJSON{c.ID, c.DisplayName, c.Value, c.AllowedProcessingTime, c.Rescoring, c.Selector}
	}
	for _, filter := range f.Filters {
		out.Filters = append(out.Filters, filterOf(filter))
	}
	return json.Marshal(out)
}

// MarshalJSON writes the number of seconds, "input", or null.
func (p ProcessingTime) MarshalJSON() ([]byte, error) {
	switch {
	case p.input:
		return json.Marshal(input)
	case p.set:
		return seconds(p.duration).MarshalJSON()
	}
	return []byte("null"), nil
}

func filterOf(f Filter) filterJSON {
	out := filterJSON{
		Semantics: f.Semantics, ComponentNames: f.ComponentNames, ComponentVersions: f.ComponentVersions,
		Kinds: f.Kinds, ArtefactNames: f.ArtefactNames, ArtefactVersions: f.ArtefactVersions,
		ArtefactTypes: f.ArtefactTypes, ExtraIDs: f.ExtraIDs,
	}
	if f.Name != "" {
		out.Name = &f.Name
	}
	return out
}
