package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/opendeliverygear/odg/component"
)

type componentDiffCmd struct {
	walkFlags
	Left     string `arg:"" help:"NAME:VERSION, the earlier one."`
	Right    string `arg:"" help:"NAME:VERSION, the later one, or only a version of the same component."`
	ExitCode bool   `name:"exit-code" help:"Exit with 1 if the two differ."`
	Format   string `enum:"text,json,yaml" default:"text" short:"o" aliases:"output" help:"Output: text, json or yaml."`
}

// Help says what is compared.
func (c *componentDiffCmd) Help() string {
	return `Compares the component versions and all that they refer to, and their resources. A resource has changed if its version, type,
digest or labels have; where it is stored does not count, since transfers change that.

Exit codes: 0 compared, 1 different (with --exit-code), 2 wrong usage, 3 something could not be read; the rest is compared all the same.`
}

// Run compares.
func (c *componentDiffCmd) Run(ctx context.Context, t *terminal) error {
	left, right, err := c.graphs(ctx, t)
	if err != nil {
		return err
	}
	form := diffFormOf(left, right)
	if c.Format == "text" {
		err = form.draw(t.stdout, t.colour)
	} else {
		err = writeDocument(t.stdout, c.Format, form)
	}
	if err := errors.Join(err, tellFaults(t, form.Faults)); err != nil {
		return err
	}
	if c.ExitCode && !form.empty() {
		return &exitError{code: exitFailed}
	}
	return nil
}

// graphs follows the references of both sides. If both are in one place, that is opened
// once, and what they share is read once.
func (c *componentDiffCmd) graphs(ctx context.Context, t *terminal) (left, right *component.Graph, err error) {
	from, to, err := c.sides()
	if err != nil {
		return nil, nil, err
	}
	before, done, err := c.open(ctx, from)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	after := before
	if to.repository != from.repository {
		if after, done, err = c.open(ctx, to); err != nil {
			return nil, nil, err
		}
		defer done()
	}
	if left, err = c.walk(ctx, t, before, from); err != nil {
		return nil, nil, err
	}
	right, err = c.walk(ctx, t, after, to)
	return left, right, err
}

// sides reads the arguments. A version alone is one of the component on the left.
func (c *componentDiffCmd) sides() (from, to named, err error) {
	if from, err = parseNamed(c.Left); err != nil {
		return from, to, err
	}
	if component.IsVersion(c.Right) || c.Right == component.Greatest {
		to, err = parseNamed(from.Name + ":" + c.Right)
		to.repository = from.repository
		return from, to, err
	}
	to, err = parseNamed(c.Right)
	return from, to, err
}

// draw writes the difference for people: + added, - removed, ~ changed.
func (f diffForm) draw(w io.Writer, colour bool) error {
	out := bufio.NewWriter(w)
	line := func(mark byte, indent, format string, args ...any) {
		s := indent + string(mark) + " " + printable(fmt.Sprintf(format, args...))
		if colour {
			s = map[byte]text.Color{'+': text.FgGreen, '-': text.FgRed, '~': text.FgYellow}[mark].Sprint(s)
		}
		_, _ = out.WriteString(s + "\n")
	}
	for _, id := range f.Removed {
		line('-', "", "%s", id)
	}
	for _, id := range f.Added {
		line('+', "", "%s", id)
	}
	for _, c := range f.Changed {
		line('~', "", "%s", c.title())
		for _, r := range c.Resources.Removed {
			line('-', "    ", "resource %s (%s)", r, r.Type)
		}
		for _, r := range c.Resources.Added {
			line('+', "    ", "resource %s (%s)", r, r.Type)
		}
		for _, r := range c.Resources.Changed {
			line('~', "    ", "resource %s", r.title())
		}
		for _, l := range c.Labels.lines() {
			line(l[0], "    ", "label %s", l[1:])
		}
	}
	if f.empty() {
		_, _ = out.WriteString("no differences\n")
	}
	return out.Flush() // says if any of the writes failed
}
