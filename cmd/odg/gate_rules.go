package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/findingcfg"
)

// rule tells if a finding fails the gate.
type rule func(f odg.Finding, now time.Time) bool

type rules []rule

func (rs rules) fail(f odg.Finding, now time.Time) bool {
	if f.Solved() {
		return false
	}
	for _, r := range rs {
		if r(f, now) {
			return true
		}
	}
	return false
}

func parseRules(texts []string, site *site) (rules, error) {
	if len(texts) == 0 {
		return nil, errors.New("--fail-on names no rule, so everything would pass; write overdue, due-within=14d or severity=ID")
	}
	var rs rules
	for _, text := range texts {
		r, err := parseRule(text, site)
		if err != nil {
			return nil, err
		}
		rs = append(rs, r)
	}
	return rs, nil
}

func parseRule(text string, site *site) (rule, error) {
	name, value, _ := strings.Cut(text, "=")
	switch name {
	case "overdue":
		return func(f odg.Finding, now time.Time) bool { return f.Overdue(now) }, nil
	case "due-within":
		return dueWithin(value)
	case "severity":
		return severity(value, site.findings)
	}
	return nil, fmt.Errorf("--fail-on=%s is no rule; write overdue, due-within=14d or severity=ID", text)
}

func dueWithin(value string) (rule, error) {
	d, err := findingcfg.ParseDuration(value)
	if err != nil {
		return nil, fmt.Errorf("--fail-on=due-within=%s: %w", value, err)
	}
	return func(f odg.Finding, now time.Time) bool {
		days, ok := f.DaysLeft(now)
		return ok && days <= d.Days()
	}, nil
}

func severity(id string, findings *findingcfg.Config) (rule, error) {
	known := categoryIDs(findings)
	if !slices.Contains(known, id) {
		return nil, fmt.Errorf("--fail-on=severity=%s: no finding type has that category; there are %s", id, strings.Join(known, ", "))
	}
	return func(f odg.Finding, _ time.Time) bool { return f.Severity == id }, nil
}

// categoryIDs lists the categories of all finding types, in the order of the
// configuration, each once.
func categoryIDs(findings *findingcfg.Config) []string {
	var ids []string
	for i := range findings.Findings {
		for _, c := range findings.Findings[i].Categorisations {
			if !slices.Contains(ids, c.ID) {
				ids = append(ids, c.ID)
			}
		}
	}
	return ids
}
