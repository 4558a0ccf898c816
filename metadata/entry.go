package metadata

import (
	"encoding/json"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/blake2s128"
)

// Entry is one fact about an artefact: what a scanner found, what a person
// decided, what a process remembers. It is ODG's ArtefactMetadata.
type Entry struct {
	Artefact artefact.ID `json:"artefact"`
	Meta     Meta        `json:"meta"`
	Data     Payload     `json:"data"`
	// DiscoveryDate is the day on which the fact was first seen, or empty.
	DiscoveryDate Date `json:"discovery_date"`
	// AllowedProcessingTime is "<seconds>s", a duration such as "30d", "input", or nil.
	AllowedProcessingTime *string `json:"allowed_processing_time"`
}

// Meta says who wrote an entry, when, and who should act on it.
type Meta struct {
	Datasource   Datasource `json:"datasource"`
	Type         Type       `json:"type"`
	CreationDate Timestamp  `json:"creation_date"`
	LastUpdate   Timestamp  `json:"last_update"`
	// Responsibles is null, or a list of responsible parties as JSON, kept as given.
	Responsibles json.RawMessage `json:"responsibles"`
	// AssigneeMode is "extend", "overwrite", "skip", or nil.
	AssigneeMode *string `json:"assignee_mode"`
}

// Payload is the data of an entry: a JSON object and the key that follows from it.
// Make one with [NewPayload]. A Payload does not change and is safe for concurrent use.
type Payload struct {
	raw json.RawMessage
	// key is the data key; keyed tells that there is one.
	key   string
	keyed bool
}

// Raw returns the JSON object. The caller must not change it.
func (p Payload) Raw() json.RawMessage { return p.raw }

// Decode reads the JSON object into v, as [json.Unmarshal] does.
func (p Payload) Decode(v any) error { return json.Unmarshal(p.raw, v) }

// MarshalJSON writes the JSON object as it is.
func (p Payload) MarshalJSON() ([]byte, error) { return p.raw, nil }

// Key is the identity of e as text: the artefact's key, datasource, type and
// data key, joined by "|".
func (e Entry) Key() string { return string(e.appendKey(make([]byte, 0, 256))) }

func (e Entry) appendKey(b []byte) []byte {
	b = append(e.Artefact.AppendKey(b), '|')
	b = append(append(b, e.Meta.Datasource...), '|')
	b = append(append(b, e.Meta.Type...), '|')
	if !e.Data.keyed {
		return append(b, "None"...)
	}
	return append(b, e.Data.key...)
}

// ID is the primary key of e in the database: the BLAKE2s digest of [Entry.Key],
// 16 bytes in lower-case hex.
func (e Entry) ID() string {
	var buf [384]byte
	return blake2s128.Hex(e.appendKey(buf[:0]))
}

