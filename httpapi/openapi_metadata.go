package httpapi

import (
	"fmt"

	"github.com/danielgtaylor/huma/v2"
)

const exampleEntry = `{
  "artefact": {
    "component_name": "acme.org/shop", "component_version": "1.0.0", "artefact_kind": "resource",
    "artefact": {"artefact_name": "web", "artefact_version": "1.0.0", "artefact_type": "ociImage", "artefact_extra_id": {}}
  },
  "meta": {"datasource": "acme", "type": "acme/licence-check"},
  "data": {"key": "MIT", "allowed": true}
}`

const faultEntries = "The body is malformed: the sentence names the path of the fault. Nothing is stored."

func describeMetadata(r huma.Registry) operations {
	body := func() *huma.RequestBody {
		b := jsonBody(schemaOf[entriesDoc](r), `{"entries": [`+exampleEntry+`]}`)
		b.Content[contentTypeNDJSON] = &huma.MediaType{Schema: schemaOf[entryDoc](r)}
		b.Description = "A list of entries, or one entry per line."
		return b
	}
	return operations{
		"PUT /artefacts/metadata": {
			OperationID: "putMetadata", Tags: []string{tagMetadata},
			Summary: "Store entries",
			Description: "Stores all entries or none. An entry that exists keeps its discovery date and changes its data, last_update, responsibles and assignee_mode; " +
				"a new one inherits the discovery date of an earlier one about the same thing. The same request may be sent again without harm.",
			RequestBody: body(), Parameters: []*huma.Param{until()},
			Responses: answers{
				200: answer("There were no entries, nothing is done.", nil),
				201: answer("All entries are stored.", nil),
			}.with(r, map[int]string{
				400: faultEntries,
				409: "Another entry has the same id, because the names of both join to the same text. Nothing is stored.",
				412: faultLate,
				413: "The body is larger than this server takes.",
				507: "There is no space left.",
			}),
		},
		"DELETE /artefacts/metadata": {
			OperationID: "deleteMetadata", Tags: []string{tagMetadata},
			Summary:     "Delete entries",
			Description: "Deletes the stored entries that have the identity of the given ones. Of data, only what is part of the identity counts. Entries that are not stored are fine.",
			RequestBody: body(), Parameters: []*huma.Param{until()},
			Responses: answers{204: answer("None of the entries is stored any more.", nil)}.with(r, map[int]string{
				400: faultEntries, 412: faultLate, 413: "The body is larger than this server takes.",
			}),
		},
	}
}

func describeQuery(r huma.Registry) operations {
	return operations{
		"POST /artefacts/metadata/query": {
			OperationID: "queryMetadata", Tags: []string{tagMetadata},
			Summary: "Query entries",
			Description: "Streams the entries that match, in no defined order: any of the values of a parameter, all parameters, any of the artefacts. " +
				"Without type, or with rescorings among the types, entries that lack an attribute match any value of it. " +
				"An entry without a component version matches the versions that have its artefact. " +
				fmt.Sprintf("At most %d different artefacts may be asked for at once.", MaxSelectors),
			Parameters: []*huma.Param{
				repeated("type", "Types of entries."),
				repeated("datasource", "Datasources of entries."),
				repeated("referenced_type", "Types that rescorings and responsibles are about."),
				query("as_of", "Only findings and rescorings, as they were stored at that moment, such as 2026-11-01T12:00:00Z.", text()),
			},
			RequestBody: jsonBody(schemaOf[selectorsDoc](r), `{"entries": [{"component_name": "acme.org/shop", "component_version": "1.0.0"}]}`),
			Responses: answers{200: answer("The entries, as a list or one per line, compressed if the request offers deflate or gzip.", map[string]*huma.MediaType{
				"application/json": {Schema: listOf(schemaOf[entryDoc](r))},
				contentTypeNDJSON:  {Schema: schemaOf[entryDoc](r)},
			})}.with(r, map[int]string{
				400: "The body is malformed: the sentence names the path of the fault. Or as_of is no time, or still to come.",
				501: "The database keeps no history.",
			}),
		},
	}
}

func describeChanges(r huma.Registry) operations {
	page := `{"changes": [{"id": "5f1e0c8a7d3b4c2e9a6f8b1d0c4e7a92", "deleted": true}], "next": "3v9k2m.0.4711"}`
	return operations{
		"GET /artefacts/metadata/changes": {
			OperationID: "changes", Tags: []string{tagMetadata},
			Summary: "Follow changes",
			Description: "Tells what became of the entries that were inserted, changed or deleted after a cursor, in the order in which it was committed. " +
				"Whoever applies all changes and goes on from the last cursor has what is stored: nothing is skipped, changes may be told again, " +
				"and an entry that changed several times may be told once, as it is at present. From the beginning, that is all entries. " +
				"With NDJSON, everything up to now is streamed, each line has the cursor behind it, and the last one has no id: it marks the end for now.",
			Parameters: []*huma.Param{
				query("since", "The cursor to go on from; empty or missing for the beginning.", text()),
				repeated("type", "Types of entries; all if there are none."),
				query("limit", "How many changes there are at most. NDJSON has no limit unless it is given.", number(1, maxPageChanges, defaultPageChanges)),
			},
			Responses: answers{200: answer("A page of changes, or one change per line with a cursor of its own.", map[string]*huma.MediaType{
				"application/json": jsonContent(schemaOf[changesDoc](r), page)["application/json"],
				contentTypeNDJSON: content(contentTypeNDJSON, schemaOf[changeLineDoc](r), `{"id": "5f1e0c8a7d3b4c2e9a6f8b1d0c4e7a92", "cursor": "3v9k2m.0.4711", "deleted": true}
{"cursor": "3v9k2m.0.4712"}`)[contentTypeNDJSON],
			})}.with(r, map[int]string{
				400: "The cursor or the limit is malformed.",
				410: "The cursor is of another database or too old: deletions after it are not remembered. Start again without a cursor.",
			}),
		},
	}
}

// changeLineDoc is a line of the change feed.
type changeLineDoc struct {
	ID      string   `json:"id,omitempty" doc:"Id of the entry; missing in the last line."`
	Cursor  string   `json:"cursor" doc:"The cursor to go on from behind this line."`
	Entry   entryDoc `json:"entry,omitempty" doc:"The entry as it is at present."`
	Deleted bool     `json:"deleted,omitempty" doc:"True if the entry was removed; then there is no entry."`
}
