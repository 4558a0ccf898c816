package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// get returns how long an answer takes to its end, and how long it is.
func (s *server) get(ctx context.Context, path string, params url.Values) (time.Duration, int64, error) {
	start := time.Now()
	resp, err := s.request(ctx, http.MethodGet, path+"?"+params.Encode(), nil, nil, http.StatusOK)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	n, err := io.Copy(io.Discard, resp.Body)
	return time.Since(start), n, err
}

// summaries measures how the tree stands: 300 components in one of their versions.
func (b *findingsBench) summaries(ctx context.Context, s *server, sent *counter) error {
	b.say("compliance summary of 300 components")
	params := url.Values{"component_name": {rootName}, "version": {rootVersion}}
	var times []time.Duration
	var size, fewest int64
	for i := range b.findingsFlags.Repeat + 1 {
		before := sent.statements.Load()
		took, n, err := s.get(ctx, "/components/compliance-summary", params)
		if err != nil {
			return err
		}
		if statements := sent.statements.Load() - before; i == 1 || i > 1 && statements < fewest {
			fewest = statements
		}
		if size = n; i > 0 { // the first one reads the archive, too
			times = append(times, took)
		}
	}
	limit, err := b.bareTree(ctx)
	if err != nil {
		return err
	}
	note := fmt.Sprintf("p50 %.0f ms, %.1f MiB of answer", millis(quantile(times, 0.5)), mebibytes(size))
	b.report.below("compliance summary of 300 components, p95", millis(quantile(times, 0.95)), maxSummaryMillis, "ms", note)
	b.report.atMost("the same, and its findings alone", quantile(times, 0.5), limit, 0)
	b.report.below("statements for a summary", float64(fewest), 2, "", "")
	return nil
}

// bareTree is the time in which PostgreSQL hands out the rows of the tree.
func (b *findingsBench) bareTree(ctx context.Context) (time.Duration, error) {
	return b.bareCopy(ctx, fmt.Sprintf(`SELECT id, type, datasource, meta, data FROM artefact_metadata
		WHERE component_version = '%s' AND component_name = ANY (ARRAY(SELECT 'acme.org/large/c' || lpad(i::text, 3, '0') FROM generate_series(0, 299) AS i))`, rootVersion))
}

// bareCopy is the median time of COPY (query) TO STDOUT.
func (b *findingsBench) bareCopy(ctx context.Context, query string) (_ time.Duration, err error) {
	limit, err := connect(ctx, b.url)
	if err != nil {
		return 0, err
	}
	defer func() { _ = limit.conn.Close(ctx) }()
	var times []time.Duration
	for range 5 {
		start := time.Now()
		if _, err := limit.conn.PgConn().CopyTo(ctx, io.Discard, "COPY ("+query+") TO STDOUT"); err != nil {
			return 0, err
		}
		times = append(times, time.Since(start))
	}
	return quantile(times, 0.5), nil
}
