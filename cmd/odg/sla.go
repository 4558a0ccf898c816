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
)

type slaCmd struct {
	place
	registryFlags
	releaseFlags
	Released string          `placeholder:"TIME" help:"When the version was released, such as 2026-11-01 (its beginning) or 2026-11-01T12:00:00Z. Default: when the component version was made, as its descriptor says."`
	AsOf     string          `name:"as-of" placeholder:"TIME" help:"Take what was known at TIME for what was known then. Default: the release."`
	Type     []metadata.Type `sep:"," placeholder:"TYPE" help:"Only findings of these types, such as finding/vulnerability. Default: all that are configured."`
	Format   string          `enum:"table,json" default:"table" short:"o" aliases:"output" help:"Output: table or json."`
}

// Help says what is judged, by which knowledge, and the exit codes.
func (c *slaCmd) Help() string {
	return `Tells if anything was overdue when a component version was released, in it and in all components that it refers to: findings whose
deadline had passed at the release, or before somebody decided about them. Deadlines are those of report and gate, by the
configuration of today.

It judges twice. By what was known then: the findings and decisions that were stored at the release, or at --as-of, which is what a
gate would have said. And by what is known today about that day: findings that were stored later count too, with the day of
their discovery, also those that have gone since, as do the decisions of the release and of today. KNOWN says by which
knowledge something was overdue: then, since, or both.

A database that an earlier version made has its history from its first use by this version on: what was deleted or changed before is
not known, and that is said.

Exit codes: 0 nothing was overdue, 1 something was, by what was known then or is known today, 2 wrong usage or configuration, 3 could
not judge: a component could not be read, an artefact was not scanned, or a finding has no deadline that can be worked out.`
}

// Run judges.
func (c *slaCmd) Run(ctx context.Context, t *terminal) error {
	c.place.access = c.registryFlags.access()
	site, err := c.openReadOnly(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	release := odg.Release{}
	if release.Types, err = c.types(site); err != nil {
		return err
	}
	unable, err := c.gather(ctx, t, site, &release)
	if err != nil {
		return err
	}
	evidence, err := site.core.SLA(ctx, release)
	if err != nil {
		return err
	}
	missing, err := notScanned(ctx, site, release.Components)
	if err != nil {
		return err
	}
	d := evidence.Document(c.id(), len(release.Components), append(unable, missing...)...)
	if err := writeEvidence(t, d, c.Format); err != nil {
		return err
	}
	switch d.Verdict {
	case odg.VerdictFailed:
		return &exitError{code: exitFailed}
	case odg.VerdictUnable:
		return &exitError{code: exitUnable}
	}
	return nil
}

func (c *slaCmd) id() component.ID { return component.ID{Name: c.Component, Version: c.Version} }

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

// gather finds out what the release consists of, and when it was. It returns what cannot be
// read.
func (c *slaCmd) gather(ctx context.Context, t *terminal, s *site, r *odg.Release) (unable []string, err error) {
	shown := showReads(t, s.components)
	graph, err := component.Walk(ctx, shown, component.WalkConfig{}, c.id())
	shown.finish()
	if err != nil {
		return nil, err
	}
	root := graph.Node(c.id())
	switch {
	case errors.Is(root.Err, component.ErrNotFound):
		return nil, usageError(root.Err)
	case root.Err != nil:
		return nil, root.Err
	}
	for _, n := range graph.Nodes {
		d := n.Descriptor
		if d == nil {
			d = &component.Descriptor{ID: n.ID} // what is stored of it counts all the same
		}
		r.Components = append(r.Components, d)
	}
	for _, f := range graph.Faults() {
		unable = append(unable, f.Error())
	}
	if r.AsOf, err = past("--as-of", c.AsOf, s.present); err != nil {
		return nil, err
	}
	r.Released, err = c.released(root.Descriptor, s.present)
	return unable, err
}

// released is when the version was released.
func (c *slaCmd) released(d *component.Descriptor, present time.Time) (time.Time, error) {
	if c.Released != "" {
		return past("--released", c.Released, present)
	}
	made, ok := d.Created()
	if !ok {
		return made, usageError(errors.New("the descriptor of " + c.String() + " does not say when it was made; write --released TIME"))
	}
	return made, nil
}

// past reads a time that has come already; the zero time if none is given.
func past(flag, text string, present time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := metadata.Timestamp(text).Time()
	switch {
	case err != nil:
		return at, usageError(fmt.Errorf("%s=%s is no time; write 2026-11-01 or 2026-11-01T12:00:00Z", flag, text))
	case at.After(present):
		return at, usageError(fmt.Errorf("%s=%s is still to come, so nobody knows", flag, text))
	}
	return at, nil
}

// notScanned says at which artefacts of the components no scanner has looked that should.
func notScanned(ctx context.Context, s *site, components []*component.Descriptor) ([]string, error) {
	parts := map[component.ID]bool{}
	for _, d := range components {
		parts[d.ID] = true
	}
	assessment, err := s.core.Assess(ctx, s.scanners()...)
	if err != nil {
		return nil, err
	}
	var missing []odg.Unscanned
	for _, u := range assessment.Unscanned {
		id := component.ID{Name: artefact.Text(u.Artefact.ComponentName), Version: artefact.Text(u.Artefact.ComponentVersion)}
		if parts[id] {
			missing = append(missing, u)
		}
	}
	return unscanned(missing), nil
}
