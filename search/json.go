package search

import "encoding/json"

// MarshalJSON writes r in the form that [Parse] reads.
func (r Request) MarshalJSON() ([]byte, error) {
	criteria := make([]criterionForm, len(r.Criteria))
	for i, c := range r.Criteria {
		criteria[i] = criterionForm{
			Kind: c.Kind, Recursive: c.Recursive, Attr: c.Attr, Op: c.Op, Value: c.Value,
			Values: c.Values, GTE: c.GTE, LTE: c.LTE, Cmp: c.Cmp, Fields: c.Fields, Mode: "include",
		}
		if c.Exclude {
			criteria[i].Mode = "exclude"
		}
	}
	keys := make([]sortForm, len(r.Sort))
	for i, s := range r.Sort {
		keys[i] = sortForm{s.Field, "asc"}
		if s.Descending {
			keys[i].Order = "desc"
		}
	}
	return json.Marshal(requestForm{criteria, r.Limit, keys, r.Effective, r.Cursor})
}

type requestForm struct {
	Criteria  []criterionForm `json:"criteria,omitempty"`
	Limit     int             `json:"limit,omitempty"`
	Sort      []sortForm      `json:"sort,omitempty"`
	Effective bool            `json:"effective,omitempty"`
	Cursor    Cursor          `json:"cursor,omitempty"`
}

type criterionForm struct {
	Kind      Kind     `json:"type"`
	Mode      string   `json:"mode"`
	Value     string   `json:"value"`
	Recursive bool     `json:"recursive,omitempty"`
	Attr      string   `json:"attr,omitempty"`
	Op        Op       `json:"op,omitempty"`
	Values    []string `json:"values,omitempty"`
	GTE       string   `json:"gte,omitempty"`
	LTE       string   `json:"lte,omitempty"`
	Cmp       string   `json:"cmp,omitempty"`
	Fields    []string `json:"fields,omitempty"`
}

type sortForm struct {
	Field string `json:"field"`
	Order string `json:"order"`
}
