package metadata

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/rawjson"
)

// ParseEntry reads an entry with the types that ODG knows, see [Types.ParseEntry].
func ParseEntry(data []byte) (Entry, error) { return builtin.ParseEntry(data) }

// ParseEntry reads an entry as clients write it. It is strict: unknown keys of
// the entry, its artefact and its meta, values of another type, and payloads that
// lack what their type requires are refused with an [*Error] that names the path.
// Unknown keys inside the data are kept. The result is in canonical form: missing
// fields filled in, timestamps as Python writes them, keys in the order of ODG.
// Payloads of unknown types are kept byte for byte.
func (ts *Types) ParseEntry(data []byte) (Entry, error) {
	if err := rawjson.Check(data); err != nil {
		return Entry{}, whole(err)
	}
	return (&reader{types: ts}).entry(data)
}

// ParseEntries reads the body of a PUT or DELETE of metadata: {"entries": […]}.
// A missing list is an empty one. The path of an error starts with the number of
// the entry, as in entries[3].data.cve. Entries may share what they agree on.
func (ts *Types) ParseEntries(body []byte) ([]Entry, error) {
	members, err := rawjson.Members(body)
	if err != nil {
		return nil, whole(err)
	}
	value := find(members, "entries")
	if value == nil {
		return nil, nil
	}
	each, ok := rawjson.Each(value)
	if !ok {
		return nil, at("entries", wrongType("a list", value))
	}
	var entries []Entry
	r := reader{types: ts}
	for i, data := range each {
		e, err := r.entry(data)
		if err != nil {
			return nil, at("entries"+index(i), err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// reader reads entries from valid JSON. Those that come together mostly are about
// one artefact and of one writer, so both are read once for all that follow each
// other.
type reader struct {
	types *Types

	artefactText, metaText []byte
	artefact               artefact.ID
	meta                   Meta
}

func (r *reader) entry(data []byte) (e Entry, err error) {
	members, err := rawjson.Inner(data)
	if err != nil {
		return Entry{}, &Error{Err: err}
	}
	for _, key := range []string{"artefact", "meta", "data"} {
		if find(members, key) == nil {
			return Entry{}, at(key, errMissing)
		}
	}
	for _, m := range members {
		if err := r.read(&e, m); err != nil {
			return Entry{}, at(m.Key, err)
		}
	}
	if err := rawjson.CheckKeys(find(members, "data")); err != nil {
		return Entry{}, at("data", err)
	}
	if e.Data, err = r.types.payload(e.Meta.Type, find(members, "data"), mode{}); err != nil {
		return Entry{}, at("data", err)
	}
	return e, nil
}

// read reads everything but the data, whose form depends on the meta.
func (r *reader) read(e *Entry, m rawjson.Member) (err error) {
	switch m.Key {
	case "artefact":
		if !bytes.Equal(m.Value, r.artefactText) {
			if r.artefact, err = artefact.Parse(m.Value); err != nil {
				return err
			}
			r.artefactText = m.Value
		}
		e.Artefact = r.artefact
	case "meta":
		if !bytes.Equal(m.Value, r.metaText) {
			if r.meta, err = parseMeta(m.Value); err != nil {
				return err
			}
			r.metaText = m.Value
		}
		e.Meta = r.meta
	case "data":
	case "discovery_date":
		e.DiscoveryDate, err = nullableDate(m.Value)
	case "allowed_processing_time":
		e.AllowedProcessingTime, err = nullableText(m.Value)
	default:
		err = errUnknownKey
	}
	return err
}

func parseMeta(value json.RawMessage) (meta Meta, err error) {
	members, err := rawjson.Inner(value)
	if err != nil {
		return Meta{}, err
	}
	for _, key := range []string{"datasource", "type"} {
		if find(members, key) == nil {
			return Meta{}, at(key, errMissing)
		}
	}
	for _, m := range members {
		if err := meta.read(m); err != nil {
			return Meta{}, at(m.Key, err)
		}
	}
	return meta, nil
}

func (meta *Meta) read(m rawjson.Member) (err error) {
	switch m.Key {
	case "datasource":
		meta.Datasource, err = requiredText[Datasource](m.Value)
	case "type":
		meta.Type, err = requiredText[Type](m.Value)
	case "creation_date":
		meta.CreationDate, err = creationDate(m.Value)
	case "last_update":
		meta.LastUpdate, err = lastUpdate(m.Value)
	case "responsibles":
		meta.Responsibles, err = responsibles(m.Value)
	case "assignee_mode":
		meta.AssigneeMode, err = assigneeMode(m.Value)
	default:
		err = errUnknownKey
	}
	return err
}

func requiredText[T ~string](value json.RawMessage) (T, error) {
	s, ok := rawjson.String(value)
	if !ok {
		return "", wrongType("a string", value)
	}
	return T(s), nil
}

func nullableText(value json.RawMessage) (*string, error) {
	if rawjson.IsNull(value) {
		return nil, nil
	}
	s, ok := rawjson.String(value)
	if !ok {
		return nil, wrongType("a string or null", value)
	}
	return &s, nil
}

func nullableDate(value json.RawMessage) (Date, error) {
	s, err := nullableText(value)
	if err != nil || s == nil {
		return "", err
	}
	return ParseDate(*s)
}

// creationDate takes no null, as existing installations do not, but an empty
// text, which counts as missing.
func creationDate(value json.RawMessage) (Timestamp, error) {
	s, err := requiredText[string](value)
	if err != nil || s == "" {
		return "", err
	}
	return ParseTimestamp(s)
}

// lastUpdate keeps a text that is no timestamp, because existing data has such.
func lastUpdate(value json.RawMessage) (Timestamp, error) {
	s, err := nullableText(value)
	if err != nil || s == nil {
		return "", err
	}
	t, err := ParseTimestamp(*s)
	if err != nil {
		return Timestamp(*s), nil
	}
	return t, nil
}

var assigneeModes = []string{"extend", "overwrite", "skip"}

func assigneeMode(value json.RawMessage) (*string, error) {
	s, err := nullableText(value)
	if err == nil && s != nil && !slices.Contains(assigneeModes, *s) {
		return nil, fmt.Errorf("assignee mode %q is unknown, want one of extend, overwrite, skip", *s)
	}
	return s, err
}

// responsibles checks the list and fills in the types of identifiers.
func responsibles(value json.RawMessage) (json.RawMessage, error) {
	if rawjson.IsNull(value) {
		return nil, nil
	}
	return responsiblesShape.appendTo(nil, value, mode{strict: true})
}

var responsiblesShape = listOf{newSchema().class(Responsible{})}
