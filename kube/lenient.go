package kube

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
)

// fields reads the fields of one JSON object, each on its own: what cannot be read
// becomes a fault, and everything else is still there. Null and absent are the
// same, and unknown fields are ignored.
type fields struct {
	path   string
	raw    map[string]json.RawMessage
	faults []Fault
}

func readFields(path string, data []byte) *fields {
	f := &fields{path: path}
	if err := json.Unmarshal(data, &f.raw); err != nil {
		f.faults = append(f.faults, Fault{path, "want an object, got " + excerpt(data)})
	}
	return f
}

func (f *fields) fault(field, text string) {
	f.faults = append(f.faults, Fault{f.path + "." + field, text})
}

// text returns a field that should be a string.
func (f *fields) text(field string) (text string) {
	raw := f.raw[field]
	if err := json.Unmarshal(raw, &text); raw != nil && err != nil {
		f.fault(field, "want a string, got "+excerpt(raw))
	}
	return text
}

// present reports whether the field is there and not null.
func (f *fields) present(field string) bool {
	raw := f.raw[field]
	return raw != nil && string(raw) != "null"
}

func (f *fields) priority(field string) backlog.Priority {
	raw := f.raw[field]
	if !f.present(field) {
		return backlog.PriorityNone
	}
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || n != math.Trunc(n) || n < 0 || n > math.MaxInt32 {
		f.fault(field, "want a whole number from 0 to 2147483647, got "+excerpt(raw))
		return backlog.PriorityNone
	}
	return backlog.Priority(n)
}

// artefact reads an identity, which must be there.
func (f *fields) artefact(field string) artefact.ID {
	raw := f.raw[field]
	if !f.present(field) {
		f.fault(field, "is missing")
		return artefact.ID{}
	}
	var id artefact.ID
	if err := json.Unmarshal(raw, &id); err != nil {
		path := field
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) && wrong.Field != "" {
			path += "." + wrong.Field
			f.fault(path, fmt.Sprintf("got a JSON %s, which does not belong there", wrong.Value))
			return artefact.ID{}
		}
		f.fault(path, "want an identity, got "+excerpt(raw))
		return artefact.ID{}
	}
	return normal(id)
}

// normal returns id with nothing instead of empty lists, as others make identities.
func normal(id artefact.ID) artefact.ID {
	if len(id.References) == 0 {
		id.References = nil
	}
	if id.Artefact != nil && len(id.Artefact.ExtraID) == 0 {
		id.Artefact.ExtraID = nil
	}
	return id
}

// empty tells that id names nothing at all.
func empty(id artefact.ID) bool {
	return id.ComponentName == nil && id.ComponentVersion == nil && id.Artefact == nil && id.Kind == "" && len(id.References) == 0
}

// excerpt quotes the beginning of data, which anybody may have written.
func excerpt(data []byte) string {
	const most = 60
	if len(data) > most {
		return fmt.Sprintf("%q…", data[:most])
	}
	return fmt.Sprintf("%q", data)
}
