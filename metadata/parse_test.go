package metadata_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
)

const sastEntry = `{"artefact":{"component_name":"c","component_version":null,"artefact":null,"artefact_kind":null,"references":[]},` +
	`"meta":{"datasource":"sast","type":"finding/sast","creation_date":null,"last_update":null,"responsibles":null,"assignee_mode":null},` +
	`"data":{"severity":"s","sast_status":"a","sub_type":"b"},"discovery_date":null,"allowed_processing_time":null}`

// minimal is sastEntry as clients write it: they leave the creation date out.
var minimal = strings.Replace(sastEntry, `"creation_date":null,`, "", 1)

// entryWith is a small entry with another meta and data.
func entryWith(meta, data string) string {
	return `{"artefact":{},"meta":{"datasource":"d",` + meta + `},"data":` + data + `}`
}

func TestRefusedEntriesNameThePath(t *testing.T) {
	t.Parallel()
	sast := func(data string) string { return entryWith(`"type":"finding/sast"`, data) }
	meta := func(m string) string { return entryWith(`"type":"x",`+m, `{}`) }
	rescoring := func(finding string) string {
		return entryWith(`"type":"rescorings"`, `{"finding":`+finding+`,"referenced_type":"finding/x","severity":"s","user":{"username":"u"}}`)
	}
	for name, c := range map[string]struct{ in, path, message string }{
		"no JSON":                 {`{"`, "", "unexpected end"},
		"no object":               {`7`, "", "want an object, got number"},
		"unknown key":             {strings.Replace(minimal, `"discovery_date"`, `"id"`, 1), "id", "key is unknown"},
		"no artefact":             {`{"meta":{},"data":{}}`, "artefact", "is missing"},
		"artefact is null":        {`{"artefact":null,"meta":{},"data":{}}`, "artefact", "want an object, got null"},
		"fault in artefact":       {`{"artefact":{"artefact":{"artefact_extra_id":{"a":1}}},"meta":{},"data":{}}`, "artefact.artefact.artefact_extra_id.a", "want a string"},
		"no meta":                 {`{"artefact":{},"data":{}}`, "meta", "is missing"},
		"no type":                 {`{"artefact":{},"meta":{"datasource":"d"},"data":{}}`, "meta.type", "is missing"},
		"type is null":            {`{"artefact":{},"meta":{"datasource":"d","type":null},"data":{}}`, "meta.type", "want a string, got null"},
		"unknown meta key":        {meta(`"foo":1`), "meta.foo", "key is unknown"},
		"creation date null":      {meta(`"creation_date":null`), "meta.creation_date", "want a string, got null"},
		"creation date is no day": {meta(`"creation_date":"yesterday"`), "meta.creation_date", "want YYYY-MM-DD"},
		"last update is a number": {meta(`"last_update":1`), "meta.last_update", "want a string or null"},
		"unknown assignee mode":   {meta(`"assignee_mode":"all"`), "meta.assignee_mode", "extend, overwrite, skip"},
		"responsibles no list":    {meta(`"responsibles":{}`), "meta.responsibles", "want a list, got object"},
		"party without list":      {meta(`"responsibles":[{}]`), "meta.responsibles[0].identifiers", "is missing"},
		"unknown identifier":      {meta(`"responsibles":[{"identifiers":[{"source":"s","type":"phone"}]}]`), "meta.responsibles[0].identifiers[0].type", "want one of emailAddress"},
		"deep key twice":          {entryWith(`"type":"x"`, `{"cvss":[{"a":1},{"scope":"U","\u0073cope":"C"}]}`), "data.cvss[1]", `key "scope" occurs twice`},
		"data is a list":          {sast(`[]`), "data", "want an object, got list"},
		"key field is missing":    {sast(`{"severity":"s","sub_type":"b"}`), "data.sast_status", "is missing"},
		"key field is a number":   {sast(`{"severity":"s","sub_type":"b","sast_status":1}`), "data.sast_status", "want a string, got number"},
		"key of a plain object":   {entryWith(`"type":"x"`, `{"key":1}`), "data.key", "want a string or null"},
		"no score":                {entryWith(`"type":"finding/vulnerability"`, `{"severity":"s","package_name":"p","cve":"c"}`), "data.cvss_score", "is missing"},
		"vulnerability is a list": {entryWith(`"type":"finding/vulnerability"`, `[]`), "data", "want an object"},
		"state without time":      {entryWith(`"type":"compliance/snapshots"`, `{"state":[{"timestamp":"2025-01-01"},{}]}`), "data.state[1].timestamp", "is missing"},
		"state with odd status":   {entryWith(`"type":"compliance/snapshots"`, `{"state":[{"timestamp":"2025-01-01","status":[]}]}`), "data.state[0].status", "want a string, an integer or null"},
		"rescoring of nothing":    {rescoring(`null`), "data.finding", "want an object, got null"},
		"rescoring of anything":   {rescoring(`{"html_url":"h"}`), "data.finding.resolution", "is missing"},
		"rescoring of inventory":  {rescoring(`{"provider_name":"aws","resource_kind":"vm","resource_name":"i"}`), "data.finding.package_name", "is missing"},
		"rescoring, wrong type":   {rescoring(`{"package_name":"p","cve":5}`), "data.finding.cve", "want a string, got number"},
		"rescoring by nobody":     {entryWith(`"type":"rescorings"`, `{"finding":{"group_hash":"h"},"referenced_type":"x","severity":"s","user":{}}`), "data.user.username", "is missing"},
		"bad discovery date":      {strings.Replace(minimal, `"discovery_date":null`, `"discovery_date":"soon"`, 1), "discovery_date", "want YYYY-MM-DD"},
		"processing time":         {strings.Replace(minimal, `"allowed_processing_time":null`, `"allowed_processing_time":30`, 1), "allowed_processing_time", "want a string or null"},
		"NUL":                     {strings.Replace(minimal, `"c"`, `"\u0000"`, 1), "artefact.component_name", "NUL"},
		"half a surrogate pair":   {strings.Replace(minimal, `"c"`, `"\ud83d"`, 1), "artefact.component_name", "surrogate"},
		"date is a number":        {entryWith(`"type":"finding/osid"`, `{"severity":"s","osid":{},"os_status":"x","eol_date":7}`), "data.eol_date", "want a timestamp, got number"},
		"counts of a namespace":   {entryWith(`"type":"finding/kyverno"`, `{"severity":"s","subtype":"t","finding":{"landscape":"l","project":"p","cluster":"c","date":"2025-01-01","group_hash":"h","report":{"namespace_summary":{"ns":7},"policy_results":{}}}}`), "data.finding.report.namespace_summary.ns", "want an object, got number"},
		"null is no map":          {entryWith(`"type":"finding/kyverno"`, `{"severity":"s","subtype":"t","finding":{"landscape":"l","project":"p","cluster":"c","date":"2025-01-01","group_hash":"h","report":{"namespace_summary":null,"policy_results":{}}}}`), "data.finding.report.namespace_summary", "want an object, got null"},
		"violation of nobody":     {entryWith(`"type":"sla_violation"`, `{"sla_violations":[{"finding":{},"referenced_type":"x","artefact":{"foo":1}}]}`), "data.sla_violations[0].artefact.foo", "key is unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, err := metadata.ParseEntry([]byte(c.in))
			is.True(err != nil) // refused
			is.Equal(asError(err).Path, c.path)
			is.True(strings.Contains(err.Error(), c.message)) // says what is wrong
			is.True(errors.Unwrap(err) != nil)
		})
	}
}

