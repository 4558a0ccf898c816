package rescore

// Matching returns the rules for vulnerabilities that match, in their order.
func (rs *Ruleset) Matching(c Categorisation, v Vector) []Rule {
	var matching []Rule
	for _, rule := range rs.Rules {
		if rule.Matches(c, v) {
			matching = append(matching, rule)
		}
	}
	return matching
}

// Matches tells if r is for vulnerabilities with vector v of an artefact with
// categorisation c.
func (r Rule) Matches(c Categorisation, v Vector) bool {
	if value := c.Value(r.CategoryValue.Attribute); value == "" || value != r.CategoryValue.Value {
		return false
	}
	for _, listed := range r.CVEValues {
		if !r.allows(listed.Metric, v.Value(listed.Metric)) {
			return false
		}
	}
	return true
}

// allows tells if value is one of those listed for the metric.
func (r Rule) allows(metric Metric, value string) bool {
	for _, listed := range r.CVEValues {
		if listed.Metric == metric && listed.Value == value {
			return true
		}
	}
	return false
}

// Apply returns the category that follows from the current one by the operations
// of rules, in their order, each on the result of the one before.
func (rs *Ruleset) Apply(rules []Rule, current string) string {
	for _, rule := range rules {
		current = rs.operate(rule.Operation, current)
	}
	return current
}

// operate leaves the category as it is if the operation is unknown, which
// [Ruleset.Validate] refuses.
func (rs *Ruleset) operate(name, current string) string {
	operation, ok := rs.Operations[name]
	if !ok {
		operation, _ = ParseOperation(name)
	}
	return operation.Apply(current)
}

// RuleNames returns the names of rules, which become the matching rules of a
// proposal.
func RuleNames(rules []Rule) []string {
	names := make([]string, len(rules))
	for i, rule := range rules {
		names[i] = rule.Name
	}
	return names
}
