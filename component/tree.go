package component

import (
	"errors"
	"iter"
	"strings"
)

// A TreeLine is a line of a drawn [Graph].
type TreeLine struct {
	// Branch is what stands before the name: box-drawing characters for the
	// references that lead here, empty for a root. Of a line that is very far from
	// the root it shows the last references only, after an ellipsis.
	Branch string
	// Depth is how many references away from the root the line is.
	Depth int
	ID    ID
	// Above is set if what the component version refers to stands elsewhere: it is
	// drawn where the component version occurs for the first time.
	Above bool
	// Cycle is set if the component version is on the way from the root to this
	// line, so the reference leads back to it. Above is then set, too.
	Cycle bool
	// Err is what is wrong with the component version, see [Node]; nil if nothing is.
	Err error
}

// drawnLevels is how many references a Branch shows. The depth of a line has no
// limit but the number of component versions, and the drawing of such a chain must
// not grow with its square.
const drawnLevels = 48

// Tree draws the graph: every reference is a line, depth first in the order of the
// documents, and every component version is expanded where it occurs first. So the
// drawing is as long as the graph is large, however many paths it has.
//
// A line is Branch, ID, and whatever the caller makes of the rest. Names come from
// descriptors, which may be hostile: see to it that a terminal does not act on them.
func (g *Graph) Tree() iter.Seq[TreeLine] {
	return func(yield func(TreeLine) bool) {
		d := drawing{graph: g, expanded: map[ID]bool{}, open: map[ID]bool{}}
		for _, root := range g.Roots {
			if !d.root(root, yield) {
				return
			}
		}
	}
}

// drawing is the state of Tree.
type drawing struct {
	graph    *Graph
	expanded map[ID]bool
	open     map[ID]bool // on the way from the root
	way      []level     // from the root to the line, without the line itself
}

// level is a component version whose references are being drawn.
type level struct {
	id   ID
	rest []ID // of its references
}

// root draws a root and what it refers to, and returns false if no more is wanted.
// It keeps the way itself, as a graph may be deeper than a stack.
func (d *drawing) root(root ID, yield func(TreeLine) bool) bool {
	if !yield(d.line(root)) {
		return false
	}
	for len(d.way) > 0 {
		last := &d.way[len(d.way)-1]
		if len(last.rest) == 0 {
			delete(d.open, last.id)
			d.way = d.way[:len(d.way)-1]
			continue
		}
		next := last.rest[0]
		last.rest = last.rest[1:]
		if !yield(d.line(next)) {
			return false
		}
	}
	return true
}

// line returns the line of a component version, and goes into it if it is the first.
func (d *drawing) line(id ID) TreeLine {
	node := d.graph.byID[id]
	line := TreeLine{Branch: d.branch(), Depth: len(d.way), ID: id, Err: errors.Join(node.Err, node.TargetsErr)}
	if len(node.Targets) == 0 {
		return line
	}
	line.Above, line.Cycle = d.expanded[id], d.open[id]
	if !line.Above {
		d.expanded[id], d.open[id] = true, true
		d.way = append(d.way, level{id, node.Targets})
	}
	return line
}

func (d *drawing) branch() string {
	if len(d.way) == 0 {
		return ""
	}
	var b strings.Builder
	outer := d.way[:len(d.way)-1]
	if left := len(outer) - drawnLevels; left > 0 {
		outer = outer[left:]
		b.WriteString("… ")
	}
	for _, l := range outer {
		b.WriteString(pick(len(l.rest) > 0, "│  ", "   "))
	}
	b.WriteString(pick(len(d.way[len(d.way)-1].rest) > 0, "├─ ", "└─ "))
	return b.String()
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}
