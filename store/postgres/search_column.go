package postgres

import (
	"strings"
	"unicode/utf8"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
)

// searched are derived columns by which searches find rows.
var searched = []column{
	searchedColumn("data_cve", "data.cve"),
	searchedColumn("data_package_name", "data.package_name"),
	searchedColumn("data_severity", "data.severity"),
	{"search_text", "text", func(r *store.Row) any { return searchText(search.TokenText(r.Entry)) }},
}

// maxSearchText is how long a text may be, in bytes, in which PostgreSQL looks for
// tokens. It looks at each place of it for a pattern, and cannot be interrupted.
const maxSearchText = 16 << 10

// searchText is NULL for a longer text, in which tokens are looked for here.
func searchText(text string) any {
	if len(text) > maxSearchText {
		return nil
	}
	return withoutNUL(text)
}

// searchedWidth is how many bytes of a text are kept, because an index holds no
// more than 2700. Shorter texts are kept whole.
const searchedWidth = 500

// searchedColumn keeps the beginning of an attribute.
func searchedColumn(name, attr string) column {
	read, err := search.Attribute(attr)
	if err != nil {
		read = func(metadata.Entry) (string, bool) { return "", false } // not with these names
	}
	return column{name, "text", func(r *store.Row) any {
		text, ok := read(r.Entry)
		if !ok {
			return nil
		}
		return cut(withoutNUL(text))
	}}
}

// cut returns the first characters of s, searchedWidth bytes at most.
func cut(s string) string {
	if len(s) <= searchedWidth {
		return s
	}
	n := searchedWidth
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// whole tells if a column of a text that was cut equals s only if the text does.
func whole(s string) bool {
	return len(s) < searchedWidth-utf8.UTFMax && !strings.ContainsRune(s, utf8.RuneError)
}

// withoutNUL is what PostgreSQL can hold of a text. Only others than us write NUL.
func withoutNUL(s string) string { return strings.ReplaceAll(s, "\x00", string(utf8.RuneError)) }
