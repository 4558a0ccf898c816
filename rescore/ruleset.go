package rescore

import (
	"fmt"
	"slices"
	"strings"
)

// Ruleset proposes severities. A ruleset is for vulnerabilities or for missing
// static analysis, and has rules of that kind only. It does not change and is
// safe for concurrent use.
type Ruleset struct {
	Name        string
	Description string
	// Operations by the names under which rules refer to them; nil means none.
	Operations map[string]Operation
	// Rules are for vulnerabilities, in the order in which they are applied.
	Rules []Rule
	// SASTRules are for missing static analysis, in that order too.
	SASTRules []SASTRule
}

// Operation changes a severity: to a given category, or along an order.
type Operation struct {
	// SetTo is the id of the new category, or empty for an operation along Order.
	SetTo string
	// Order lists ids of categories. The operation moves by Value positions to the
	// right, to the left if it is negative, and not beyond the ends.
	Order []string
	Value int
}

// setTo is the prefix of operations that set a category.
const setTo = "set-to-"

// ParseOperation reads an operation that is written as text: set-to-ID.
func ParseOperation(s string) (Operation, error) {
	id, ok := strings.CutPrefix(s, setTo)
	if !ok || id == "" {
		return Operation{}, fmt.Errorf("operation %q is unknown, want set-to-ID or the name of one of the ruleset's operations", s)
	}
	return Operation{SetTo: id}, nil
}

// Apply returns the category that follows from the current one. A category that
// is not in the order stays as it is (D27 of the deliberate differences).
func (o Operation) Apply(current string) string {
	if o.SetTo != "" {
		return o.SetTo
	}
	i := slices.Index(o.Order, current)
	if i < 0 {
		return current
	}
	return o.Order[min(max(i+o.Value, 0), len(o.Order)-1)]
}

// Rule changes the severity of vulnerabilities. It matches if the artefact's
// [Categorisation] has exactly the category value, and if the vector has one of
// the listed values of every metric of which any is listed.
type Rule struct {
	Name          string
	CategoryValue CategoryValue
	CVEValues     []CVEValue
	// Operation is the name of one of the ruleset's operations, or set-to-ID.
	Operation string
}

// CategoryValue is a value of an attribute of a [Categorisation].
type CategoryValue struct {
	Attribute Attribute
	Value     string // "true" or "false" for authentication_enforced
}

// ParseCategoryValue reads attribute:value, such as network_exposure:public.
// The value of authentication_enforced is a bool of YAML 1.1: yes, no, on, off
// and true, false.
func ParseCategoryValue(s string) (CategoryValue, error) {
	name, value, ok := strings.Cut(s, ":")
	c := CategoryValue{Attribute: Attribute(name), Value: value}
	values, fixed := attributeValues[c.Attribute]
	if !ok || !fixed && c.Attribute != AttrComment {
		return CategoryValue{}, fmt.Errorf("category value %q: want ATTRIBUTE:VALUE with one of the attributes %s", s, attributeNames())
	}
	if c.Attribute == AttrAuthenticationEnforced {
		c.Value = yamlBool(value)
	}
	if fixed && !slices.Contains(values, c.Value) {
		return CategoryValue{}, fmt.Errorf("category value %q: want one of the values %s", s, strings.Join(values, ", "))
	}
	return c, nil
}

// String writes attribute:value.
func (c CategoryValue) String() string { return string(c.Attribute) + ":" + c.Value }

func attributeNames() string {
	var names []string
	for attr := range attributeValues {
		names = append(names, string(attr))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// yamlBool returns true or false for the words that YAML 1.1 has for them.
func yamlBool(s string) string {
	lower := strings.ToLower(s)
	if s == "" || s != lower && s != strings.ToUpper(s) && s[1:] != lower[1:] {
		return s // YAML knows yes, Yes and YES, but not yEs
	}
	switch lower {
	case "true", "yes", "on":
		return "true"
	case "false", "no", "off":
		return "false"
	}
	return s
}

// CVEValue is a value of a base metric. The scope is none of those that rules know.
type CVEValue struct {
	Metric Metric
	Value  string
}

// ParseCVEValue reads METRIC:VALUE, such as AV:N.
func ParseCVEValue(s string) (CVEValue, error) {
	name, value, _ := strings.Cut(s, ":")
	for i := range metrics {
		m := &metrics[i]
		if string(m.short) != name || m.short == "S" {
			continue
		}
		if len(value) == 1 && strings.Contains(m.values, value) {
			return CVEValue{m.short, value}, nil
		}
		return CVEValue{}, fmt.Errorf("CVE value %q: want one of the values %s", s, strings.Join(strings.Split(m.values, ""), ", "))
	}
	return CVEValue{}, fmt.Errorf("CVE value %q: want METRIC:VALUE with one of the metrics AV, AC, PR, UI, C, I, A", s)
}

// String writes METRIC:VALUE.
func (c CVEValue) String() string { return string(c.Metric) + ":" + c.Value }
