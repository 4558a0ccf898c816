package proposal

import (
	"encoding/json"
	"fmt"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
)

// AppendJSON appends p as GET /rescore tells it. What a judgement lacks is null; why,
// is told as fault.
func (p Proposal) AppendJSON(b []byte) []byte {
	b = append(append(b, `{"finding":`...), p.finding()...)
	b = rawjson.AppendString(append(b, `,"finding_type":`...), string(p.Type))
	b = rawjson.AppendString(append(b, `,"severity":`...), p.Severity)
	b = append(append(b, `,"matching_rules":`...), marshal(append([]string{}, p.MatchingRules...))...)
	b = appendEntries(append(b, `,"applicable_rescorings":`...), p.Rescorings)
	b = append(append(b, `,"discovery_date":`...), marshal(p.Findings[0].DiscoveryDate)...)
	b = append(append(b, `,"due_date":`...), marshal(p.Due)...)
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
	return append(append(append(b, `,"end_date":`...), marshal(p.Sprint.Due())...), '}')
}

// appendEntries appends a list of entries, each with its id.
func appendEntries(b []byte, entries []*metadata.Entry) []byte {
	b = append(b, '[')
	for i, e := range entries {
		if i > 0 {
			b = append(b, ',')
		}
		b = e.AppendJSON(b)
		b = append(b[:len(b)-1], `,"id":"`...)
		b = append(append(b, e.ID()...), `"}`...)
	}
	return append(b, ']')
}

// list is never nil, so that it is written as a list.
func list[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}

// marshal writes what cannot fail: texts, and JSON that was read.
func marshal(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("write proposal: %v", err))
	}
	return data
}
