package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/sla"
	"github.com/opendeliverygear/odg/store"
)

type slaCmd struct {
	place
	registryFlags
	releaseFlags
	AsOf   string          `name:"as-of" placeholder:"TIME" help:"When the version was released, such as 2026-11-01 (its beginning) or 2026-11-01T12:00:00Z. Default: when the component version was made, as its descriptor says."`
	Type   []metadata.Type `sep:"," placeholder:"TYPE" help:"Only findings of these types, such as finding/vulnerability. Default: all that are configured."`
	Format string          `enum:"table,json" default:"table" short:"o" aliases:"output" help:"Output: table or json."`
}

// Help says what is judged, what cannot be, and the exit codes.
func (c *slaCmd) Help() string {
	return `Tells if anything was overdue when a component version was released, in it and in all components that it refers to: findings whose
deadline had passed at the release, or before somebody decided about them. Deadlines are those of report and gate.

What is judged is what is stored today: findings that were discovered until the release, also in earlier versions of the artefact, and
decisions that were made before it. There is no history yet: findings that have gone since are not seen, nor are decisions that were
deleted or made anew, and the configuration is that of today. So none is no proof for versions of long ago.

Exit codes: 0 nothing was overdue, 1 something was (it is listed), 2 wrong usage or configuration, 3 could not judge: a component
could not be read, an artefact was not scanned, or a finding has no deadline that can be worked out.`
}

// evidence is what is known of a release.
type evidence struct {
	root   component.ID
	at     time.Time
	parts  map[component.ID]bool // the root and all that it refers to
	report sla.Report
	unable []string
}

// Run judges.
func (c *slaCmd) Run(ctx context.Context, t *terminal) error {
	c.place.access = c.registryFlags.access()
	site, err := c.openReadOnly(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	types, err := c.types(site)
	if err != nil {
		return err
	}
	e, err := c.gather(ctx, t, site)
	if err != nil {
		return err
	}
	if err := e.judge(ctx, site, types); err != nil {
		return err
	}
	if err := e.write(c.Format, t); err != nil {
		return err
	}
	switch {
	case len(e.report.Violations) > 0:
		return &exitError{code: exitFailed}
	case len(e.unable) > 0:
		return &exitError{code: exitUnable}
	}
	return nil
}

func (c *slaCmd) types(s *site) ([]metadata.Type, error) {
	var all []metadata.Type
	for _, f := range s.findings.Findings {
		all = append(all, f.Type)
	}
	if len(c.Type) == 0 {
		return all, nil
	}
	for _, wanted := range c.Type {
		if _, ok := s.findings.For(wanted); !ok {
			return nil, usageError(fmt.Errorf("--type=%s: %s does not configure that type; it has %s", wanted, findingsFile, joinTypes(all)))
		}
	}
	return c.Type, nil
}

func joinTypes(types []metadata.Type) string {
	texts := make([]string, len(types))
	for i, t := range types {
		texts[i] = string(t)
	}
	return strings.Join(texts, ", ")
}

// gather finds out what the release consists of, and when it was.
func (c *slaCmd) gather(ctx context.Context, t *terminal, s *site) (*evidence, error) {
	e := &evidence{root: component.ID{Name: c.Component, Version: c.Version}, parts: map[component.ID]bool{}}
	shown := showReads(t, s.components)
	graph, err := component.Walk(ctx, shown, component.WalkConfig{}, e.root)
	shown.finish()
	if err != nil {
		return nil, err
	}
	root := graph.Node(e.root)
	switch {
	case errors.Is(root.Err, component.ErrNotFound):
		return nil, usageError(root.Err)
	case root.Err != nil:
		return nil, root.Err
	}
	for _, n := range graph.Nodes {
		e.parts[n.ID] = true
	}
	for _, f := range graph.Faults() {
		e.unable = append(e.unable, f.Error())
	}
	e.at, err = c.released(root.Descriptor, s.present)
	return e, err
}

// released is when the version was released.
func (c *slaCmd) released(d *component.Descriptor, present time.Time) (time.Time, error) {
	if c.AsOf == "" {
		made, ok := d.Created()
		if !ok {
			return made, usageError(errors.New("the descriptor of " + c.String() + " does not say when it was made; write --as-of TIME"))
		}
		return made, nil
	}
	at, err := metadata.Timestamp(c.AsOf).Time()
	switch {
	case err != nil:
		return at, usageError(fmt.Errorf("--as-of=%s is no time; write 2026-11-01 or 2026-11-01T12:00:00Z", c.AsOf))
	case at.After(present):
		return at, usageError(fmt.Errorf("--as-of=%s is still to come, so nobody knows", c.AsOf))
	}
	return at, nil
}

// judge reads what is stored, and judges it.
func (e *evidence) judge(ctx context.Context, s *site, types []metadata.Type) error {
	var selectors []store.Selector
	for id := range e.parts {
		selectors = append(selectors, store.Selector{ID: artefact.ID{ComponentName: &id.Name, ComponentVersion: &id.Version}})
	}
	findings, err := s.entries(ctx, store.Query{Types: types, Artefacts: selectors})
	if err != nil {
		return err
	}
	rescorings, err := s.entries(ctx, store.Query{Types: []metadata.Type{metadata.TypeRescoring}, ReferencedTypes: types})
	if err != nil {
		return err
	}
	e.report = sla.Evaluate(sla.Release{At: e.at, Findings: findings, Rescorings: rescorings, Config: s.findings})
	for _, f := range e.report.Unable {
		e.unable = append(e.unable, fmt.Sprintf("%s of %s: %v", odg.Finding{Entry: f.Finding}.Subject(), describe(f.Finding.Artefact), f.Err))
	}
	return e.scanned(ctx, s, selectors)
}

// scanned says of which artefacts nothing is known, since nobody has looked.
func (e *evidence) scanned(ctx context.Context, s *site, selectors []store.Selector) error {
	infos, err := s.entries(ctx, store.Query{Types: []metadata.Type{metadata.TypeScanInfo}, Artefacts: selectors})
	if err != nil {
		return err
	}
	if len(infos) == 0 {
		e.unable = append(e.unable, fmt.Sprintf("no artefact of %s was ever scanned; odg run scans what is watched", e.root))
		return nil
	}
	assessment, err := s.core.Assess(ctx, s.scanners()...)
	if err != nil {
		return err
	}
	var missing []odg.Unscanned
	for _, u := range assessment.Unscanned {
		id := component.ID{Name: artefact.Text(u.Artefact.ComponentName), Version: artefact.Text(u.Artefact.ComponentVersion)}
		if e.parts[id] {
			missing = append(missing, u)
		}
	}
	e.unable = append(e.unable, unscanned(missing)...)
	return nil
}
