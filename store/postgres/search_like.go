package postgres

import (
	"slices"
	"strings"
	"unicode/utf8"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/search"
)

// tokenFields are the attributes that the column search_text holds.
var tokenFields = search.DefaultFields()

func isTokenField(attr string) bool { return slices.Contains(tokenFields, attr) }

// translateLike looks into search_text, or compares a column whatever its case.
func translateLike(t search.Like) (sq.Sqlizer, bool) {
	if slices.ContainsFunc(t.Parts, func(s string) bool { return !storableText(s) }) {
		return nil, false
	}
	if isTokenField(t.Attr) {
		return sq.Expr("(m.search_text IS NULL OR m.search_text LIKE ?::text)", containing(t.Parts)), false
	}
	column, ok := attributeColumns[t.Attr]
	if !ok || column.cut {
		return nil, false
	}
	pattern, exact := foldedPattern(t.Parts)
	return sq.Expr("translate("+column.expr+", '\u212a\u0130', 'ki') COLLATE \"C\" ILIKE ?::text", pattern), exact
}

var escape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// containing is the pattern of texts in which parts occur in their order.
func containing(parts []string) string {
	var b strings.Builder
	b.WriteByte('%')
	for _, part := range parts {
		if part != "" {
			b.WriteString(escape.Replace(part) + "%")
		}
	}
	return b.String()
}

// foldedPattern is a pattern for a comparison that knows upper and lower case of
// ASCII only, to which the Kelvin sign and the dotted I belong as their lower case
// does. Other characters of parts match anything, so it is not exact with them.
func foldedPattern(parts []string) (pattern string, exact bool) {
	var b strings.Builder
	exact = true
	for i, part := range parts {
		if i > 0 {
			b.WriteByte('%')
		}
		for _, r := range part {
			if r >= utf8.RuneSelf {
				exact = false
				b.WriteByte('%')
				continue
			}
			b.WriteString(escape.Replace(string(r)))
		}
	}
	return b.String(), exact
}
