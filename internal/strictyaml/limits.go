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
	// MaxKeys bounds the number of keys as written, and MaxCommas that of commas in
	// brackets: the parser's time grows with the square of both.
	MaxKeys   = 20_000
	MaxCommas = 50_000
	// MaxFaults bounds how many faults are told at once.
	MaxFaults = 100
)

// maxIndent bounds the column of a list item. A nested block starts at least one
// column to the right of its parent, so this bounds the parser's recursion
// before it runs.
const maxIndent = 1000

// checkTokens bounds what the parser, which recurses, gets to see.
func checkTokens(file string, tokens token.Tokens) error {
	var depth, decorations, keys, commas int
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.MappingValueType:
			keys++
		case token.CollectEntryType:
			commas++
		}
		decorations = decorated(t, decorations)
		indent := t.Type == token.SequenceEntryType && t.Position.Column > maxIndent
		switch {
		case depth > MaxDepth || decorations > MaxDepth || indent:
			return tooDeep(file, t.Position.Line, t.Position.Column)
		case keys > MaxKeys || commas > MaxCommas:
			return &Error{
				File: file, Line: t.Position.Line, Column: t.Position.Column,
				Problem: fmt.Sprintf("more than %d keys, or %d values in brackets", MaxKeys, MaxCommas),
				Remedy:  "is this the right file?",
			}
		}
	}
	return nil
}

// decorated counts the anchors, tags and question marks in a row: each makes the
// parser recurse.
func decorated(t *token.Token, n int) int {
	switch t.Type {
	case token.AnchorType, token.TagType, token.MappingKeyType:
		return n + 1
	case token.StringType:
		if t.Prev != nil && t.Prev.Type == token.AnchorType { // the anchor's name
			return n
		}
	}
	return 0
}

func tooDeep(file string, line, column int) error {
	return &Error{
		File: file, Line: line, Column: column,
		Problem: fmt.Sprintf("nested deeper than %d levels", MaxDepth),
		Remedy:  "no configuration needs that, look for a missing line break or bracket",
	}
}
