package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// The rows per second of CPU that the existing service was recorded with for the
// same requests, in the order of the measurements: an empty table, a new version in
// a table of 50,000 rows, existing rows of the newest version again.
var recorded = [3]float64{130, 59, 120}

const ingestAim = 0.5

// emptyTable measures the first PUT of an installation.
func (b *bench) emptyTable(ctx context.Context) (err error) {
	b.say("PUT of %d into an empty table", batch)
	body := release("2.0.0", day(11, 1)).body(vulnerabilities)
	rendered, err := rows(body)
	if err != nil {
		return err
	}
	var s *server
	defer func() { err = errors.Join(err, stop(s)) }()
	ours := trial{
		func(ctx context.Context, _ int) error {
			if err := stop(s); err != nil {
				return err
			}
			s, err = b.fresh(ctx)
			return err
		},
		func(ctx context.Context, _ int) error { return s.put(ctx, body) },
	}
	limit := trial{
		func(ctx context.Context, _ int) error { return b.bare.execute(ctx, "TRUNCATE artefact_metadata") },
		func(ctx context.Context, _ int) error { return b.bare.put(ctx, rendered) },
	}
	ourTime, limitTime, err := b.compare(ctx, ours, limit)
	if err != nil {
		return err
	}
	b.ingest("PUT 5,000, empty table", ourTime, limitTime, recorded[0])
	return nil
}

func stop(s *server) error {
	if s == nil {
		return nil
	}
	return s.stop()
}

// fresh starts a server on an empty database.
func (b *bench) fresh(ctx context.Context) (*server, error) {
	url, err := b.database.Database()
	if err != nil {
		return nil, err
	}
	return b.serve(ctx, url)
}

func (b *bench) ingest(name string, ours, limit time.Duration, recorded float64) {
	rate := func(d time.Duration) float64 { return batch / d.Seconds() }
	b.report.atLeast(name, rate(ours), rate(limit), ingestAim, fmt.Sprintf("%.0f times the existing service", rate(ours)/recorded))
}

// filledTable measures beside many rows of the same component.
func (b *bench) filledTable(ctx context.Context) (err error) {
	b.say("filling a table with %d rows", b.Versions*batch)
	s, err := b.fresh(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if err := b.bare.execute(ctx, "TRUNCATE artefact_metadata"); err != nil {
		return err
	}
	for i := range b.Versions {
		if err := b.putBoth(ctx, s, b.release(i).body(vulnerabilities)); err != nil {
			return err
		}
	}
	if err := b.bare.execute(ctx, "VACUUM ANALYZE artefact_metadata", "CHECKPOINT"); err != nil {
		return err
	}
	b.say("PUT of %d beside them", batch)
	fresh := func(i int) scan { return release(fmt.Sprintf("2.%d.0", i), day(11, 1+i)) }
	if err := b.puts(ctx, s, "PUT 5,000 of a new version, "+count(b.Versions*batch)+" rows", fresh, recorded[1]); err != nil {
		return err
	}
	again := func(i int) scan {
		s := b.release(b.Versions / 2)
		s.updated = day(11, 1+i)
		return s
	}
	if err := b.puts(ctx, s, "PUT the same 5,000 again, scanned later", again, recorded[2]); err != nil {
		return err
	}
	b.report.below("memory of the server after these", mebibytes(s.peak()), 0, "MiB", "largest resident set")
	return b.queries(ctx, s)
}

// release is one of the versions that are there before.
func (b *bench) release(i int) scan { return release(fmt.Sprintf("1.%d.0", i), day(1, i+1)) }

func (b *bench) putBoth(ctx context.Context, s *server, body []byte) error {
	rendered, err := rows(body)
	if err != nil {
		return err
	}
	return errors.Join(s.put(ctx, body), b.bare.put(ctx, rendered))
}

func (b *bench) puts(ctx context.Context, s *server, name string, of func(i int) scan, recorded float64) error {
	var body, rendered []byte
	ours := trial{
		func(_ context.Context, i int) error { body = of(i).body(vulnerabilities); return nil },
		func(ctx context.Context, _ int) error { return s.put(ctx, body) },
	}
	limit := trial{
		func(_ context.Context, i int) (err error) {
			rendered, err = rows(of(i).body(vulnerabilities))
			return err
		},
		func(ctx context.Context, _ int) error { return b.bare.put(ctx, rendered) },
	}
	ourTime, limitTime, err := b.compare(ctx, ours, limit)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	b.ingest(name, ourTime, limitTime, recorded)
	return nil
}