func TestParseEntries(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	types := metadata.BuiltinTypes()
	entries, err := types.ParseEntries([]byte(`{"entries": [` + minimal + `, ` + minimal + `]}`))
	is.NoErr(err)
	is.Equal(len(entries), 2)
	is.Equal(string(entries[1].AppendJSON(nil)), sastEntry)
	none, err := types.ParseEntries([]byte(`{}`))
	is.NoErr(err)
	is.Equal(len(none), 0)
	for body, path := range map[string]string{
		`{"entries": [` + minimal + `, {"data": {"a": [1, {"b": "\u0000"}]}}]}`: "entries[1].data.a[1].b",
		"{\"entries\": [{\"data\": [[\"\xff\"]]}]}":                             "entries[0].data[0][0]", `{"entries": [{"\ud800": 1}]}`: "entries[0]",
		`[]`: "", `{"entries": null}`: "entries", `{"entries": [{}]}`: "entries[0].artefact", `{"entries": [7]}`: "entries[0]",
		`{"entries": [` + minimal + `, {"artefact": {}, "meta": {}, "data": {}}]}`: "entries[1].meta.datasource",
	} {
		_, err := types.ParseEntries([]byte(body))
		is.True(err != nil)
		is.Equal(asError(err).Path, path)
	}
}

