package rescore

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Validate reports every operation that is unknown or names a category that is
// not among the given ids, all at once.
func (rs *Ruleset) Validate(categories []string) error {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(rs.Operations)) {
		if err := rs.Operations[name].validate(categories); err != nil {
			faults = append(faults, fmt.Errorf("operation %q: %w", name, err))
		}
	}
	for _, rule := range rs.Rules {
		faults = append(faults, rs.validateUse(rule.Name, rule.Operation, categories))
	}
	for _, rule := range rs.SASTRules {
		faults = append(faults, rs.validateUse(rule.Name, rule.Operation, categories))
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("rescoring ruleset %q: %w", rs.Name, err)
	}
	return nil
}

// validateUse checks the operation that a rule names.
func (rs *Ruleset) validateUse(rule, name string, categories []string) error {
	if _, ok := rs.Operations[name]; ok {
		return nil
	}
	operation, err := ParseOperation(name)
	if err == nil {
		err = operation.validate(categories)
	}
	if err != nil {
		return fmt.Errorf("rule %q: %w", rule, err)
	}
	return nil
}

func (o Operation) validate(categories []string) error {
	ids := o.Order
	if o.SetTo != "" {
		ids = []string{o.SetTo}
	}
	if len(ids) == 0 {
		return errors.New("want an order of categories, or set-to-ID")
	}
	for _, id := range ids {
		if !slices.Contains(categories, id) {
			return fmt.Errorf("category %q does not exist, want one of %s", id, strings.Join(categories, ", "))
		}
	}
	return nil
}
