package proposal

import (
	"encoding/json"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
)

// AppendJSON appends p as GET /rescore tells it. What a judgement lacks is null; why,
// is told as fault.
func (p Proposal) AppendJSON(b []byte) []byte {
	b = p.appendFinding(append(b, `{"finding":`...))
	b = rawjson.AppendString(append(b, `,"finding_type":`...), string(p.Type))
	b = rawjson.AppendString(append(b, `,"severity":`...), p.Severity)
	b = appendTexts(append(b, `,"matching_rules":`...), p.MatchingRules)
	b = appendEntries(append(b, `,"applicable_rescorings":`...), p.Rescorings)
	b = appendDate(append(b, `,"discovery_date":`...), p.Findings[0].DiscoveryDate)
	b = appendDate(append(b, `,"due_date":`...), p.Due)
	b = p.appendSprint(append(b, `,"sprint":`...))
	b = append(b, `,"pending_scanner_writebacks":`...)
	if aboutPackage(p.Type) {
		b = appendEntries(b, p.Writebacks)
	} else {
		b = append(b, "null"...)
	}
	if p.Err != nil {
		b = rawjson.AppendString(append(b, `,"fault":`...), p.Err.Error())
	}
	return append(b, '}')
}

// MarshalJSON writes p as [Proposal.AppendJSON] does.
func (p Proposal) MarshalJSON() ([]byte, error) { return p.AppendJSON(nil), nil }

func (p Proposal) appendSprint(b []byte) []byte {
	if p.Sprint == nil {
		return append(b, "null"...)
	}
	b = rawjson.AppendString(append(b, `{"name":`...), p.Sprint.Name)
	return append(appendDate(append(b, `,"end_date":`...), p.Sprint.Due()), '}')
}

func appendDate(b []byte, d metadata.Date) []byte {
	if d == "" {
		return append(b, "null"...)
	}
	return rawjson.AppendString(b, string(d))
}

// appendEntries appends a list of entries, each with its id.
func appendEntries(b []byte, entries []*metadata.Entry) []byte {
	return appendList(b, entries, func(b []byte, e *metadata.Entry) []byte {
		b = e.AppendJSON(b)
		b = append(b[:len(b)-1], `,"id":"`...)
		return append(append(b, e.ID()...), `"}`...)
	})
}

func appendTexts(b []byte, texts []string) []byte { return appendList(b, texts, rawjson.AppendString) }

func appendValues(b []byte, values []json.RawMessage) []byte {
	return appendList(b, values, func(b []byte, v json.RawMessage) []byte { return append(b, v...) })
}

func appendList[T any](b []byte, list []T, one func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, v)
	}
	return append(b, ']')
}
