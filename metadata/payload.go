package metadata

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// Payload is the data of an entry: a JSON object and the key that follows from
// it. Make one with [NewPayload]. A Payload does not change and is safe for
// concurrent use. The zero Payload is the empty object {}.
type Payload struct {
	raw json.RawMessage
	// key is the data key, as far as state says so.
	key   string
	state keyState
	// types and typ say how to find the key of a payload that was stored.
	types *Types
	typ   Type
}

type keyState byte

const (
	keyNone    keyState = iota // no key: keyless class, or object without "key"
	keyPlain                   // an object of no class, with its member "key"
	keyOfClass                 // the key of a class
	keyLazy                    // not computed yet, see [Types.Stored]
)

// NewPayload makes the payload of an entry of type t from a struct of this
// package, or from JSON in a [json.RawMessage]. It checks the payload as
// [ParseEntry] does; the error is an [*Error]. Nil slices and maps where the type
// wants a list or an object become empty ones.
func NewPayload(t Type, v any) (Payload, error) { return builtin.NewPayload(t, v) }

// NewPayload is the function [NewPayload] with the types ts.
func (ts *Types) NewPayload(t Type, v any) (Payload, error) {
	raw, given := v.(json.RawMessage)
	if !given {
		var err error
		if raw, err = marshal(v); err != nil {
			return Payload{}, &Error{Err: fmt.Errorf("write payload of type %s: %w", t, err)}
		}
	}
	if err := rawjson.Check(raw); err != nil {
		return Payload{}, &Error{Err: err}
	}
	return ts.payload(t, raw, mode{fill: !given})
}

// marshal writes v without escaping characters for HTML, and without the final
// line break.
func marshal(v any) (json.RawMessage, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSpace(buf.Bytes()), err
}

// Raw returns the JSON object. The caller must not change it.
func (p Payload) Raw() json.RawMessage {
	if p.raw == nil {
		return json.RawMessage("{}")
	}
	return p.raw
}

// Decode reads the JSON object into v, as [json.Unmarshal] does.
func (p Payload) Decode(v any) error { return json.Unmarshal(p.Raw(), v) }

// MarshalJSON writes the JSON object as it is.
func (p Payload) MarshalJSON() ([]byte, error) { return p.Raw(), nil }

// Key returns the data key, false if there is none. It is the part of
// [Entry.Key] that tells the entries of one artefact, datasource and type apart.
// It is computed anew at every call for payloads from [Types.Stored].
func (p Payload) Key() (string, bool) {
	key, state := p.resolve()
	return key, state != keyNone
}

// Resolved returns p with its key computed, for those who ask for it more than once.
func (p Payload) Resolved() Payload {
	p.key, p.state = p.resolve()
	return p
}

func (p Payload) resolve() (string, keyState) {
	if p.state != keyLazy {
		return p.key, p.state
	}
	return p.types.storedKey(p.typ, p.raw)
}

// plainKey is the member "key" of an object of no class.
func plainKey(raw json.RawMessage) (string, keyState, error) {
	value, ok := rawjson.Lookup(raw, "key")
	if !ok || rawjson.IsNull(value) {
		return "", keyNone, nil
	}
	s, ok := rawjson.String(value)
	if !ok {
		return "", keyNone, at("key", wrongType("a string or null", value))
	}
	return s, keyPlain, nil
}
