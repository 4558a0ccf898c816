package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/opendeliverygear/odg/component"
)

type componentArtefactsCmd struct {
	walkFlags
	Component string `arg:"" placeholder:"NAME" help:"NAME or NAME:VERSION; without a version, the greatest."`
	Recursion bool   `default:"true" negatable:"" help:"Also those of all that the component version refers to."`
	Kind      string `enum:"resource,source,all" default:"all" help:"Only this kind: resource, source, all (default)."`
	Format    string `enum:"table,json,yaml" default:"table" short:"o" aliases:"output" help:"Output: table, json or yaml."`
}

// artefactsForm is the list as JSON. Fields are added, never renamed.
type artefactsForm struct {
	Root      component.ID   `json:"root"`
	Artefacts []artefactForm `json:"artefacts"`
	Faults    []faultForm    `json:"faults"`
}

// artefactForm is a resource or source. Names are those of the report.
type artefactForm struct {
	Component        string            `json:"component"`
	ComponentVersion string            `json:"component_version"`
	Kind             string            `json:"artefact_kind"`
	Artefact         string            `json:"artefact"`
	ArtefactVersion  string            `json:"artefact_version"`
	ArtefactType     string            `json:"artefact_type"`
	ExtraID          map[string]string `json:"artefact_extra_id,omitempty"`
	// Key is ODG's key of the artefact.
	Key string `json:"key"`
	// Access is as in the descriptor.
	Access json.RawMessage   `json:"access"`
	Digest *component.Digest `json:"digest,omitempty"`
	access component.Access
}

// Run lists the artefacts.
func (c *componentArtefactsCmd) Run(ctx context.Context, t *terminal) error {
	graph, err := c.graph(ctx, t)
	if err != nil {
		return err
	}
	form := artefactsForm{Root: graph.Roots[0], Artefacts: []artefactForm{}, Faults: []faultForm{}}
	if c.Recursion {
		form.Faults = faultsOf(graph)
	}
	for d := range graph.Descriptors() {
		if c.Recursion || d.ID == form.Root {
			form.Artefacts = append(form.Artefacts, c.of(d)...)
		}
	}
	if c.Format == "table" {
		out := plainTable(t.stdout)
		out.AppendHeader(table.Row{"COMPONENT", "KIND", "NAME", "TYPE", "ACCESS", "WHERE"})
		for _, a := range form.Artefacts {
			out.AppendRow(table.Row{short(joined(a.Component, a.ComponentVersion)), a.Kind, short(a.name()), short(a.ArtefactType), short(a.access.Type), short(orDash(a.access.Location()))})
		}
		out.Render()
	} else {
		err = writeDocument(t.stdout, c.Format, form)
	}
	return errors.Join(err, tellFaults(t, form.Faults))
}

// graph returns what is listed: without recursion, the root alone.
func (c *componentArtefactsCmd) graph(ctx context.Context, t *terminal) (*component.Graph, error) {
	if c.Recursion {
		return c.graphOf(ctx, t, c.Component)
	}
	d, _, err := c.descriptor(ctx, c.Component)
	if err != nil {
		return nil, err
	}
	alone := *d
	alone.References, alone.Labels = nil, nil
	return component.Walk(ctx, component.NewMemory(&alone), component.WalkConfig{}, d.ID)
}

// of returns the artefacts of one component version.
func (c *componentArtefactsCmd) of(d *component.Descriptor) (all []artefactForm) {
	for _, a := range d.Artefacts() {
		if c.Kind != "all" && c.Kind != string(a.ID.Kind) {
			continue
		}
		raw := a.Access.Raw
		if len(raw) == 0 {
			raw = json.RawMessage("null")
		}
		all = append(all, artefactForm{
			Component: d.Name, ComponentVersion: d.Version, Kind: string(a.ID.Kind), Artefact: a.Name, ArtefactVersion: a.Version,
			ArtefactType: a.Type, ExtraID: a.ExtraIdentity, Key: a.ID.Key(), Access: raw, Digest: a.Digest, access: a.Access,
		})
	}
	return all
}

func (a artefactForm) name() string {
	return withExtraID(joined(a.Artefact, a.ArtefactVersion), a.ExtraID)
}
