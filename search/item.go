package search

import (
	"encoding/json"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// Item is an entry as it is searched for and found.
type Item struct {
	metadata.Entry
	// Effective is how a finding stands after all that was decided about it. It is
	// nil for what is no finding of a configured type, and where nobody asked, see
	// [Query.Effective].
	Effective *rescore.Effective
}

// MarshalJSON writes the entry, with a member "effective" if there is one.
func (i Item) MarshalJSON() ([]byte, error) {
	b := i.AppendJSON(make([]byte, 0, 1024))
	if i.Effective == nil {
		return b, nil
	}
	effective, err := json.Marshal(i.Effective)
	if err != nil {
		return nil, err
	}
	b = append(b[:len(b)-1], `,"effective":`...)
	return append(append(b, effective...), '}'), nil
}
