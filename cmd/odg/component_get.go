package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"sigs.k8s.io/yaml"

	"github.com/opendeliverygear/odg/component"
)

type componentGetCmd struct {
	chosenFlags
	Component string `arg:"" placeholder:"NAME" help:"NAME or NAME:VERSION; without a version, the greatest."`
	Format    string `enum:"table,json,yaml" default:"table" short:"o" aliases:"output" help:"Output: table, or the descriptor as json or yaml, in the schema in which it was written."`
	Raw       bool   `help:"The descriptor byte for byte as it is stored."`
}

// Run shows the component version.
func (c *componentGetCmd) Run(ctx context.Context, t *terminal) error {
	d, raw, err := c.descriptor(ctx, c.Component)
	switch {
	case err != nil:
		return err
	case c.Raw:
		return writeRaw(t, raw)
	case c.Format == "table":
		return showDescriptor(t.stdout, d)
	}
	return writeDescriptor(t.stdout, c.Format, raw)
}

// descriptor reads the component version that text names, and its document.
func (f chosenFlags) descriptor(ctx context.Context, text string) (d *component.Descriptor, raw []byte, err error) {
	n, err := parseNamed(text)
	if err != nil {
		return nil, nil, err
	}
	finder, done, err := f.open(ctx, n)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	id, err := f.choose(ctx, finder, n)
	if err != nil {
		return nil, nil, err
	}
	if raw, err = finder.RawDescriptor(ctx, id); err != nil {
		return nil, nil, lookup(err)
	}
	if d, err = component.Decode(raw); err != nil {
		return nil, nil, lookup(fmt.Errorf("component version %s: %w", id, err))
	}
	return d, raw, nil
}

// writeRaw writes a document as it is; on a terminal without what that would act on.
func writeRaw(t *terminal, raw []byte) error {
	if isTerminal(t.stdout) {
		var safe []byte
		for line := range bytes.Lines(raw) {
			safe = fmt.Appendln(safe, printable(string(bytes.TrimRight(line, "\r\n"))))
		}
		raw = safe
	}
	_, err := t.stdout.Write(raw)
	return err
}

// writeDescriptor writes a document that is a descriptor as JSON or YAML. It keeps all
// fields, also those that nobody knows.
func writeDescriptor(w io.Writer, format string, raw []byte) error {
	if !json.Valid(raw) {
		var err error
		if raw, err = yaml.YAMLToJSON(raw); err != nil {
			return err
		}
	}
	return writeDocument(w, format, json.RawMessage(raw))
}

// showDescriptor shows a component version to people.
func showDescriptor(w io.Writer, d *component.Descriptor) error {
	made := "at an unknown time"
	if at, known := d.Created(); known {
		made = at.UTC().Format("2006-01-02 15:04 MST")
	}
	_, err := fmt.Fprintf(w, "%s by %s, made %s\n\n", short(d.ID.String()), short(orDash(d.Provider)), made)
	out := plainTable(w)
	out.AppendHeader(table.Row{"KIND", "NAME", "TYPE", "ACCESS", "WHERE"})
	for _, a := range d.Artefacts() {
		name := withExtraID(joined(a.Name, a.Version), a.ExtraIdentity)
		out.AppendRow(table.Row{a.ID.Kind, short(name), short(a.Type), short(a.Access.Type), short(orDash(a.Access.Location()))})
	}
	for _, r := range d.References {
		out.AppendRow(table.Row{"reference", short(withExtraID(r.Name, r.ExtraIdentity)), "-", "-", short(r.Target().String())})
	}
	if out.Length() == 0 {
		_, err = fmt.Fprintln(w, "it has no resources, sources and references")
		return err
	}
	out.Render()
	return err
}
