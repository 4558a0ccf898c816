package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/search"
)

// whereFlag selects findings by an expression, which may name a component version and
// all that it refers to. Commands embed it.
type whereFlag struct {
	registryFlags
	Where string `placeholder:"EXPR" help:"Only findings for which EXPR holds, such as 'effective.due <= today+14d and ocm.name = acme.org/*'; odg findings --help explains it."`
}

// check refuses criteria that mean something else than they seem to by a configuration.
type check func([]search.Criterion, *findingcfg.Config) error

// query reads the expression, for a request that says the rest. Types of findings are
// checked, and whatever else the command asks for.
func (f whereFlag) query(ctx context.Context, s *site, r search.Request, more ...check) (*search.Query, error) {
	criteria, err := search.ParseWhere(f.Where, s.present)
	for _, refuse := range append([]check{checkTypes}, more...) {
		if err == nil {
			err = refuse(criteria, s.findings)
		}
	}
	if err != nil {
		return nil, usageError(fmt.Errorf("--where: %w", err))
	}
	r.Criteria = criteria
	q, err := s.core.CompileSearch(ctx, r)
	var fault search.Error
	if errors.As(err, &fault) {
		return nil, usageError(fmt.Errorf("--where: %w", err))
	}
	return q, err
}

// matching returns the findings that q selects, in their order.
func matching(findings []odg.Finding, q *search.Query) []odg.Finding {
	var list []odg.Finding
	for _, f := range findings {
		if q.Matches(itemOf(f)) {
			list = append(list, f)
		}
	}
	return list
}

// itemOf is f as a search sees it.
func itemOf(f odg.Finding) search.Item {
	e := &rescore.Effective{Severity: f.Severity, Value: f.Value(), Due: f.Due}
	if f.Rescoring != nil {
		e.Rescoring = f.Rescoring.ID()
	}
	return search.Item{Entry: f.Entry, Effective: e}
}
