package strictyaml

import (
	"fmt"

	"github.com/goccy/go-yaml/token"
)

// What a document may hold. A ConfigMap, where deployments keep these files, is
// limited to 1 MiB as a whole.
const (
	// MaxBytes bounds the size of a document.
	MaxBytes = 1 << 20
	// MaxDepth bounds how deep lists and mappings may be nested.
	MaxDepth = 50
	// MaxNodes bounds the number of values after aliases are resolved.
	MaxNodes = 200_000
)

// maxIndent bounds the column of a list item. A nested block starts at least one
// column to the right of its parent, so this bounds the parser's recursion
// before it runs.
const maxIndent = 1000

// checkTokens bounds what the parser, which recurses, gets to see.
func checkTokens(file string, tokens token.Tokens) error {
	depth, decorations := 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
		switch t.Type {
		case token.AnchorType, token.TagType, token.MappingKeyType:
			decorations++
		default:
			if t.Type != token.StringType || t.Prev == nil || t.Prev.Type != token.AnchorType {
				decorations = 0
			}
		}
		indent := t.Type == token.SequenceEntryType && t.Position.Column > maxIndent
		if depth > MaxDepth || decorations > MaxDepth || indent {
			return tooDeep(file, t.Position.Line, t.Position.Column)
		}
	}
	return nil
}

func tooDeep(file string, line, column int) error {
	return &Error{
		File: file, Line: line, Column: column,
		Problem: fmt.Sprintf("nested deeper than %d levels", MaxDepth),
		Remedy:  "no configuration needs that, look for a missing line break or bracket",
	}
}
