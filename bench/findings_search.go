package main

import (
	"context"
	"fmt"
	"time"
)

// enough is how long one kind of search is tried.
const enough = 20 * time.Second

// byDate are searches of people who look what is due next.
var byDate = []struct {
	name string
	of   func(i int) []criterion
}{
	{"everything", func(int) []criterion { return nil }},
	{"a component", func(i int) []criterion { return []criterion{ofComponent(i)} }},
	{"a type", func(i int) []criterion { return []criterion{equal("type", []string{vulnerability, licence}[i%2])} }},
	{"a component, a type and a severity", func(i int) []criterion {
		return []criterion{ofComponent(i), equal("type", vulnerability), compared("effective.severity", "cmp", criterion{"cmp": ">=", "value": "HIGH"})}
	}},
}

func ofComponent(i int) criterion {
	return criterion{"type": "ocm", "value": componentOf(i * 7 % components)}
}

// pagesByDate measures pages of 50 sorted by effective due date, every second one a page
// that follows another.
func (b *findingsBench) pagesByDate(ctx context.Context, s *server, _ *counter) error {
	b.say("pages by effective due date")
	var all []time.Duration
	for _, kind := range byDate {
		var times []time.Duration
		start := time.Now()
		for i := range b.findingsFlags.Repeat {
			if time.Since(start) > enough {
				break
			}
			request := map[string]any{
				"criteria": kind.of(i), "limit": 50, "sort": []any{map[string]any{"field": "effective.due", "order": "asc"}},
			}
			for {
				took, next, err := s.search(ctx, request)
				if err != nil {
					return fmt.Errorf("search for %s: %w", kind.name, err)
				}
				times = append(times, took)
				if next == nil || request["cursor"] != nil {
					break
				}
				request["cursor"] = next
			}
		}
		all = append(all, times...)
		b.report.below("page by effective due date of "+kind.name+", p95", millis(quantile(times, 0.95)), 0, "ms", fmt.Sprintf("p50 %.1f ms", millis(quantile(times, 0.5))))
	}
	b.report.below("page by effective due date, p95", millis(quantile(all, 0.95)), maxPageMillis, "ms", "all of these")
	return nil
}
