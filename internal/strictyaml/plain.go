package strictyaml

import "strconv"

// Plain returns the node as plain Go values: nil, bool, int64, float64, string,
// []any and map[string]any. Numbers that do not fit become text.
func (n *Node) Plain() any {
	switch n.Kind {
	case Null:
		return nil
	case Bool:
		b, _ := n.bool()
		return b
	case Int:
		if i, err := strconv.ParseInt(n.Text, 10, 64); err == nil {
			return i
		}
	case Float:
		if f, ok := n.Float(); ok {
			return f
		}
	case List:
		items := make([]any, len(n.Items))
		for i, item := range n.Items {
			items[i] = item.Plain()
		}
		return items
	case Mapping:
		members := make(map[string]any, len(n.Members))
		for _, m := range n.Members {
			members[m.Key] = m.Value.Plain()
		}
		return members
	}
	return n.Text
}
