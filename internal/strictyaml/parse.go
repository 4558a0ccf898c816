package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// Parse reads the YAML document data. file is its name for messages. It returns
// an [*Error] if data is empty, holds no YAML or more than one document, or
// exceeds [MaxBytes], [MaxDepth] or [MaxNodes]; keys that are set twice are
// returned together, joined by [errors.Join].
func Parse(file string, data []byte) (root *Node, err error) {
	if err := checkBytes(file, data); err != nil {
		return nil, err
	}
	defer func() { // the parser is not ours, and configuration must never end a process
		if p := recover(); p != nil {
			root, err = nil, &Error{File: file, Problem: fmt.Sprintf("cannot be read as YAML (%v)", p), Remedy: "check the syntax"}
		}
	}()
	tokens := lexer.Tokenize(normalise(data))
	if err := checkTokens(file, tokens); err != nil {
		return nil, err
	}
	// Duplicate keys are found by the builder: all of them, and in linear time.
	parsed, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxError(file, err)
	}
	body, err := onlyDocument(file, parsed)
	if err != nil {
		return nil, err
	}
	b := builder{file: file, anchors: map[string]ast.Node{}, open: map[string]bool{}}
	root = b.build(body, "$", 0)
	return root, join(b.faults)
}

func checkBytes(file string, data []byte) error {
	switch {
	case len(data) > MaxBytes:
		return &Error{File: file, Problem: fmt.Sprintf("is larger than %d bytes", MaxBytes), Remedy: "is this the right file?"}
	case len(bytes.TrimSpace(data)) == 0:
		return empty(file)
	case !utf8.Valid(data):
		line := 1 + bytes.Count(data[:invalidUTF8(data)], []byte("\n"))
		return &Error{File: file, Line: line, Column: 1, Problem: "is not valid UTF-8", Remedy: "save the file as UTF-8"}
	}
	return nil
}

// normalise removes what some editors begin a file with and end its lines with.
// The scanner would count lines wrongly.
func normalise(data []byte) string {
	return strings.ReplaceAll(strings.TrimPrefix(string(data), "\uFEFF"), "\r\n", "\n")
}

func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}

func empty(file string) error {
	return &Error{File: file, Problem: "is empty", Remedy: "fill it, or name another file"}
}

func syntaxError(file string, err error) error {
	fault := &Error{File: file, Problem: "is no YAML: " + err.Error(), Remedy: "correct the syntax"}
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) {
		fault.Problem = "is no YAML: " + syntax.GetMessage()
		if t := syntax.GetToken(); t != nil && t.Position != nil {
			fault.Line, fault.Column = t.Position.Line, t.Position.Column
		}
	}
	return fault
}

func onlyDocument(file string, parsed *ast.File) (ast.Node, error) {
	var body ast.Node
	for _, doc := range parsed.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		if body != nil {
			at := doc.Body.GetToken().Position
			return nil, &Error{
				File: file, Line: at.Line, Column: at.Column,
				Problem: "holds more than one YAML document", Remedy: "remove the line --- and what follows it",
			}
		}
		body = doc.Body
	}
	if body == nil {
		return nil, empty(file)
	}
	return body, nil
}
