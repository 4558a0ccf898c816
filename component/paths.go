package component

import (
	"iter"
	"slices"
)

// Paths yields every path from a root to a node, depth first in the order of the
// references, the path of just the root first. A reference that closes a cycle is
// not followed. A path belongs to the caller.
//
// Their number may grow exponentially with the depth of the graph, so stop early.
func (g *Graph) Paths() iter.Seq[[]ID] {
	return func(yield func([]ID) bool) {
		for _, root := range g.Roots {
			if !g.extend([]ID{root}, yield) {
				return
			}
		}
	}
}

func (g *Graph) extend(path []ID, yield func([]ID) bool) bool {
	if !yield(slices.Clone(path)) {
		return false
	}
	for _, target := range g.byID[path[len(path)-1]].Targets {
		if !slices.Contains(path, target) && !g.extend(append(path, target), yield) {
			return false
		}
	}
	return true
}

// The colours of a depth-first search.
const (
	white = iota // not seen
	grey         // on the path to the present node
	black        // done
)

// Cycles returns the reference cycles of the graph, none if there are none: for
// every reference that leads back to a node on the way to it, the nodes from
// there on, in the order of the references. The last one refers to the first. Once they
// have a million nodes together, further ones are left out.
func (g *Graph) Cycles() [][]ID {
	s := search{graph: g, colour: make(map[ID]int, len(g.Nodes))}
	for _, root := range g.Roots {
		s.visit(root)
	}
	return s.cycles
}

// Cycle returns the first of [Graph.Cycles], nil if there is none. It stops there,
// while the cycles of a dense graph together take much memory.
func (g *Graph) Cycle() []ID {
	s := search{graph: g, colour: make(map[ID]int, len(g.Nodes)), most: 1}
	for _, root := range g.Roots {
		s.visit(root)
	}
	if len(s.cycles) == 0 {
		return nil
	}
	return s.cycles[0]
}

// maxListed is how many nodes cycles may have together: those of a large graph that is
// one knot would take all memory.
const maxListed = 1_000_000

type search struct {
	graph  *Graph
	colour map[ID]int
	path   []ID
	cycles [][]ID
	most   int // how many cycles are enough, 0 for all
	listed int // nodes of all cycles
}

func (s *search) visit(id ID) {
	if s.most > 0 && len(s.cycles) == s.most || s.listed > maxListed {
		return
	}
	switch s.colour[id] {
	case black:
		return
	case grey:
		cycle := slices.Clone(s.path[slices.Index(s.path, id):])
		s.cycles, s.listed = append(s.cycles, cycle), s.listed+len(cycle)
		return
	}
	s.colour[id] = grey
	s.path = append(s.path, id)
	for _, target := range s.graph.byID[id].Targets {
		s.visit(target)
	}
	s.path = s.path[:len(s.path)-1]
	s.colour[id] = black
}
