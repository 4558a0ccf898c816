package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/vex"
)

// DefaultAuthor issues documents that name nobody else.
const DefaultAuthor = "Open Delivery Gear"

// Export says how a document is written.
type Export struct {
	// Author is who issues it; [DefaultAuthor] if empty.
	Author string
}

// Errors of [Exchange.Export].
var (
	// ErrUnknown says that nothing is known of a component version.
	ErrUnknown = errors.New("nothing is known of it")
	// ErrNothingFound says that there is nothing to write a document about, which must
	// say something.
	ErrNothingFound = errors.New("no vulnerability was found in it, and a VEX document must say something")
)

// Export returns what is to be said of the vulnerabilities of a component version, see
// [vex.Export]. Errors wrap [ErrUnknown], [ErrNothingFound] or [ErrNotConfigured].
func (x *Exchange) Export(ctx context.Context, id component.ID, o Export) (vex.Document, error) {
	cfg, err := x.config()
	if err != nil {
		return vex.Document{}, err
	}
	k, err := x.read(ctx, about(id), decisions(id))
	if err != nil {
		return vex.Document{}, fmt.Errorf("read vulnerabilities of %s: %w", id, err)
	}
	is := func(e metadata.Entry) bool {
		return artefact.Text(e.Artefact.ComponentName) == id.Name && artefact.Text(e.Artefact.ComponentVersion) == id.Version
	}
	if !slices.ContainsFunc(k.findings, is) && !slices.ContainsFunc(k.others, is) {
		return vex.Document{}, fmt.Errorf("component version %s: %w", id, ErrUnknown)
	}
	if o.Author == "" {
		o.Author = DefaultAuthor
	}
	doc := vex.Export(vex.Holding{
		Component: id.Name, Version: id.Version, Findings: k.findings, Rescorings: k.rescorings,
		Config: cfg, Options: x.cfg.Scopes, Author: o.Author, Now: x.cfg.Now(),
	})
	if len(doc.Statements) == 0 {
		return doc, fmt.Errorf("component version %s: %w", id, ErrNothingFound)
	}
	return doc, nil
}

// about selects the component. Its versions are told apart later: to ask for one of them
// also asks for its descriptor, which a registry that is down would keep.
func about(id component.ID) []store.Selector {
	return []store.Selector{{ID: artefact.ID{ComponentName: &id.Name}}}
}

// decisions selects the scopes that a component may be in.
func decisions(id component.ID) []store.Selector {
	return []store.Selector{{ID: artefact.ID{ComponentName: &id.Name}}, {ID: artefact.ID{ComponentName: new("")}}}
}
