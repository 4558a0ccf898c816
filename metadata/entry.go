package metadata

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/blake2s128"
	"github.com/opendeliverygear/odg/internal/rawjson"
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

// Key is the identity of e as text: the artefact's key, datasource, type and
// data key, joined by "|". It equals that of existing installations. Different
// identities can have the same key, see package artefact.
func (e Entry) Key() string { return string(e.appendKey(make([]byte, 0, 256))) }

func (e *Entry) appendKey(b []byte) []byte {
	b = append(e.Artefact.AppendKey(b), '|')
	b = append(append(b, e.Meta.Datasource...), '|')
	b = append(append(b, e.Meta.Type...), '|')
	key, state := e.Data.resolve()
	if state == keyNone {
		return append(b, "None"...)
	}
	return append(b, key...)
}

// ID is the primary key of e in the database: the BLAKE2s digest of [Entry.Key],
// 16 bytes in lower-case hex.
func (e Entry) ID() string {
	var buf [384]byte
	return blake2s128.Hex(e.appendKey(buf[:0]))
}

// DataKey returns the key of the data, see [Payload.Key].
func (e Entry) DataKey() (string, bool) { return e.Data.Key() }

// DataKeyDigest is the column data_key of the database: the SHA-1 digest of the
// data key in lower-case hex, or nil for types without a key and for plain
// objects, even those with a member "key".
func (e Entry) DataKeyDigest() *string {
	key, state := e.Data.resolve()
	if state != keyOfClass {
		return nil
	}
	sum := sha1.Sum([]byte(key))
	digest := hex.EncodeToString(sum[:])
	return &digest
}

// ReferencedType is the type that the entry is about, for types that are about
// another one: rescorings and responsibles. For others it is empty.
func (e Entry) ReferencedType() Type {
	if e.Meta.Type != TypeRescoring && e.Meta.Type != TypeResponsibles {
		return ""
	}
	if _, state := e.Data.resolve(); state != keyOfClass {
		return ""
	}
	return Type(textAt(e.Data.raw, "referenced_type"))
}

// textAt returns the text that a path leads to, or "" if there is none.
func textAt(raw json.RawMessage, path ...string) string {
	s, _ := rawjson.String(lookup(raw, path))
	return s
}

// AppendJSON appends e as JSON to b: all fields in ODG's order, payloads byte for
// byte. It is faster than [json.Marshal], which checks and compacts payloads.
func (e Entry) AppendJSON(b []byte) []byte {
	b = e.Artefact.AppendJSON(append(b, `{"artefact":`...))
	b = append(b, `,"meta":{"datasource":`...)
	b = rawjson.AppendString(b, string(e.Meta.Datasource))
	b = rawjson.AppendString(append(b, `,"type":`...), string(e.Meta.Type))
	b = appendTextOrNull(append(b, `,"creation_date":`...), (*string)(&e.Meta.CreationDate))
	b = appendTextOrNull(append(b, `,"last_update":`...), (*string)(&e.Meta.LastUpdate))
	b = append(b, `,"responsibles":`...)
	if e.Meta.Responsibles == nil {
		b = append(b, null...)
	}
	b = append(b, e.Meta.Responsibles...)
	b = append(b, `,"assignee_mode":`...)
	b = appendTextOrNull(b, e.Meta.AssigneeMode)
	b = append(append(b, `},"data":`...), e.Data.Raw()...)
	b = appendTextOrNull(append(b, `,"discovery_date":`...), (*string)(&e.DiscoveryDate))
	b = append(b, `,"allowed_processing_time":`...)
	if e.AllowedProcessingTime == nil {
		return append(b, "null}"...)
	}
	return append(rawjson.AppendString(b, *e.AllowedProcessingTime), '}')
}

// appendTextOrNull writes nil and the empty text as null.
func appendTextOrNull(b []byte, s *string) []byte {
	if s == nil || *s == "" {
		return append(b, null...)
	}
	return rawjson.AppendString(b, *s)
}

// MarshalJSON writes e as [Entry.AppendJSON] does.
func (e Entry) MarshalJSON() ([]byte, error) { return e.AppendJSON(make([]byte, 0, 1024)), nil }
