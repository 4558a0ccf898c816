package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// queries measures the findings of one artefact out of many.
func (b *bench) queries(ctx context.Context, s *server) error {
	b.say("query of %d", batch)
	asked := b.release(0)
	body, err := json.Marshal(map[string]any{"entries": []any{asked.id()}})
	if err != nil {
		return err
	}
	if _, err := s.lines(ctx, "/artefacts/metadata/query", body, batch); err != nil {
		return err
	}
	limit := trial{run: func(ctx context.Context, _ int) error { return b.bare.query(ctx, asked) }}
	var first []time.Duration
	for _, form := range []struct {
		name   string
		header http.Header
		aim    float64
	}{
		{"query 5,000, JSON", nil, 1.5},
		{"query 5,000, NDJSON", ndjson, 1.5},
		{"query 5,000, JSON, deflate", http.Header{"Accept-Encoding": {"deflate"}}, 0},
	} {
		ours := trial{run: func(ctx context.Context, _ int) error {
			got, err := s.query(ctx, "/artefacts/metadata/query", body, form.header)
			first = append(first, got.first)
			return err
		}}
		ourTime, limitTime, err := b.compare(ctx, ours, limit)
		if err != nil {
			return fmt.Errorf("%s: %w", form.name, err)
		}
		b.report.atMost(form.name, ourTime, limitTime, form.aim)
	}
	b.report.below("first byte of these", millis(quantile(first, 0.5)), 50, "ms", "median")
	return nil
}
