package snapshot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
)

// ErrMalformed is wrapped by the errors of [Decode].
var ErrMalformed = errors.New("compliance snapshot is malformed")

// Decode reads the payload of an entry of type compliance/snapshots. States that
// cannot be read are left out and the error, which wraps [ErrMalformed], names
// each, so a caller can report it and go on with the rest. Members that ODG does
// not know are kept.
func Decode(e metadata.Entry) (Snapshot, error) {
	s, err := decode(e.Data.Raw())
	if err != nil {
		return s, fmt.Errorf("%w: artefact %s: %w", ErrMalformed, e.Artefact, err)
	}
	return s, nil
}

func decode(raw json.RawMessage) (Snapshot, error) {
	if err := rawjson.Check(raw); err != nil {
		return Snapshot{}, err
	}
	members, err := rawjson.Inner(raw)
	if err != nil {
		return Snapshot{}, err
	}
	var s Snapshot
	var list []json.RawMessage
	listed := false
	for _, m := range members {
		if m.Key != "state" {
			s.extra += string(appendMember(nil, m))
			continue
		}
		list, listed = rawjson.Elements(m.Value)
	}
	if !listed {
		return s, errors.New("state: want a list of states")
	}
	return s, s.decodeStates(list)
}

func (s *Snapshot) decodeStates(list []json.RawMessage) error {
	var faults []error
	s.States = make([]State, 0, len(list)+1)
	buf := make([]byte, 0, 128)
	for i, raw := range list {
		state, err := decodeState(raw, buf)
		if err != nil {
			faults = append(faults, fmt.Errorf("state[%d]%w", i, err))
			continue
		}
		s.States = append(s.States, state)
	}
	return errors.Join(faults...)
}

// decodeState reads one state. buf is room to work in.
func decodeState(raw json.RawMessage, buf []byte) (State, error) {
	if kind := rawjson.Kind(raw); kind != "object" {
		return State{}, fmt.Errorf(": want an object, got %s", kind)
	}
	var s State
	if err := s.read(raw); err != nil {
		return State{}, err
	}
	if bytes.Equal(s.append(buf), raw) {
		return s, nil // written by ODG, nothing unknown in it
	}
	members, err := rawjson.Inner(raw)
	if err != nil {
		return State{}, fmt.Errorf(": %w", err)
	}
	for _, m := range members {
		if m.Key != "timestamp" && m.Key != "status" && m.Key != "service" {
			s.extra += string(appendMember(nil, m))
		}
	}
	return s, nil
}

func (a *State) read(raw json.RawMessage) error {
	value, _ := rawjson.Lookup(raw, "timestamp")
	text, ok := stringOf(value)
	if !ok {
		return fmt.Errorf(".timestamp: want a timestamp")
	}
	a.Timestamp = metadata.Timestamp(text)
	if _, err := a.Timestamp.Time(); err != nil {
		return fmt.Errorf(".timestamp: %w", err)
	}
	if value, ok := rawjson.Lookup(raw, "status"); ok {
		if err := a.Status.UnmarshalJSON(value); err != nil {
			return fmt.Errorf(".status: want a string, a whole number or null, got %.40s", value)
		}
	}
	if value, ok := rawjson.Lookup(raw, "service"); ok && !rawjson.IsNull(value) {
		service, ok := stringOf(value)
		if !ok {
			return fmt.Errorf(".service: want a string or null, got %s", rawjson.Kind(value))
		}
		a.Service = &service
	}
	return nil
}

func stringOf(value json.RawMessage) (string, bool) {
	if len(value) == 0 {
		return "", false
	}
	return rawjson.String(value)
}

// Payload returns s as the data of an entry of type compliance/snapshots. It fails
// if a timestamp is none, or if a text cannot be stored.
func (s Snapshot) Payload() (metadata.Payload, error) {
	raw, err := s.MarshalJSON()
	if err == nil {
		err = s.check(raw)
	}
	if err != nil {
		return metadata.Payload{}, fmt.Errorf("write compliance snapshot: %w", err)
	}
	// Its shape is right by construction, so it need not be checked a second time.
	return metadata.BuiltinTypes().Stored(metadata.TypeSnapshot, raw), nil
}

func (s Snapshot) check(raw []byte) error {
	for i, state := range s.States {
		if _, err := state.Timestamp.Time(); err != nil {
			return fmt.Errorf("state[%d].timestamp: %w", i, err)
		}
	}
	return rawjson.CheckText(raw)
}

// MarshalJSON writes s as existing installations do.
func (s Snapshot) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, 16+len(s.States)*80+len(s.extra))
	b = append(b, `{"state":[`...)
	for i, state := range s.States {
		if i > 0 {
			b = append(b, ',')
		}
		b = state.append(b)
	}
	b = append(append(b, ']'), s.extra...)
	return append(b, '}'), nil
}

// append appends a as a JSON object.
func (a State) append(b []byte) []byte {
	b = rawjson.AppendString(append(b, `{"timestamp":`...), string(a.Timestamp))
	b = append(b, `,"status":`...)
	if text, ok := a.Status.Text(); ok {
		b = rawjson.AppendString(b, text)
	} else {
		number, _ := a.Status.MarshalJSON() // a number or null
		b = append(b, number...)
	}
	b = append(b, `,"service":`...)
	if a.Service == nil {
		b = append(b, "null"...)
	} else {
		b = rawjson.AppendString(b, *a.Service)
	}
	return append(append(b, a.extra...), '}')
}

func appendMember(b []byte, m rawjson.Member) []byte {
	b = rawjson.AppendString(append(b, ','), m.Key)
	return append(append(b, ':'), m.Value...)
}
