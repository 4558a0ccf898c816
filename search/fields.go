package search

import (
	"strings"

	"github.com/opendeliverygear/odg/metadata"
)

// Field is an attribute that a user interface offers.
type Field struct {
	Name string `json:"name"`
	Type string `json:"type"` // string or datetime
	Ops  []Op   `json:"ops"`
}

// Fields returns what a user interface offers. Other attributes work as well; those of
// [Item.Effective] are left out, because existing user interfaces hold this list to be
// what existing installations answer.
func Fields() []Field {
	fields := []Field{{"ocm", "string", []Op{OpEqual}}}
	for _, name := range []string{"type", "datasource", "artefact_kind", "artefact.name", "artefact.version", "artefact.type"} {
		fields = append(fields, Field{name, "string", []Op{OpEqual, OpIn}})
	}
	for _, name := range []string{"meta.creation_date", "meta.last_update"} {
		fields = append(fields, Field{name, "datetime", []Op{OpRange, OpEqual}})
	}
	for _, name := range []string{"data.cve", "data.package_name", "data.package_version", "data.osid.NAME"} {
		fields = append(fields, Field{name, "string", []Op{OpEqual, OpIn}})
	}
	return append(fields,
		Field{"data.severity", "string", []Op{OpCompare, OpEqual, OpIn}},
		Field{"data.summary", "string", []Op{OpEqual}})
}

// DefaultFields returns the attributes in which tokens are looked for.
func DefaultFields() []string {
	return []string{"data.summary", "data.cve", "data.package_name", "data.package_version", "artefact.name", "ocm.name"}
}

// TokenText returns the attributes in which tokens are looked for, in lower case as
// of [strings.ToLower], one a line. A [Like] of one of them can hold only if its
// parts occur in the text in their order. So a database needs to keep and scan one
// text instead of six.
func TokenText(e metadata.Entry) string {
	item := Item{Entry: e}
	var b strings.Builder
	for _, read := range tokenFields {
		if text, ok := read(&item); ok && text != "" {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(strings.ToLower(text))
		}
	}
	return b.String()
}

var tokenFields = func() []getter {
	fields := DefaultFields()
	getters := make([]getter, len(fields))
	for i, name := range fields {
		_, getters[i], _ = attribute(name) // they exist
	}
	return getters
}()
