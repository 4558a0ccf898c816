package strictyaml

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
)

func (b *builder) mapping(from ast.Node, values []*ast.MappingValueNode, path string, depth int) *Node {
	n := &Node{Kind: Mapping, File: b.file, Path: path}
	if t := from.GetToken(); t != nil {
		n.Line, n.Column = t.Position.Line, t.Position.Column
	}
	if len(values) > 0 { // the parser's own token of a block mapping is the colon
		first := values[0].Key.GetToken().Position
		if first.Line < n.Line || first.Line == n.Line && first.Column < n.Column {
			n.Line, n.Column = first.Line, first.Column
		}
	}
	seen := make(map[string]int, len(values))
	var merges []*Node
	for _, value := range values {
		if value.Key.Type() == ast.MergeKeyType {
			merges = append(merges, b.merged(value.Value, path, depth)...)
			continue
		}
		b.member(n, value, seen, depth)
	}
	for _, m := range merges {
		*n = *n.withMerged(m, seen)
	}
	return n
}

func (b *builder) member(n *Node, value *ast.MappingValueNode, seen map[string]int, depth int) {
	at := value.Key.GetToken()
	key := b.scalarKey(value.Key)
	path := memberPath(n.Path, key)
	if first, twice := seen[key]; twice {
		b.fault(at, path, fmt.Sprintf("key is set twice, first in line %d", first), "remove one of the two")
		return
	}
	seen[key] = at.Position.Line
	v := b.build(value.Value, path, depth+1)
	v.keyLine, v.keyColumn = at.Position.Line, at.Position.Column
	if v.Kind == Null { // the parser locates a missing value after its colon, or nowhere
		v.Line, v.Column = v.keyLine, v.keyColumn
	}
	n.Members = append(n.Members, Member{Key: key, Value: v, Line: v.keyLine, Column: v.keyColumn})
}

// scalarKey is the text of a key. Keys that are no scalars are known to nobody
// and end up in a warning.
func (b *builder) scalarKey(key ast.MapKeyNode) string {
	if quoted, ok := key.(*ast.StringNode); ok {
		return quoted.Value
	}
	return key.GetToken().Value
}

// merged returns the mappings that a merge key names (YAML 1.1, "<<").
func (b *builder) merged(value ast.Node, path string, depth int) []*Node {
	n := b.build(value, path, depth+1)
	switch n.Kind {
	case Mapping:
		return []*Node{n}
	case List:
		for _, item := range n.Items {
			if item.Kind != Mapping {
				b.fault(value.GetToken(), path, "merge key << names a list with "+item.Kind.String()+" in it", "merge mappings only")
				return nil
			}
		}
		return n.Items
	}
	if len(b.faults) == 0 {
		b.fault(value.GetToken(), path, "merge key << names "+n.Kind.String(), "merge mappings only")
	}
	return nil
}

// withMerged adds the members of m that n has not.
func (n *Node) withMerged(m *Node, seen map[string]int) *Node {
	for _, member := range m.Members {
		if _, own := seen[member.Key]; !own {
			seen[member.Key] = member.Line
			n.Members = append(n.Members, member)
		}
	}
	return n
}
