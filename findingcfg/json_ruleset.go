package findingcfg

import (
	"fmt"

	"github.com/opendeliverygear/odg/rescore"
)

type rulesetJSON struct {
	Name        string         `json:"name"`
	Rules       []any          `json:"rules"`
	Operations  map[string]any `json:"operations"`
	Description *string        `json:"description"`
}

// ruleJSON is a rule for vulnerabilities: the API has one for each inner rule of
// the file, with the name and category value of the outer one.
type ruleJSON struct {
	Name          string   `json:"name"`
	CategoryValue string   `json:"category_value"`
	CVEValues     []string `json:"cve_values"`
	Operation     string   `json:"operation"`
}

type sastRuleJSON struct {
	Name       string              `json:"name"`
	Match      []map[string]string `json:"match"`
	SubTypes   []string            `json:"sub_types"`
	SASTStatus string              `json:"sast_status"`
	Operation  string              `json:"operation"`
}

type orderJSON struct {
	Order []string `json:"order"`
	Value int      `json:"value"`
}

// rulesetOf returns rs as the API has it, nil for nil.
func rulesetOf(rs *rescore.Ruleset) *rulesetJSON {
	if rs == nil {
		return nil
	}
	out := &rulesetJSON{Name: rs.Name, Rules: []any{}, Operations: map[string]any{}}
	if rs.Description != "" {
		out.Description = &rs.Description
	}
	for name, o := range rs.Operations {
		if o.SetTo != "" {
			out.Operations[name] = setTo + o.SetTo
		} else {
			out.Operations[name] = orderJSON{o.Order, o.Value}
		}
	}
	for _, r := range rs.Rules {
		rule := ruleJSON{Name: r.Name, CategoryValue: r.CategoryValue.String(), CVEValues: []string{}, Operation: r.Operation}
		for _, value := range r.CVEValues {
			rule.CVEValues = append(rule.CVEValues, value.String())
		}
		out.Rules = append(out.Rules, rule)
	}
	for _, r := range rs.SASTRules {
		rule := sastRuleJSON{Name: r.Name, Match: []map[string]string{}, SubTypes: r.SubTypes, SASTStatus: r.SASTStatus, Operation: r.Operation}
		for _, p := range r.Components {
			rule.Match = append(rule.Match, map[string]string{"component_name": fmt.Sprint(p)})
		}
		out.Rules = append(out.Rules, rule)
	}
	return out
}
