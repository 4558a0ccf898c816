package search

// Field is an attribute that a user interface offers.
type Field struct {
	Name string `json:"name"`
	Type string `json:"type"` // string or datetime
	Ops  []Op   `json:"ops"`
}

// Fields returns what a user interface offers. Other attributes work as well.
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
