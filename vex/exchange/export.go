package exchange

import (
	"context"
	"errors"
	"fmt"

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
	h := vex.Holding{Component: id.Name, Version: id.Version, Config: cfg, Options: x.cfg.Scopes, Author: o.Author, Now: x.cfg.Now()}
	known, err := x.readComponent(ctx, &h)
	switch {
	case err != nil:
		return vex.Document{}, fmt.Errorf("read vulnerabilities of %s: %w", id, err)
	case !known:
		return vex.Document{}, fmt.Errorf("component version %s: %w", id, ErrUnknown)
	case h.Author == "":
		h.Author = DefaultAuthor
	}
	doc := vex.Export(h)
	if len(doc.Statements) == 0 {
		return doc, fmt.Errorf("component version %s: %w", id, ErrNothingFound)
	}
	return doc, nil
}

// readComponent reads what is known of a component, and tells if anything is of the
// version. Versions are told apart here: to ask for one of them also asks for its
// descriptor, which a registry that is down would keep.
func (x *Exchange) readComponent(ctx context.Context, h *vex.Holding) (known bool, err error) {
	component := store.Selector{ID: artefact.ID{ComponentName: &h.Component}}
	err = x.query(ctx, store.Query{
		Types: append([]metadata.Type{metadata.TypeVulnerability}, others...), Artefacts: []store.Selector{component},
	}, func(e metadata.Entry) {
		version := artefact.Text(e.Artefact.ComponentVersion)
		known = known || version == h.Version
		if e.Meta.Type == metadata.TypeVulnerability && (version == "" || version == h.Version) {
			h.Findings = append(h.Findings, e)
		}
	})
	if err == nil {
		h.Rescorings, err = x.rescorings(ctx, component, store.Selector{ID: artefact.ID{ComponentName: new("")}})
	}
	return known, err
}
