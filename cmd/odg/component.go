package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/mapped"
	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/internal/delivery"
)

type componentCmd struct {
	Get       componentGetCmd       `cmd:"" help:"Show a component version: what it consists of, or its descriptor."`
	Versions  componentVersionsCmd  `cmd:"" help:"List the versions of a component, the greatest last."`
	Tree      componentTreeCmd      `cmd:"" help:"Draw what a component version refers to, directly or not."`
	Diff      componentDiffCmd      `cmd:"" help:"Compare two component versions with all that they refer to."`
	Artefacts componentArtefactsCmd `cmd:"" help:"List the resources and sources of a component version and of all that it refers to."`
}

// componentFlags say where components are looked up.
type componentFlags struct {
	OCMRepo []string `name:"ocm-repo" env:"ODG_OCM_REPO" placeholder:"REPO" help:"OCM repository, repeatable: a CTF archive (directory, tar, tgz) or a registry, such as ./delivery.tgz, registry.example.org/ocm or http://localhost:5000. They are asked in this order. A component may name its own instead: REPO//NAME:VERSION."`
	registryFlags
}

// walkFlags are for commands that follow references.
type walkFlags struct {
	chosenFlags
	Parallel int `default:"8" placeholder:"N" help:"How many component versions are read at a time (default: 8)."`
}

// chosenFlags say which version is meant if none is named.
type chosenFlags struct {
	componentFlags
	Filter string `placeholder:"FILTER" help:"Which versions count when the greatest is looked for: semver_releases, semver_non_releases, semver_any, any, or a regular expression that the whole version matches."`
}

// named is what an argument names.
type named struct {
	repository string // empty: those of --ocm-repo
	component.ID
}

// parseNamed reads [REPO//]NAME[:VERSION], as the OCM command line writes it.
func parseNamed(text string) (n named, err error) {
	rest := text
	if i := strings.LastIndex(text, "//"); i >= 0 && !strings.HasSuffix(text[:i], ":") {
		n.repository, rest = text[:i], text[i+2:]
	}
	n.Name, n.Version, _ = strings.Cut(rest, ":")
	if n.Name == "" || strings.Contains(rest, "://") || strings.HasSuffix(rest, ":") {
		return n, usageError(fmt.Errorf("%q names no component; write NAME, NAME:VERSION or REPO//NAME:VERSION, such as acme.org/shop:1.2.0", text))
	}
	if n.Version == component.Greatest {
		n.Version = ""
	}
	return n, nil
}

// open opens the repositories in which a component is looked up.
func (f componentFlags) open(ctx context.Context, n named) (finder mapped.Repository, done func() error, err error) {
	places := f.OCMRepo
	if n.repository != "" {
		places = []string{n.repository}
	}
	if len(places) == 0 {
		return nil, nil, usageError(fmt.Errorf("no OCM repository is named; write --ocm-repo REPO, or REPO//%s", n.ID.Name))
	}
	all, err := delivery.Open(delivery.Config{Mappings: inOrder(places), Access: f.access()})
	if err != nil {
		return nil, nil, usageError(err)
	}
	finder, err = all.Repository(ctx, "")
	if err != nil {
		return nil, nil, errors.Join(lookup(err), all.Close())
	}
	return finder, all.Close, nil
}

// inOrder maps places so that they are asked one after the other. What is a file or
// folder here needs no ./ before it.
func inOrder(places []string) *corecfg.Mappings {
	all := &corecfg.Mappings{Entries: []corecfg.Mapping{
		{Virtual: &corecfg.VirtualMapping{Name: corecfg.Auto, Selectors: make([]corecfg.Selector, 1)}},
	}}
	for _, place := range places {
		if _, is := delivery.ArchivePath(place); !is && !strings.Contains(place, "://") {
			if _, err := os.Stat(place); err == nil {
				place = "./" + place
			}
		}
		all.Entries = append(all.Entries, corecfg.Mapping{OCI: &corecfg.OCIMapping{Repository: place}})
	}
	return all
}

// choose returns the component version that is meant: the one that is named, or the
// greatest.
func (f chosenFlags) choose(ctx context.Context, finder component.VersionFinder, n named) (component.ID, error) {
	filter, err := component.ParseFilter(f.Filter)
	if err != nil {
		return n.ID, usageError(err)
	}
	versions, err := component.Choose(ctx, finder, n.Name, component.Choice{Version: n.Version, Filter: filter}, time.Time{})
	if err != nil {
		return n.ID, lookup(err)
	}
	return component.ID{Name: n.Name, Version: versions[len(versions)-1]}, nil
}
