package odgtest

import (
	"context"
	"iter"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/vex"
	"github.com/opendeliverygear/odg/vex/exchange"
)

// Decider is what embedders and remote callers have in common to decide about findings.
// Where the core has richer values than what goes over the wire, it is asked for those
// of the wire, see [Embedded].
type Decider interface {
	PutMetadata(ctx context.Context, entries []metadata.Entry) error
	Proposals(ctx context.Context, id artefact.ID, types ...metadata.Type) iter.Seq2[proposal.Document, error]
	Rescore(ctx context.Context, rescorings []metadata.Entry) error
	Explain(ctx context.Context, id string) (explain.Document, error)
	// Compliance tells how a component version stands, and those that it refers to.
	Compliance(ctx context.Context, id component.ID) ([]odg.ComponentStanding, error)
	// ImportVEX and ExportVEX exchange a document. What became of it are results by
	// path.
	ImportVEX(ctx context.Context, document string, o exchange.Import) (map[string]vex.Result, error)
	ExportVEX(ctx context.Context, id component.ID) (vex.Document, error)
}

// web is the artefact of the component version in [Delivery].
var web = id("acme.org/shop", "1.0.0")

// Delivery is a repository with one component version.
type Delivery struct{}

// Descriptor implements [component.Resolver].
func (Delivery) Descriptor(_ context.Context, id component.ID) (*component.Descriptor, error) {
	if id != (component.ID{Name: "acme.org/shop", Version: "1.0.0"}) {
		return nil, component.ErrNotFound
	}
	return component.Decode([]byte(`{"meta": {"schemaVersion": "v2"}, "component": {"name": "acme.org/shop", "version": "1.0.0", "provider": "acme",
		"repositoryContexts": [], "sources": [], "componentReferences": [],
		"resources": [{"name": "image", "version": "1.0.0", "type": "ociImage", "relation": "local", "access": {"type": "ociRegistry", "imageReference": "acme.org/image:1"}}]}}`))
}

// Versions implements [component.VersionLister].
func (Delivery) Versions(_ context.Context, name string) ([]string, error) {
	if name != "acme.org/shop" {
		return nil, nil
	}
	return []string{"1.0.0"}, nil
}

// Embedded is a core as a [Decider].
type Embedded struct {
	*odg.Core
	Config odg.Config
}

// Proposals implements [Decider].
func (e Embedded) Proposals(ctx context.Context, id artefact.ID, types ...metadata.Type) iter.Seq2[proposal.Document, error] {
	return func(yield func(proposal.Document, error) bool) {
		for p, err := range e.Core.Proposals(ctx, id, types...) {
			var d proposal.Document
			if err == nil {
				d, err = proposal.ParseDocument(p.AppendJSON(nil), metadata.BuiltinTypes())
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

// Explain implements [Decider].
func (e Embedded) Explain(ctx context.Context, id string) (explain.Document, error) {
	explanation, err := e.Core.Explain(ctx, id)
	if err != nil {
		return explain.Document{}, err
	}
	return explanation.Document(), nil
}

// Compliance implements [Decider].
func (e Embedded) Compliance(ctx context.Context, id component.ID) ([]odg.ComponentStanding, error) {
	d, err := e.Config.Descriptors.Descriptor(ctx, id)
	if err != nil {
		return nil, err
	}
	return e.Core.Compliance(ctx, []*component.Descriptor{d}, []metadata.Type{metadata.TypeVulnerability})
}

func (e Embedded) exchange() *exchange.Exchange {
	return exchange.New(e.Core, exchange.Config{Findings: e.Config.Findings, Now: e.Config.Now})
}

// ImportVEX implements [Decider].
func (e Embedded) ImportVEX(ctx context.Context, document string, o exchange.Import) (map[string]vex.Result, error) {
	doc, err := vex.Parse([]byte(document))
	if err != nil {
		return nil, &exchange.Refused{Err: err}
	}
	plan, err := e.exchange().Import(ctx, []vex.Document{doc}, o)
	return Results(plan.Outcomes), err
}

// ExportVEX implements [Decider].
func (e Embedded) ExportVEX(ctx context.Context, id component.ID) (vex.Document, error) {
	return e.exchange().Export(ctx, id, exchange.Export{})
}

// Results are those of outcomes, by path.
func Results(outcomes []vex.Outcome) map[string]vex.Result {
	results := map[string]vex.Result{}
	for _, o := range outcomes {
		results[o.Path] = o.Result
	}
	return results
}
