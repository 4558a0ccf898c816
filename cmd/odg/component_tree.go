package main

import (
	"bufio"
	"context"
	"errors"
	"io"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/opendeliverygear/odg/component"
)

type componentTreeCmd struct {
	walkFlags
	Component string `arg:"" placeholder:"NAME" help:"NAME or NAME:VERSION; without a version, the greatest."`
	Depth     int    `default:"-1" placeholder:"N" help:"Draw no more than N levels below the root. All of the tree is read all the same."`
	Format    string `enum:"tree,json,yaml" default:"tree" short:"o" aliases:"output" help:"Output: tree, json or yaml."`
}

// Help explains the marks.
func (c *componentTreeCmd) Help() string {
	return `Every component version is drawn with what it refers to once, where it occurs first; "(above)" marks the other places,
"(cycle)" a reference that leads back to where it came from. What cannot be read is marked in its place and told on standard error.

Exit codes: 0 all could be read, 2 wrong usage, 3 something could not be read, or refers to itself.`
}

// treeForm is the tree as JSON: every component version once, in the order of the drawing.
// Fields are added, never renamed.
type treeForm struct {
	Root       component.ID `json:"root"`
	Components []nodeForm   `json:"components"`
	Faults     []faultForm  `json:"faults"`
}

type nodeForm struct {
	component.ID
	Provider   string         `json:"provider,omitempty"`
	References []component.ID `json:"references"`
	Error      string         `json:"error,omitempty"`
}

// Run draws the tree.
func (c *componentTreeCmd) Run(ctx context.Context, t *terminal) error {
	graph, err := c.graphOf(ctx, t, c.Component)
	if err != nil {
		return err
	}
	faults := faultsOf(graph)
	if c.Format == "tree" {
		err = drawTree(t.stdout, graph, c.Depth, t.colour)
	} else {
		err = writeDocument(t.stdout, c.Format, treeFormOf(graph, faults))
	}
	return errors.Join(err, tellFaults(t, faults))
}

func treeFormOf(g *component.Graph, faults []faultForm) treeForm {
	form := treeForm{Root: g.Roots[0], Components: make([]nodeForm, len(g.Nodes)), Faults: faults}
	for i, node := range g.Nodes {
		form.Components[i] = nodeForm{ID: node.ID, References: append([]component.ID{}, node.Targets...)}
		if node.Descriptor != nil {
			form.Components[i].Provider = node.Descriptor.Provider
		}
		if err := errors.Join(node.Err, node.TargetsErr); err != nil {
			form.Components[i].Error = err.Error()
		}
	}
	return form
}

// drawTree writes the lines of a graph, down to a depth unless it is negative.
func drawTree(w io.Writer, g *component.Graph, depth int, colour bool) error {
	out := bufio.NewWriter(w)
	paint := func(c text.Color, s string) string {
		if colour && s != "" {
			return c.Sprint(s)
		}
		return s
	}
	for line := range g.Tree() {
		if depth >= 0 && line.Depth > depth {
			continue
		}
		_, _ = out.WriteString(paint(text.Faint, line.Branch) + printable(line.ID.String()))
		switch {
		case line.Cycle:
			_, _ = out.WriteString(paint(text.FgHiRed, " (cycle)"))
		case line.Above:
			_, _ = out.WriteString(paint(text.Faint, " (above)"))
		}
		if mark := faultMark(line.Err); mark != "" {
			_, _ = out.WriteString(paint(text.FgHiRed, " ("+mark+")"))
		}
		_ = out.WriteByte('\n')
	}
	return out.Flush() // says if any of the writes failed
}

// faultMark is a fault in few words.
func faultMark(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, component.ErrNotFound):
		return "missing"
	case errors.Is(err, component.ErrMalformed):
		return "malformed"
	case errors.Is(err, component.ErrLimit):
		return "too deep"
	}
	return "unreadable"
}
