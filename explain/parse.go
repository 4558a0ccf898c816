package explain

import (
	"encoding/json"
	"fmt"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
)

// ParseDocument reads what a [Document] is written as. types knows the payloads.
func ParseDocument(data []byte, types *metadata.Types) (Document, error) {
	var form struct {
		plain
		Finding    json.RawMessage `json:"finding"`
		Rescorings []struct {
			plainConsidered
			Rescoring json.RawMessage `json:"rescoring"`
		} `json:"rescorings"`
	}
	if err := json.Unmarshal(data, &form); err != nil {
		return Document{}, fmt.Errorf("read explanation: %w", err)
	}
	d := Document(form.plain)
	finding, err := proposal.ParseEntry(form.Finding, types)
	if err != nil {
		return Document{}, fmt.Errorf("read explanation: finding: %w", err)
	}
	d.Finding, d.Rescorings = Stored{&finding}, []Considered{}
	for i, c := range form.Rescorings {
		rescoring, err := proposal.ParseEntry(c.Rescoring, types)
		if err != nil {
			return Document{}, fmt.Errorf("read explanation: rescorings[%d].rescoring: %w", i, err)
		}
		considered := Considered(c.plainConsidered)
		considered.Rescoring = Stored{&rescoring}
		d.Rescorings = append(d.Rescorings, considered)
	}
	return d, nil
}

// plain and plainConsidered are the same without entries, which need to know types.
type (
	plain           Document
	plainConsidered Considered
)
