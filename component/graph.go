package component

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Graph is what a [Walk] found. It is not changed after that.
type Graph struct {
	// Roots are the component versions that the walk started from.
	Roots []ID
	// Nodes are all component versions that were reached, also those that could
	// not be resolved: depth first, in the order of the references, each once.
	Nodes []*Node

	byID map[ID]*Node
}

// Node is a component version in a graph.
type Node struct {
	ID ID
	// Descriptor is nil if the component version could not be resolved.
	Descriptor *Descriptor
	// Targets are the component versions that this one refers to, each once, in
	// the order of the document.
	Targets []ID
	// Err says why the component version could not be resolved.
	Err error
	// TargetsErr says which references of the descriptor could not be understood.
	TargetsErr error

	depth  int   // from the nearest root, as known so far
	from   *Node // before it on that way, nil for a root
	tooFar bool  // and therefore not resolved
}

// mostSteps is how much of a way is written.
const mostSteps = 10

// way writes the last steps from the root to n, for messages about an unfinished walk.
func (n *Node) way() string {
	steps := []string{n.ID.String()}
	for n = n.from; n != nil && len(steps) < mostSteps; n = n.from {
		steps = append(steps, n.ID.String())
	}
	if n != nil {
		steps = append(steps, "…")
	}
	slices.Reverse(steps)
	return strings.Join(steps, " -> ")
}

func newGraph(roots []ID, nodes map[ID]*Node) *Graph {
	g := &Graph{Roots: roots, byID: nodes, Nodes: make([]*Node, 0, len(nodes))}
	seen := make(map[ID]bool, len(nodes))
	stack := slices.Clone(roots)
	slices.Reverse(stack)
	for len(stack) > 0 {
		id := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[id] {
			continue
		}
		seen[id] = true
		node := nodes[id]
		g.Nodes = append(g.Nodes, node)
		for _, target := range slices.Backward(node.Targets) {
			stack = append(stack, target)
		}
	}
	return g
}

// Node returns the node of a component version, nil if the graph has none.
func (g *Graph) Node(id ID) *Node { return g.byID[id] }

// Descriptors yields the descriptors of the nodes that could be resolved, in order.
func (g *Graph) Descriptors() iter.Seq[*Descriptor] {
	return func(yield func(*Descriptor) bool) {
		for _, node := range g.Nodes {
			if node.Descriptor != nil && !yield(node.Descriptor) {
				return
			}
		}
	}
}

// Edges yields who refers to whom, each pair once, in the order of the nodes.
func (g *Graph) Edges() iter.Seq2[ID, ID] {
	return func(yield func(from, to ID) bool) {
		for _, node := range g.Nodes {
			for _, target := range node.Targets {
				if !yield(node.ID, target) {
					return
				}
			}
		}
	}
}

// A Fault is a component version of a graph that could not be resolved, or not
// completely.
type Fault struct {
	// Path leads from a root to the component version, both inclusive. It is one
	// of the shortest.
	Path []ID
	// Err wraps [ErrNotFound] if the component version is missing.
	Err error
}

// Error names the path and the cause.
func (f *Fault) Error() string {
	if len(f.Path) < 2 {
		return f.Err.Error()
	}
	steps := make([]string, len(f.Path))
	for i, id := range f.Path {
		steps[i] = id.String()
	}
	return fmt.Sprintf("%v (referred to by %s)", f.Err, strings.Join(steps, " -> "))
}

// Unwrap returns Err.
func (f *Fault) Unwrap() error { return f.Err }

// Faults returns what is wrong with the graph, in the order of its nodes; cycles
// are not, see [Graph.Cycles].
func (g *Graph) Faults() []*Fault {
	var faults []*Fault
	var origins map[ID]ID
	for _, node := range g.Nodes {
		if err := errors.Join(node.Err, node.TargetsErr); err != nil {
			if origins == nil {
				origins = g.origins()
			}
			faults = append(faults, &Fault{Path: trace(origins, node.ID), Err: err})
		}
	}
	return faults
}

// Missing returns the faults of component versions that do not exist.
func (g *Graph) Missing() []*Fault {
	return slices.DeleteFunc(g.Faults(), func(f *Fault) bool { return !errors.Is(f.Err, ErrNotFound) })
}

// Err joins the faults of the graph. It is nil if the graph is complete, and
// says nothing about cycles.
func (g *Graph) Err() error {
	var all []error
	for _, fault := range g.Faults() {
		all = append(all, fault)
	}
	return errors.Join(all...)
}

// Path returns one of the shortest paths from a root to a component version,
// both inclusive: the first in the order of the references. It is nil if the
// graph has no such node.
func (g *Graph) Path(id ID) []ID {
	if g.byID[id] == nil {
		return nil
	}
	return trace(g.origins(), id)
}

// origins returns, for every node, the one before it on a shortest path. A root
// comes from itself.
func (g *Graph) origins() map[ID]ID {
	from := make(map[ID]ID, len(g.Nodes))
	queue := slices.Clone(g.Roots)
	for _, root := range queue {
		from[root] = root
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, target := range g.byID[queue[0]].Targets {
			if _, seen := from[target]; !seen {
				from[target] = queue[0]
				queue = append(queue, target)
			}
		}
	}
	return from
}

// trace follows from back to a root.
func trace(from map[ID]ID, id ID) []ID {
	path := []ID{id}
	for from[id] != id {
		id = from[id]
		path = append(path, id)
	}
	slices.Reverse(path)
	return path
}
