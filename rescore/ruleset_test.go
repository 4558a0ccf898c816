package rescore_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/rescore"
)

// The tests read rulesets from JSON on their own, because the reader of the
// configuration belongs to package findingcfg.

type writtenConfig struct {
	Categorisations []struct {
		ID        string          `json:"id"`
		Rescoring json.RawMessage `json:"rescoring"`
	} `json:"categorisations"`
	Ruleset writtenRuleset `json:"rescoring_ruleset"`
}

type writtenRuleset struct {
	Name       string                     `json:"name"`
	Operations map[string]json.RawMessage `json:"operations"`
	Rules      []writtenRule              `json:"rules"`
}

type writtenRule struct {
	Name          string `json:"name"`
	CategoryValue string `json:"category_value"`
	Rules         []struct {
		CVEValues []string `json:"cve_values"`
		Operation string   `json:"operation"`
	} `json:"rules"`
	Match []struct {
		ComponentName string `json:"component_name"`
	} `json:"match"`
	SubTypes   []string `json:"sub_types"`
	SASTStatus string   `json:"sast_status"`
	Operation  string   `json:"operation"`
}

func (c writtenConfig) categories() []string {
	var ids []string
	for _, category := range c.Categorisations {
		ids = append(ids, category.ID)
	}
	return ids
}

// ruleset returns the ruleset, or the first fault in it.
func (c writtenConfig) ruleset() (*rescore.Ruleset, error) {
	rs := &rescore.Ruleset{Name: c.Ruleset.Name, Operations: map[string]rescore.Operation{}}
	if c.Ruleset.Rules == nil {
		return nil, fmt.Errorf("rules are missing")
	}
	for name, raw := range c.Ruleset.Operations {
		operation, err := writtenOperation(raw)
		if err != nil {
			return nil, err
		}
		rs.Operations[name] = operation
	}
	for _, rule := range c.Ruleset.Rules {
		if err := rule.addTo(rs); err != nil {
			return nil, err
		}
	}
	return rs, rs.Validate(c.categories())
}

func writtenOperation(raw json.RawMessage) (rescore.Operation, error) {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return rescore.ParseOperation(s)
	}
	along := struct {
		Order []string `json:"order"`
		Value int      `json:"value"`
	}{Value: 1}
	err := json.Unmarshal(raw, &along)
	return rescore.Operation{Order: along.Order, Value: along.Value}, err
}

func (w writtenRule) addTo(rs *rescore.Ruleset) error {
	if w.Match != nil {
		rule := rescore.SASTRule{Name: w.Name, SubTypes: w.SubTypes, SASTStatus: w.SASTStatus, Operation: w.Operation}
		for _, m := range w.Match {
			rule.Components = append(rule.Components, pattern{regexp.MustCompile("^(?:" + m.ComponentName + ")")})
		}
		rs.SASTRules = append(rs.SASTRules, rule)
		return nil
	}
	category, err := rescore.ParseCategoryValue(w.CategoryValue)
	if err != nil {
		return err
	}
	for _, inner := range w.Rules {
		rule := rescore.Rule{Name: w.Name, CategoryValue: category, Operation: inner.Operation}
		for _, s := range inner.CVEValues {
			value, err := rescore.ParseCVEValue(s)
			if err != nil {
				return err
			}
			rule.CVEValues = append(rule.CVEValues, value)
		}
		rs.Rules = append(rs.Rules, rule)
	}
	return nil
}

type pattern struct{ *regexp.Regexp }

func (p pattern) MatchStart(s string) bool { return p.MatchString(s) }

func TestOperation(t *testing.T) {
	t.Parallel()
	order := []string{"CRITICAL", "HIGH", "LOW"}
	for name, c := range map[string]struct {
		operation     rescore.Operation
		current, want string
	}{
		"sets":                       {rescore.Operation{SetTo: "NONE"}, "HIGH", "NONE"},
		"moves right":                {rescore.Operation{Order: order, Value: 1}, "CRITICAL", "HIGH"},
		"moves left":                 {rescore.Operation{Order: order, Value: -1}, "LOW", "HIGH"},
		"not beyond the right end":   {rescore.Operation{Order: order, Value: 9}, "HIGH", "LOW"},
		"not beyond the left end":    {rescore.Operation{Order: order, Value: -9}, "HIGH", "CRITICAL"},
		"keeps what is not in order": {rescore.Operation{Order: order, Value: 1}, "postpone", "postpone"},
		"zero keeps":                 {rescore.Operation{}, "HIGH", "HIGH"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is.New(t).Equal(c.operation.Apply(c.current), c.want)
		})
	}
}

func TestParseRuleParts(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "network_exposure", "network_exposure:internet", "colour:red",
		"authentication_enforced:", "authentication_enforced:yEs", "authentication_enforced:maybe"} {
		_, err := rescore.ParseCategoryValue(s)
		is.New(t).True(err != nil) // refused category value
	}
	for _, s := range []string{"", "AV", "AV:", "AV:X", "AV:NN", "S:U", "XX:N"} {
		_, err := rescore.ParseCVEValue(s)
		is.New(t).True(err != nil) // refused CVE value
	}
	for _, s := range []string{"", "reduce", "set-to-", "SET-TO-NONE"} {
		_, err := rescore.ParseOperation(s)
		is.New(t).True(err != nil) // refused operation
	}
	for _, word := range []string{"yes", "Yes", "YES", "on", "true"} {
		c, err := rescore.ParseCategoryValue("authentication_enforced:" + word)
		is.New(t).NoErr(err)
		is.New(t).Equal(c.String(), "authentication_enforced:true")
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	rs := rescore.Ruleset{
		Name: "strict",
		Operations: map[string]rescore.Operation{
			"a": {Order: []string{"HIGH", "nope"}, Value: 1},
			"b": {},
			"c": {SetTo: "HIGH"},
		},
		Rules:     []rescore.Rule{{Name: "first", Operation: "a"}, {Name: "second", Operation: "missing"}},
		SASTRules: []rescore.SASTRule{{Name: "third", Operation: "set-to-gone"}},
	}
	err := rs.Validate([]string{"HIGH", "LOW"})
	is.True(err != nil)
	is.Equal(err.Error(), `rescoring ruleset "strict": operation "a": category "nope" does not exist, want one of HIGH, LOW
operation "b": want an order of categories, or set-to-ID
rule "second": operation "missing" is unknown, want set-to-ID or the name of one of the ruleset's operations
rule "third": category "gone" does not exist, want one of HIGH, LOW`)
}

func TestUnknownOperationKeepsTheCategory(t *testing.T) {
	t.Parallel()
	rs := rescore.Ruleset{}
	is.New(t).Equal(rs.Apply([]rescore.Rule{{Operation: "nope"}}, "HIGH"), "HIGH")
}
