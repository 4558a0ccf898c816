package findingcfg

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/internal/pyregexp"
	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

type rawRuleset struct {
	Name        string                      `yaml:"name,required"`
	Description string                      `yaml:"description,nullable"`
	Operations  map[string]*strictyaml.Node `yaml:"operations,nullable"`
	Rules       []*strictyaml.Node          `yaml:"rules,required"`
}

type rawOrder struct {
	Order []string `yaml:"order,required"`
	Value int      `yaml:"value" default:"1"`
}

type rawCVERule struct {
	CategoryValue string       `yaml:"category_value,required"`
	Name          string       `yaml:"name,nullable"`
	Rules         []rawCVEPart `yaml:"rules,required"`
}

type rawCVEPart struct {
	CVEValues []string `yaml:"cve_values,required"`
	Operation string   `yaml:"operation,required"`
}

type rawSASTRule struct {
	Name  string `yaml:"name,required"`
	Match []struct {
		ComponentName rescore.Pattern `yaml:"component_name,required"`
	} `yaml:"match,required"`
	SubTypes   []string `yaml:"sub_types,required"`
	SASTStatus string   `yaml:"sast_status,required"`
	Operation  string   `yaml:"operation,required"`
}

// ruleset reads the ruleset n of f, whose categories are known already.
func (r *reader) ruleset(f *Finding, n *strictyaml.Node) *rescore.Ruleset {
	if f.Type != metadata.TypeVulnerability && f.Type != metadata.TypeSAST {
		r.d.Warn(n, fmt.Sprintf("findings of type %s have no rules for rescoring, ignored", f.Type))
		return nil
	}
	if n.Get("cfg_name") != nil {
		if n = r.referred(n, f.Type, "rescoring_rulesets"); n == nil {
			return nil
		}
	}
	var raw rawRuleset
	if !r.d.Decode(n, &raw) {
		return nil
	}
	rules := &rescore.Ruleset{Name: raw.Name, Description: raw.Description, Operations: map[string]rescore.Operation{}}
	for _, name := range slices.Sorted(maps.Keys(raw.Operations)) {
		rules.Operations[name] = r.operation(f, raw.Operations[name])
	}
	for _, rule := range raw.Rules {
		if f.Type == metadata.TypeSAST {
			r.sastRule(f, rules, rule)
		} else {
			r.cveRules(f, rules, rule)
		}
	}
	return rules
}

// operation reads an operation: set-to-ID, or a move along an order.
func (r *reader) operation(f *Finding, n *strictyaml.Node) rescore.Operation {
	if n.Kind == strictyaml.Text {
		o, err := rescore.ParseOperation(n.Text)
		if err != nil {
			r.d.FaultFrom(n, err, err.Error(), "")
			return o
		}
		r.categoryExists(f, n, o.SetTo)
		return o
	}
	var raw rawOrder
	if r.d.Decode(n, &raw) {
		for i, id := range raw.Order {
			r.categoryExists(f, n.Get("order").Items[i], id)
		}
	}
	return rescore.Operation{Order: raw.Order, Value: raw.Value}
}

// categoryExists records a fault at n if f has no category id.
func (r *reader) categoryExists(f *Finding, n *strictyaml.Node, id string) {
	if _, ok := f.Category(id); ok {
		return
	}
	ids := make([]string, len(f.Categorisations))
	for i, c := range f.Categorisations {
		ids[i] = c.ID
	}
	r.d.Fault(n, fmt.Sprintf("category %q does not exist", id), "choose one of "+strings.Join(ids, ", "))
}

// used checks the operation that a rule names.
func (r *reader) used(f *Finding, rules *rescore.Ruleset, n *strictyaml.Node, name string) {
	if _, ok := rules.Operations[name]; !ok {
		r.operation(f, n)
	}
}

func (r *reader) cveRules(f *Finding, rules *rescore.Ruleset, n *strictyaml.Node) {
	var raw rawCVERule
	if !r.d.Decode(n, &raw) {
		return
	}
	value, err := rescore.ParseCategoryValue(raw.CategoryValue)
	if err != nil {
		r.d.FaultFrom(n.Get("category_value"), err, err.Error(), "")
	}
	for i, part := range raw.Rules {
		at := n.Get("rules").Items[i]
		rule := rescore.Rule{Name: raw.Name, CategoryValue: value, Operation: part.Operation}
		for k, text := range part.CVEValues {
			cve, err := rescore.ParseCVEValue(text)
			if err != nil {
				r.d.FaultFrom(at.Get("cve_values").Items[k], err, err.Error(), "")
			}
			rule.CVEValues = append(rule.CVEValues, cve)
		}
		r.used(f, rules, at.Get("operation"), part.Operation)
		rules.Rules = append(rules.Rules, rule)
	}
}

func (r *reader) sastRule(f *Finding, rules *rescore.Ruleset, n *strictyaml.Node) {
	var raw rawSASTRule
	if !r.d.Decode(n, &raw) {
		return
	}
	rule := rescore.SASTRule{Name: raw.Name, SubTypes: raw.SubTypes, SASTStatus: raw.SASTStatus, Operation: raw.Operation}
	for _, match := range raw.Match {
		rule.Components = append(rule.Components, match.ComponentName)
	}
	r.used(f, rules, n.Get("operation"), raw.Operation)
	rules.SASTRules = append(rules.SASTRules, rule)
}

// readStartPattern reads a pattern of SAST rules, which heed case and may match a
// beginning only.
func readStartPattern(d *strictyaml.Decoder, n *strictyaml.Node) rescore.Pattern {
	var re *pyregexp.Regexp
	if n.Kind != strictyaml.Text {
		d.WrongType(n, "text")
		return re
	}
	re, err := pyregexp.Compile(n.Text, pyregexp.Options{})
	var refused *pyregexp.Error
	if errors.As(err, &refused) {
		patternFault(d, n, fmt.Errorf("%w: %w", ErrPattern, err), refused)
	}
	return re
}
