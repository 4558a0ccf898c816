package exchange

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/vex"
)

// Import says how documents are taken over. The zero Import decides about the artefacts
// that documents name, in the names of their authors, and all or nothing.
type Import struct {
	// Scope is that of the rescorings; empty is that of the artefacts themselves.
	Scope findingcfg.Scope
	// ValidUntil ends rescorings of statements that do not say it themselves.
	ValidUntil metadata.Expiry
	// Statuses replace what statuses mean by default, see [vex.DefaultMapping].
	Statuses vex.Mapping
	// By answers for the rescorings, see [vex.Input].
	By metadata.User
	// Partial takes over what can be, though documents name products that nothing here
	// is.
	Partial bool
	// DryRun stores nothing.
	DryRun bool
}

// Refused is an error about documents, or about how they are to be read, that whoever
// sent them must mend. Nothing was stored.
type Refused struct {
	// Option is the part of [Import] that is at fault: scope, valid_until or status;
	// empty if the documents are.
	Option string
	Err    error
}

// Error says what is wrong, a line for each fault.
func (r *Refused) Error() string { return r.Err.Error() }

// Unwrap returns the faults.
func (r *Refused) Unwrap() error { return r.Err }

// Unmatched is an error about products that nothing here is, or about which nothing was
// decided because of what the documents do not say, see [vex.Plan.Unmatched].
type Unmatched struct{ Outcomes []vex.Outcome }

// Error names the products with their paths, at most [vex.MaxFaults].
func (u *Unmatched) Error() string {
	var all []error
	for _, o := range u.Outcomes[:min(len(u.Outcomes), vex.MaxFaults)] {
		reason := "nothing here is the product " + o.Product
		if o.Result == vex.Uncovered {
			reason = fmt.Sprintf("an artefact has %s in another version of the package too, which no statement says the same of; a rescoring would hold for both", o.Vulnerability)
		}
		all = append(all, &vex.Error{Name: o.Document, Path: o.Path, Err: errors.New(reason)})
	}
	if more := len(u.Outcomes) - vex.MaxFaults; more > 0 {
		all = append(all, fmt.Errorf("and %d more", more))
	}
	return errors.Join(all...).Error()
}

// Import takes over what documents say, and tells what became of it. What is wrong with
// the documents is a [*Refused], which wraps [*vex.Error] and [*Unmatched]; the plan of
// the latter tells all outcomes. Without a configuration of vulnerabilities, it wraps
// [ErrNotConfigured].
func (x *Exchange) Import(ctx context.Context, docs []vex.Document, o Import) (vex.Plan, error) {
	in, err := x.input(ctx, docs, o)
	if err != nil {
		return vex.Plan{}, err
	}
	plan, err := vex.Match(docs, in)
	if err != nil {
		return vex.Plan{}, &Refused{Err: err}
	}
	if unmatched := plan.Unmatched(); len(unmatched) > 0 && !o.Partial {
		return plan, &Refused{Err: &Unmatched{unmatched}}
	}
	if !o.DryRun {
		if err := x.core.Rescore(ctx, plan.Rescorings); err != nil {
			return vex.Plan{}, fmt.Errorf("store rescorings: %w", err)
		}
	}
	return plan, nil
}

// input checks o before it reads anything.
func (x *Exchange) input(ctx context.Context, docs []vex.Document, o Import) (vex.Input, error) {
	cfg, err := x.config()
	if err != nil {
		return vex.Input{}, &Refused{Err: err}
	}
	now := x.cfg.Now()
	in := vex.Input{Config: cfg, Scope: o.Scope, ValidUntil: o.ValidUntil, Mapping: vex.DefaultMapping(cfg), By: o.By, Options: x.cfg.Scopes, Now: now}
	maps.Copy(in.Mapping, o.Statuses)
	if err := o.check(in.Mapping, cfg, now); err != nil {
		return in, err
	}
	if err := x.readAll(ctx, docs, &in); err != nil {
		return in, fmt.Errorf("read vulnerabilities: %w", err)
	}
	return in, nil
}

// readAll reads what documents may be about. Of what they are not about, only the names
// of artefacts and packages are kept.
func (x *Exchange) readAll(ctx context.Context, docs []vex.Document, in *vex.Input) (err error) {
	in.Known = &vex.Knowledge{}
	about := vex.About(docs)
	err = x.query(ctx, store.Query{Types: append([]metadata.Type{metadata.TypeVulnerability}, others...)}, func(e metadata.Entry) {
		in.Known.Add(e)
		if about(e) {
			in.Findings = append(in.Findings, e)
		}
	})
	if err == nil {
		in.Rescorings, err = x.rescorings(ctx)
	}
	return err
}

func (o Import) check(m vex.Mapping, cfg *findingcfg.Finding, now time.Time) error {
	if err := m.Validate(cfg); err != nil {
		return &Refused{"status", err}
	}
	if o.ValidUntil != "" && o.ValidUntil.Over(now) {
		return &Refused{"valid_until", fmt.Errorf("%s has passed already", o.ValidUntil)}
	}
	if o.Scope != "" {
		if err := o.Scope.Validate(); err != nil {
			return &Refused{"scope", err}
		}
	}
	return nil
}
