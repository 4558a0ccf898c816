package strictyaml

import (
	"fmt"
	"strconv"
)

// Kind is the sort of a [Node].
type Kind int

// The sorts of nodes.
const (
	Null Kind = iota
	Bool
	Int
	Float
	Text
	List
	Mapping
)

var kindNames = [...]string{"null", "a boolean", "a number", "a number", "text", "a list", "a mapping"}

// String names k as messages do, with its article.
func (k Kind) String() string { return kindNames[k] }

// Node is a value of a document and where it was written. Aliases and merge keys
// are resolved. A Node must not be changed.
type Node struct {
	Kind Kind
	// Text is the scalar as written, without quotes.
	Text string
	// Quoted tells that a scalar was quoted or a block, and so can only be text.
	Quoted bool
	// File is the name that was given to [Parse]; Line and Column say where the
	// value starts, from 1.
	File         string
	Line, Column int
	// Path leads to the value from the root, which is "$".
	Path string
	// Items are the elements of a list.
	Items []*Node
	// Members are the keys of a mapping in their order, each once.
	Members []Member

	keyLine, keyColumn int
}

// Member is one key of a mapping.
type Member struct {
	Key   string
	Value *Node
	// Line and Column say where the key is written.
	Line, Column int
	// Inherited tells that the key comes from elsewhere, see [Node.Under].
	Inherited bool
}

// Get returns the value of key, or nil if n has no such key or is no mapping.
func (n *Node) Get(key string) *Node {
	for _, m := range n.Members {
		if m.Key == key {
			return m.Value
		}
	}
	return nil
}

// Under returns n with the keys of base that n has not. Such keys are not
// warned about if nobody knows them. A null n counts as empty mapping.
func (n *Node) Under(base *Node) *Node {
	merged := *n
	if n.Kind == Null {
		merged.Kind = Mapping
	}
	if merged.Kind != Mapping || base == nil {
		return &merged
	}
	merged.Members = append([]Member(nil), n.Members...)
	for _, m := range base.Members {
		if n.Get(m.Key) == nil {
			m.Inherited = true
			merged.Members = append(merged.Members, m)
		}
	}
	return &merged
}

// start is where a fault about the node as a whole is told: at its key if it
// has one, else where it begins.
func (n *Node) start() (line, column int) {
	if n.keyLine > 0 {
		return n.keyLine, n.keyColumn
	}
	return n.Line, n.Column
}

// describe names the node for messages: "the number 5", "a list".
func (n *Node) describe() string {
	switch n.Kind {
	case Bool:
		return "the boolean " + n.Text
	case Int, Float:
		return "the number " + n.Text
	case Text:
		return fmt.Sprintf("the text %q", shorten(n.Text))
	default:
		return n.Kind.String()
	}
}

func shorten(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

func memberPath(parent, key string) string {
	for _, r := range key {
		if !(r == '_' || r == '-' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') {
			return parent + "[" + strconv.Quote(key) + "]"
		}
	}
	return parent + "." + key
}
