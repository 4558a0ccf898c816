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
	for _, c := range criteria {
		if c.Kind != search.KindAttribute || c.Attr != "type" && c.Attr != "meta.type" {
			continue
		}
		values := c.Values
		if c.Op == "" || c.Op == search.OpEqual {
			values = []string{c.Value}
		}
		for _, value := range values {
			if _, ok := cfg.For(metadata.Type(value)); !ok && !(c.Op != search.OpIn && strings.Contains(value, "*")) {
				return fmt.Errorf("no findings of type %q are configured; there are %s", value, strings.Join(configuredTypes(cfg), ", "))
			}
		}
	}
	return nil
}

func configuredTypes(cfg *findingcfg.Config) []string {
	var types []string
	for _, f := range cfg.Findings {
		types = append(types, string(f.Type))
	}
	slices.Sort(types)
	return slices.Compact(types)
}
