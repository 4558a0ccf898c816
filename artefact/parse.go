package artefact

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// FieldError says which part of the JSON of an identity is wrong. [Parse]
// returns it for everything that it refuses.
type FieldError struct {
	// Path leads to the fault, such as artefact.artefact_extra_id.os; it is empty
	// if the whole text is at fault.
	Path string
	// Err says what is wrong there.
	Err error
}

// Error names the path and the fault.
func (e *FieldError) Error() string {
	if e.Path == "" {
		return e.Err.Error()
	}
	return e.Path + ": " + e.Err.Error()
}

// Unwrap returns the fault without its path.
func (e *FieldError) Unwrap() error { return e.Err }

var (
	errUnknownKey = errors.New("key is unknown here; remove it or correct its spelling")
	errReferences = errors.New("references are not supported; leave the list empty")
)

// Parse reads an identity from JSON, strictly: unknown keys, values of another
// type, an unknown kind, a null where an object or list belongs, and non-empty
// references are errors of the type [*FieldError]. Missing fields are null.
//
// [json.Unmarshal] reads an [ID] as well, but forgives all of that.
func Parse(data []byte) (ID, error) {
	members, err := rawjson.Members(data)
	if err != nil {
		return ID{}, &FieldError{Err: err}
	}
	var id ID
	for _, m := range members {
		if err := id.read(m); err != nil {
			return ID{}, at(m.Key, err)
		}
	}
	return id, nil
}

// at puts the key in front of the path of err.
func at(key string, err error) error {
	var inner *FieldError
	if errors.As(err, &inner) {
		return &FieldError{Path: key + "." + inner.Path, Err: inner.Err}
	}
	return &FieldError{Path: key, Err: err}
}

func (id *ID) read(m rawjson.Member) (err error) {
	switch m.Key {
	case "component_name":
		id.ComponentName, err = text(m.Value)
	case "component_version":
		id.ComponentVersion, err = text(m.Value)
	case "artefact":
		id.Artefact, err = parseLocal(m.Value)
	case "artefact_kind":
		id.Kind, err = parseKind(m.Value)
	case "references":
		err = checkReferences(m.Value)
	default:
		err = errUnknownKey
	}
	return err
}

func parseLocal(value json.RawMessage) (*LocalID, error) {
	if rawjson.IsNull(value) {
		return nil, nil
	}
	members, err := rawjson.Inner(value)
	if err != nil {
		return nil, err
	}
	var local LocalID
	for _, m := range members {
		if err := local.read(m); err != nil {
			return nil, at(m.Key, err)
		}
	}
	return &local, nil
}

func (l *LocalID) read(m rawjson.Member) (err error) {
	switch m.Key {
	case "artefact_name":
		l.Name, err = text(m.Value)
	case "artefact_type":
		l.Type, err = text(m.Value)
	case "artefact_version":
		l.Version, err = text(m.Value)
	case "artefact_extra_id":
		l.ExtraID, err = parseExtraID(m.Value)
	default:
		err = errUnknownKey
	}
	return err
}

func parseExtraID(value json.RawMessage) (map[string]string, error) {
	members, err := rawjson.Inner(value)
	if err != nil {
		return nil, err
	}
	extra := make(map[string]string, len(members))
	for _, m := range members {
		s, ok := rawjson.String(m.Value)
		if !ok {
			return nil, at(m.Key, fmt.Errorf("want a string, got %s", rawjson.Kind(m.Value)))
		}
		extra[m.Key] = s
	}
	return extra, nil
}

func parseKind(value json.RawMessage) (Kind, error) {
	s, err := text(value)
	if err != nil || s == nil {
		return "", err
	}
	if *s == "" {
		return "", errors.New(`artefact kind is "", want null or one of artefact, resource, runtime, source`)
	}
	return Kind(*s), Kind(*s).Validate()
}

func checkReferences(value json.RawMessage) error {
	list, ok := rawjson.Elements(value)
	if !ok {
		return fmt.Errorf("want a list, got %s", rawjson.Kind(value))
	}
	if len(list) > 0 {
		return errReferences
	}
	return nil
}

// text reads a string or null.
func text(value json.RawMessage) (*string, error) {
	if rawjson.IsNull(value) {
		return nil, nil
	}
	s, ok := rawjson.String(value)
	if !ok {
		return nil, fmt.Errorf("want a string or null, got %s", rawjson.Kind(value))
	}
	return &s, nil
}
