package sqlmatch

import (
	"strings"
	"unicode/utf8"

	"github.com/opendeliverygear/odg/metadata"
)

// parseForm reads what [MetaText] writes, in its usual form: no text that needs
// escaping, nobody responsible. It is most of what there is, and several times as
// fast as package json. False for any other form.
func parseForm(text string) (m metadata.Meta, ok bool) {
	f := form{rest: text}
	m.Datasource = metadata.Datasource(f.value(`{"datasource":`))
	m.Type = metadata.Type(f.value(`,"type":`))
	m.CreationDate = metadata.Timestamp(f.value(`,"creation_date":`))
	m.LastUpdate = metadata.Timestamp(f.value(`,"last_update":`))
	return m, f.rest == `,"responsibles":null,"assignee_mode":null}` && utf8.ValidString(text)
}

// form is what is left to read, empty after the first thing of another form.
type form struct{ rest string }

// value reads a text or null behind a key.
func (f *form) value(key string) string {
	rest, ok := strings.CutPrefix(f.rest, key)
	f.rest = ""
	if !ok {
		return ""
	}
	if after, null := strings.CutPrefix(rest, "null"); null {
		f.rest = after
		return ""
	}
	if rest, ok = strings.CutPrefix(rest, `"`); !ok {
		return ""
	}
	value, after, ok := strings.Cut(rest, `"`)
	if !ok || strings.ContainsRune(value, '\\') {
		return ""
	}
	f.rest = after
	return value
}
