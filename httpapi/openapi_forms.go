package httpapi

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// The types here say what the JSON looks like where types write their own, for the
// OpenAPI document alone.

type entryDoc struct {
	Artefact       artefactDoc     `json:"artefact" doc:"What the entry is about."`
	Meta           metaDoc         `json:"meta"`
	Data           json.RawMessage `json:"data" doc:"An object whose keys depend on meta.type. What it does not say about itself is kept as it is."`
	DiscoveryDate  *string         `json:"discovery_date,omitempty" format:"date" doc:"When the finding was first seen. It is inherited from an earlier entry about the same thing."`
	ProcessingTime *string         `json:"allowed_processing_time,omitempty" doc:"How long the finding may stay, such as 30d, or seconds such as 864000s. Null means that there is no limit."`
}

type artefactDoc struct {
	ComponentName    *string       `json:"component_name,omitempty" doc:"Null for entries about all components."`
	ComponentVersion *string       `json:"component_version,omitempty" doc:"Null for entries that the versions of a component share."`
	Artefact         localDoc      `json:"artefact,omitempty" doc:"Null for entries about a whole component."`
	Kind             *string       `json:"artefact_kind,omitempty" doc:"artefact, resource, runtime or source."`
	References       []artefactDoc `json:"references,omitempty" doc:"Always empty: references are not stored."`
}

type localDoc struct {
	Name    *string           `json:"artefact_name,omitempty"`
	Type    *string           `json:"artefact_type,omitempty" doc:"Such as ociImage."`
	Version *string           `json:"artefact_version,omitempty"`
	ExtraID map[string]string `json:"artefact_extra_id,omitempty" doc:"Further parts of the identity, by name."`
}

type metaDoc struct {
	Datasource   string          `json:"datasource" doc:"Who wrote the entry, such as bdba. Any text is fine."`
	Type         string          `json:"type" doc:"What data is, such as finding/vulnerability. Any text is fine."`
	CreationDate *string         `json:"creation_date,omitempty" doc:"ISO 8601; without an offset it is UTC. The time of the request if it is missing."`
	LastUpdate   *string         `json:"last_update,omitempty" doc:"As creation_date."`
	Responsibles json.RawMessage `json:"responsibles,omitempty" doc:"Who is responsible, as a list of people and teams."`
	AssigneeMode *string         `json:"assignee_mode,omitempty" doc:"How responsibles are combined with others: extend, overwrite or skip."`
}

type entriesDoc struct {
	Entries []entryDoc `json:"entries,omitempty"`
}

type selectorsDoc struct {
	Entries []artefactDoc `json:"entries,omitempty" doc:"Artefacts of which any may match. Empty or missing: all artefacts."`
}

type changesDoc struct {
	Changes []changeDoc `json:"changes" nullable:"false"`
	Next    string      `json:"next" doc:"The cursor to go on from. The feed is at its end for now if there are fewer changes than limit."`
}

type changeDoc struct {
	ID      string   `json:"id" doc:"Id of the entry."`
	Entry   entryDoc `json:"entry,omitempty" doc:"The entry as it is at present."`
	Deleted bool     `json:"deleted,omitempty" doc:"True if the entry was removed; then there is no entry."`
}

type searchDoc struct {
	Criteria  []criterionDoc `json:"criteria,omitempty" maxItems:"1000" doc:"All of them hold; see their types for what is ORed."`
	Limit     int            `json:"limit,omitempty" doc:"From 1 to 200; what is outside is taken for the nearest." default:"50"`
	Sort      []sortDoc      `json:"sort,omitempty" doc:"All in one order; by meta.creation_date, the latest first, if there are none."`
	Effective bool           `json:"effective,omitempty" doc:"Also how each finding stands after all that was decided, as for searches and orders by effective.*."`
	Cursor    map[string]any `json:"cursor,omitempty" doc:"The nextCursor of the page before."`
}

type criterionDoc struct {
	Type      string   `json:"type" enum:"ocm,artefact-metadata,fulltext"`
	Mode      string   `json:"mode,omitempty" enum:"include,exclude," default:"include"`
	Value     string   `json:"value,omitempty" doc:"ocm: a component, name or name:version. fulltext: a token. artefact-metadata: what op compares with; * stands for any text."`
	Recursive bool     `json:"recursive,omitempty" doc:"ocm: with all components that are referred to."`
	Attr      string   `json:"attr,omitempty" doc:"artefact-metadata: which attribute, see query-attributes. Also effective.severity, effective.value, effective.due and effective.rescoring."`
	Op        string   `json:"op,omitempty" doc:"artefact-metadata: eq, in, range or cmp." default:"eq"`
	Values    []string `json:"values,omitempty" doc:"op in: one of these."`
	GTE       string   `json:"gte,omitempty" doc:"op range: the earliest time."`
	LTE       string   `json:"lte,omitempty" doc:"op range: the latest time."`
	Cmp       string   `json:"cmp,omitempty" doc:"op cmp: one of >= > <= < != == =."`
	Fields    []string `json:"fields,omitempty" doc:"fulltext: in which attributes the token is looked for."`
}

type sortDoc struct {
	Field string `json:"field" doc:"meta.creation_date, meta.last_update, ocm.name, ocm.version, type, id, effective.severity (by its value) or effective.due. Entries without a value come last."`
	Order string `json:"order,omitempty" enum:"asc,desc" default:"desc"`
}

// foundDoc is an entryDoc as it is found.
type foundDoc struct {
	Artefact       artefactDoc     `json:"artefact" doc:"What the entry is about."`
	Meta           metaDoc         `json:"meta"`
	Data           json.RawMessage `json:"data"`
	DiscoveryDate  *string         `json:"discovery_date,omitempty" format:"date"`
	ProcessingTime *string         `json:"allowed_processing_time,omitempty"`
	Effective      *effectiveDoc   `json:"effective,omitempty" doc:"How a finding stands, if the search asks for it, selects or sorts by it."`
}

type effectiveDoc struct {
	Severity   string `json:"severity" doc:"Id of the category that counts: that of the deciding rescoring, or the scanner's."`
	Value      int    `json:"value" doc:"Value of the category. 0: solved; -1: the configuration has no such category."`
	Due        string `json:"due_date,omitempty" format:"date" doc:"The last day on which it may be open."`
	Rescoring  string `json:"rescoring,omitempty" doc:"Id of the deciding rescoring."`
	ValidUntil string `json:"valid_until,omitempty" format:"date-time" doc:"When the deciding rescoring ends."`
}

type resultDoc struct {
	Items []foundDoc     `json:"items" nullable:"false"`
	Next  map[string]any `json:"nextCursor" doc:"Null on the last page."`
}

// nullableForms lets objects be null where they may be: reflection knows this of
// simple values only.
func nullableForms(r huma.Registry) {
	for _, at := range [][2]string{{"Artefact", "artefact"}, {"Result", "nextCursor"}, {"Proposal", "sprint"}, {"Explain", "sprint"}, {"Reference", "digest"}, {"Resource", "digest"}} {
		form := r.Map()[at[0]]
		if form == nil || form.Properties[at[1]] == nil {
			continue
		}
		property := form.Properties[at[1]]
		form.Properties[at[1]] = &huma.Schema{
			Description: property.Description,
			AnyOf:       []*huma.Schema{{Ref: property.Ref, Type: property.Type, AdditionalProperties: property.AdditionalProperties}, {Type: "null"}},
		}
	}
}
