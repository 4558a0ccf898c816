package artefact

import (
	"slices"
	"strings"
)

// null is how a missing part is written in a key. Existing installations have
// it in their databases, therefore it stays although it equals the text "None".
const null = "None"

// NormaliseExtraID writes an extra identity as one string: key:value pairs,
// sorted by key in code-point order, joined by "_". Nothing is escaped.
// An empty or nil map gives "".
func NormaliseExtraID(extra map[string]string) string {
	return string(appendExtraID(nil, extra))
}

// Key is the correlation key of l: name, version, type and normalised extra
// identity, joined by "|", null written as "None".
func (l LocalID) Key() string { return string(l.AppendKey(nil)) }

// AppendKey appends [LocalID.Key] to b and returns the extended buffer.
func (l LocalID) AppendKey(b []byte) []byte {
	b = append(appendText(b, l.Name), '|')
	b = append(appendText(b, l.Version), '|')
	b = append(appendText(b, l.Type), '|')
	return appendExtraID(b, l.ExtraID)
}

// Key is the correlation key of id, the same for ever and equal to that of
// existing installations: component name, component version, the key of the
// local artefact, the kind, and the sorted keys of the references, joined by
// "|", null written as "None".
func (id ID) Key() string { return string(id.AppendKey(make([]byte, 0, 128))) }

// AppendKey appends [ID.Key] to b and returns the extended buffer.
func (id ID) AppendKey(b []byte) []byte {
	b = append(appendText(b, id.ComponentName), '|')
	b = append(appendText(b, id.ComponentVersion), '|')
	if id.Artefact == nil {
		b = append(b, null...)
	} else {
		b = id.Artefact.AppendKey(b)
	}
	b = append(b, '|')
	if id.Kind == "" {
		b = append(b, null...)
	} else {
		b = append(b, id.Kind...)
	}
	return append(append(b, '|'), referencesKey(id.References)...)
}

// Equal tells if a and b are the same artefact, that is, if their keys are equal.
func Equal(a, b ID) bool { return a.Key() == b.Key() }

func referencesKey(refs []ID) string {
	if len(refs) == 0 {
		return ""
	}
	keys := make([]string, len(refs))
	for i, ref := range refs {
		keys[i] = ref.Key()
	}
	slices.Sort(keys)
	return strings.Join(keys, "|")
}

func appendText(b []byte, s *string) []byte {
	if s == nil {
		return append(b, null...)
	}
	return append(b, *s...)
}

func appendExtraID(b []byte, extra map[string]string) []byte {
	if len(extra) == 0 {
		return b
	}
	var few [8]string // keeps the common case off the heap
	keys := few[:0]
	for key := range extra {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for i, key := range keys {
		if i > 0 {
			b = append(b, '_')
		}
		b = append(b, key...)
		b = append(b, ':')
		b = append(b, extra[key]...)
	}
	return b
}
