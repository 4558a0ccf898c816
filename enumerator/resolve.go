package enumerator

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/extcfg"
)

// Component is a component that is watched.
type Component struct {
	Name string
	// Repository is the ocm_repo_url of the configuration; "" means the default.
	Repository string
	Versions   component.Choice
	// Unsupported says why the configuration cannot be followed; nil if it can.
	Unsupported error
	// Position says where the component is configured, for messages; may be empty.
	Position string
}

// errVersionSource tells what to do about a version that is written in a file.
var errVersionSource = errors.New("a version that is written in a file of a code host is not read by this release; name the version, or greatest")

// Components returns the components that cfg watches, none without an enumerator.
func Components(cfg *extcfg.Config) []Component {
	if cfg.ArtefactEnumerator == nil {
		return nil
	}
	var list []Component
	for _, configured := range cfg.ArtefactEnumerator.Components {
		c := Component{
			Name: configured.Name, Repository: configured.OCMRepoURL, Position: configured.Position,
			Versions: component.Choice{Version: configured.Version.Name, Limit: configured.MaxVersions},
		}
		if r := configured.TimeRange; r != nil {
			c.Versions.Days = &component.Days{From: r.DaysFrom, To: r.DaysTo}
		}
		if configured.Version.Source != nil {
			c.Unsupported = errVersionSource
		}
		list = append(list, c)
	}
	return list
}

// delivery is what a watched component consists of.
type delivery struct {
	Component
	versions  []component.ID // all component versions, also those that are missing
	artefacts []artefact.ID
	// err says what could not be resolved; the rest is there.
	err error
}

// resolve finds out what c consists of. It only fails if ctx ends.
func resolve(ctx context.Context, repositories Repositories, c Component, parallel int, now time.Time) (delivery, error) {
	d := delivery{Component: c}
	graph, err := walk(ctx, repositories, c, parallel, now)
	if ctx.Err() != nil {
		return delivery{}, fmt.Errorf("resolve component %s: %w", c.Name, context.Cause(ctx))
	}
	if err != nil {
		d.err = err
		return d, nil
	}
	for _, node := range graph.Nodes {
		d.versions = append(d.versions, node.ID)
	}
	for descriptor := range graph.Descriptors() {
		for _, a := range descriptor.Artefacts() {
			d.artefacts = append(d.artefacts, a.ID)
		}
	}
	d.err = errors.Join(graph.Err(), cyclesError(graph))
	return d, nil
}

func walk(ctx context.Context, repositories Repositories, c Component, parallel int, now time.Time) (*component.Graph, error) {
	if c.Unsupported != nil {
		return nil, c.Unsupported
	}
	repository, err := repositories.Repository(ctx, c.Repository)
	if err != nil {
		return nil, err
	}
	versions, err := component.Choose(ctx, repository, c.Name, c.Versions, now)
	if err != nil {
		return nil, err
	}
	roots := make([]component.ID, len(versions))
	for i, version := range versions {
		roots[i] = component.ID{Name: c.Name, Version: version}
	}
	return component.Walk(ctx, repository, component.WalkConfig{Parallel: parallel}, roots...)
}

func cyclesError(graph *component.Graph) error {
	var all []error
	for _, cycle := range graph.Cycles() {
		steps := make([]string, 0, len(cycle)+1)
		for _, id := range append(cycle, cycle[0]) {
			steps = append(steps, id.String())
		}
		all = append(all, fmt.Errorf("component references form a cycle: %s; remove one of them", strings.Join(steps, " -> ")))
	}
	return errors.Join(all...)
}
