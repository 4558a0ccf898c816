package proposal

import (
	"encoding/json"
	"fmt"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
)

// Document is a proposal as GET /rescore tells it, for those who read it.
type Document struct {
	// Finding is what is known of all findings of the group together.
	Finding       json.RawMessage
	Type          metadata.Type
	Severity      string
	MatchingRules []string
	// Rescorings are all that apply and have not ended; the first one decides.
	Rescorings []metadata.Entry
	Discovered metadata.Date
	Due        metadata.Date // empty if there is nothing to do, or no date can be told
	Sprint     *Sprint       // nil if there is none
	// Writebacks are corrections that the scanner has not seen yet.
	Writebacks []metadata.Entry
	Fault      string // why the finding cannot be judged; empty if it can
}

// Sprint is the one in which findings are due.
type Sprint struct {
	Name string        `json:"name"`
	End  metadata.Date `json:"end_date"`
}

// ParseDocument reads what [Proposal.AppendJSON] writes. types knows the payloads.
func ParseDocument(data []byte, types *metadata.Types) (d Document, err error) {
	var form struct {
		Finding    json.RawMessage   `json:"finding"`
		Type       metadata.Type     `json:"finding_type"`
		Severity   string            `json:"severity"`
		Rules      []string          `json:"matching_rules"`
		Rescorings []json.RawMessage `json:"applicable_rescorings"`
		Discovered metadata.Date     `json:"discovery_date"`
		Due        metadata.Date     `json:"due_date"`
		Sprint     *Sprint           `json:"sprint"`
		Writebacks []json.RawMessage `json:"pending_scanner_writebacks"`
		Fault      string            `json:"fault"`
	}
	if err := json.Unmarshal(data, &form); err != nil {
		return d, fmt.Errorf("read proposal: %w", err)
	}
	d = Document{
		Finding: form.Finding, Type: form.Type, Severity: form.Severity, MatchingRules: form.Rules,
		Discovered: form.Discovered, Due: form.Due, Sprint: form.Sprint, Fault: form.Fault,
	}
	if d.Rescorings, err = parseEntries(form.Rescorings, types); err != nil {
		return d, fmt.Errorf("read proposal: applicable_rescorings%w", err)
	}
	if d.Writebacks, err = parseEntries(form.Writebacks, types); err != nil {
		return d, fmt.Errorf("read proposal: pending_scanner_writebacks%w", err)
	}
	return d, nil
}

func parseEntries(list []json.RawMessage, types *metadata.Types) (entries []metadata.Entry, err error) {
	for i, raw := range list {
		e, err := ParseEntry(raw, types)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// ParseEntry reads an entry as answers tell it that say more about it, such as its id: what
// else is there is passed over.
func ParseEntry(data []byte, types *metadata.Types) (metadata.Entry, error) {
	members, err := rawjson.Members(data)
	if err != nil {
		return metadata.Entry{}, err
	}
	text := []byte{'{'}
	for _, m := range members {
		switch m.Key {
		case "artefact", "meta", "data", "discovery_date", "allowed_processing_time":
			if len(text) > 1 {
				text = append(text, ',')
			}
			text = append(append(rawjson.AppendString(text, m.Key), ':'), m.Value...)
		}
	}
	return types.ParseEntry(append(text, '}'))
}
