package strictyaml

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// builder turns the parser's tree into nodes: it resolves aliases, merge keys
// and tags, counts nodes, and collects faults.
type builder struct {
	file    string
	anchors map[string]ast.Node
	open    map[string]bool // anchors whose value is being built
	nodes   int
	stopped bool
	faults  []error
}

func (b *builder) fault(t *token.Token, path, problem, remedy string) *Node {
	n := &Node{File: b.file, Path: path}
	if t != nil && t.Position != nil {
		n.Line, n.Column = t.Position.Line, t.Position.Column
	}
	b.faults = append(b.faults, &Error{
		File: b.file, Line: n.Line, Column: n.Column, Path: path, Problem: problem, Remedy: remedy,
	})
	return n
}

func (b *builder) build(from ast.Node, path string, depth int) *Node {
	if b.nodes++; b.stopped {
		return &Node{File: b.file, Path: path}
	}
	if depth > MaxDepth {
		b.stopped = true
		return b.fault(from.GetToken(), path, fmt.Sprintf("nested deeper than %d levels", MaxDepth), "nest less, or use fewer aliases")
	}
	if b.nodes > MaxNodes {
		b.stopped = true
		return b.fault(from.GetToken(), path, fmt.Sprintf("more than %d values, aliases included", MaxNodes), "use fewer aliases")
	}
	switch from := from.(type) {
	case *ast.MappingNode:
		return b.mapping(from, from.Values, path, depth)
	case *ast.MappingValueNode:
		return b.mapping(from, []*ast.MappingValueNode{from}, path, depth)
	case *ast.SequenceNode:
		return b.list(from, path, depth)
	case *ast.AnchorNode:
		return b.anchor(from, path, depth)
	case *ast.AliasNode:
		return b.alias(from, path, depth)
	case *ast.TagNode:
		return b.tagged(from, path, depth)
	default:
		return b.scalar(from, path)
	}
}

func (b *builder) list(from *ast.SequenceNode, path string, depth int) *Node {
	n := b.located(List, from.Start, path)
	for i, item := range from.Values {
		at := fmt.Sprintf("%s[%d]", path, i)
		if t, plain, ok := rejoined(item); ok {
			n.Items = append(n.Items, text(b.located(Text, t, at), plain))
			continue
		}
		n.Items = append(n.Items, b.build(item, at, depth+1))
	}
	return n
}

func (b *builder) anchor(from *ast.AnchorNode, path string, depth int) *Node {
	name := from.Name.GetToken().Value
	if b.open[name] {
		return b.fault(from.Start, path, fmt.Sprintf("anchor &%s contains itself", name), "rename one of the anchors")
	}
	b.anchors[name] = from.Value
	b.open[name] = true
	defer delete(b.open, name)
	return b.build(from.Value, path, depth+1)
}

func (b *builder) alias(from *ast.AliasNode, path string, depth int) *Node {
	name := from.Value.GetToken().Value
	target, ok := b.anchors[name]
	if !ok {
		return b.fault(from.Start, path, fmt.Sprintf("alias *%s has no anchor before it", name), fmt.Sprintf("define &%s first, or quote the text", name))
	}
	if b.open[name] {
		return b.fault(from.Start, path, fmt.Sprintf("alias *%s is part of its own anchor", name), "write the value out")
	}
	b.open[name] = true
	defer delete(b.open, name)
	n := *b.build(target, path, depth+1)
	n.Line, n.Column = from.Start.Position.Line, from.Start.Position.Column
	return &n
}

func (b *builder) tagged(from *ast.TagNode, path string, depth int) *Node {
	n := b.build(from.Value, path, depth+1)
	switch tag := from.Start.Value; {
	case tag == "!!str" && n.Kind < Text:
		n.Kind, n.Quoted = Text, true
	case tag == "!!str" && n.Kind == Text, tag == "!!map" && n.Kind == Mapping, tag == "!!seq" && n.Kind == List,
		tag == "!!int" && n.Kind == Int, tag == "!!float" && n.Kind == Float, tag == "!!bool" && n.Kind == Bool,
		tag == "!!null" && n.Kind == Null:
	default:
		return b.fault(from.Start, path, fmt.Sprintf("tag %s does not fit %s here", tag, n.Kind), "remove the tag")
	}
	return n
}

func (b *builder) scalar(from ast.Node, path string) *Node {
	t := from.GetToken()
	switch from := from.(type) {
	case *ast.NullNode:
		return b.located(Null, t, path)
	case *ast.BoolNode:
		return text(b.located(Bool, t, path), t.Value)
	case *ast.IntegerNode:
		return text(b.located(Int, t, path), fmt.Sprint(from.Value))
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return text(b.located(Float, t, path), t.Value)
	case *ast.LiteralNode:
		n := text(b.located(Text, from.Start, path), from.Value.Value)
		n.Quoted = true
		return n
	case *ast.StringNode:
		n := text(b.located(Text, t, path), from.Value)
		n.Quoted = t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType
		return n
	}
	return b.fault(t, path, "holds YAML that configuration does not use", "write a plain value")
}

func (b *builder) located(kind Kind, t *token.Token, path string) *Node {
	return &Node{Kind: kind, File: b.file, Line: t.Position.Line, Column: t.Position.Column, Path: path}
}

func text(n *Node, s string) *Node {
	n.Text = s
	return n
}