func TestLastUpdateMayBeAnyText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]metadata.Timestamp{
		`null`: "", `""`: "", `"2025-01-01T10:00Z"`: "2025-01-01T10:00:00+00:00", `"some day"`: "some day",
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			e, err := metadata.ParseEntry([]byte(entryWith(`"type":"x","last_update":`+in, `{}`)))
			is.NoErr(err)
			is.Equal(e.Meta.LastUpdate, want)
		})
	}
}

func TestWhatIsKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ typ, in, want string }{
		"unknown types byte for byte": {"my/type", `{ "b":1.50, "a" : [ ] , "key":"k"}`, `{ "b":1.50, "a" : [ ] , "key":"k"}`},
		"unknown fields, behind": {"finding/sast", `{"z": {"q": 1e2}, "sub_type":"b", "severity":"s", "y":"\u00e4", "sast_status":"a"}`,
			`{"severity":"s","sast_status":"a","sub_type":"b","z":{"q": 1e2},"y":"\u00e4"}`},
		"numbers": {"finding/malware", `{"severity":"s","finding":{"filename":"f","content_digest":"d","malware":"m"},"octets_count":7,"scan_duration_seconds":7}`,
			`{"severity":"s","finding":{"filename":"f","content_digest":"d","malware":"m","context":null},"octets_count":7,"scan_duration_seconds":7,"clamav_version":null,"signature_version":null,"freshclam_timestamp":null}`},
		"newer vulnerabilities": {"finding/vulnerability", `{"severity":"s","package_name":"p","cve":"CVE-1","cvss_score":7.0,"base_url":"b"}`,
			`{"severity":"s","package_name":"p","package_version":null,"cve":"CVE-1","purl":null,"cvss_score":7.0,"cvss":null,"rating_source":null,"summary":null,"recommendation":null,"urls":[],"base_url":"b"}`},
		"older scores count": {"finding/vulnerability", `{"severity":"s","package_name":"p","cve":"CVE-1","cvss_v3_score":7}`,
			`{"severity":"s","package_name":"p","package_version":null,"cve":"CVE-1","purl":null,"cvss":null,"rating_source":null,"summary":null,"recommendation":null,"urls":[],"cvss_v3_score":7}`},
		"unknown fields in rescorings": {"rescorings", `{"finding":{"package_name":"p","license":{"name":"l"},"labels":[],"x":1},"referenced_type":"t","severity":"s","user":{"username":"u","email":"e"}}`,
			`{"finding":{"package_name":"p","license":{"name":"l","id":null},"labels":[],"x":1},"referenced_type":"t","severity":"s","user":{"username":"u","type":"user","email":"e"},"matching_rules":[],"comment":null,"allowed_processing_time":null,"due_date":null}`},
		"violations of unknown findings": {"sla_violation", `{"sla_violations":[{"finding":{"a": 1},"referenced_type":"t","artefact":{}}]}`,
			`{"sla_violations":[{"finding":{"a": 1},"referenced_type":"t","artefact":{"component_name":null,"component_version":null,"artefact":null,"artefact_kind":null,"references":[]}}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			e, err := metadata.ParseEntry([]byte(entryWith(`"type":"`+c.typ+`"`, c.in)))
			is.NoErr(err)
			is.Equal(string(e.Data.Raw()), c.want)
			again, err := metadata.NewPayload(e.Meta.Type, e.Data.Raw())
			is.NoErr(err)
			is.Equal(string(again.Raw()), c.want) // reading it again changes nothing
		})
	}
}
