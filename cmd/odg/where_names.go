package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
)

// checkTypes refuses types of findings that are not configured: there are no findings of
// such a type to be printed or judged, and a gate that is given a wrong name would be clean
// for ever.
func checkTypes(criteria []search.Criterion, cfg *findingcfg.Config) error {
	for _, value := range comparedWith(criteria, "type", "meta.type") {
		if _, ok := cfg.For(metadata.Type(value)); !ok {
			return fmt.Errorf("no findings of type %q are configured; there are %s", value, strings.Join(configuredTypes(cfg), ", "))
		}
	}
	return nil
}

// checkSeverities refuses severities that are no category of any type, for the same
// reason. Those that are stored nevertheless can be looked for, but not be judged.
func checkSeverities(criteria []search.Criterion, cfg *findingcfg.Config) error {
	known := categoryIDs(cfg)
	for _, value := range comparedWith(criteria, "effective.severity", "data.severity") {
		if !slices.Contains(known, value) {
			return fmt.Errorf("no finding type has the category %q; there are %s", value, strings.Join(known, ", "))
		}
	}
	return nil
}

// comparedWith lists what criteria compare some attributes with for equality, without patterns.
func comparedWith(criteria []search.Criterion, attrs ...string) []string {
	var list []string
	for _, c := range criteria {
		switch {
		case c.Kind != search.KindAttribute || !slices.Contains(attrs, c.Attr):
		case c.Op == search.OpIn:
			list = append(list, c.Values...)
		case (c.Op == "" || c.Op == search.OpEqual) && !strings.Contains(c.Value, "*"):
			list = append(list, c.Value)
		}
	}
	return list
}

func configuredTypes(cfg *findingcfg.Config) []string {
	var types []string
	for _, f := range cfg.Findings {
		types = append(types, string(f.Type))
	}
	slices.Sort(types)
	return slices.Compact(types)
}
