package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

// largeTable measures what must not depend on the size of the table.
func (b *bench) largeTable(ctx context.Context) error {
	url, err := b.database.Database()
	if err != nil {
		return err
	}
	if err := b.fill(ctx, url); err != nil {
		return err
	}
	if err := analyse(ctx, url); err != nil {
		return err
	}
	if err := b.withServer(ctx, url, b.searches); err != nil {
		return err
	}
	return b.withServer(ctx, url, b.largeAnswer)
}

// withServer gives do a server of its own, so that the memory is that of do.
func (b *bench) withServer(ctx context.Context, url string, do func(context.Context, *server) error) (err error) {
	s, err := b.serve(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	return do(ctx, s)
}

func (b *bench) parts() int { return b.Rows / batch }

// fill writes the large table as scanners do, two at a time.
func (b *bench) fill(ctx context.Context, url string) error {
	b.say("filling a table with %d rows", b.parts()*batch)
	return b.withServer(ctx, url, func(ctx context.Context, s *server) error {
		start := time.Now()
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(2)
		for i := range b.parts() {
			group.Go(func() error { return s.put(ctx, part(i).body(halfAndHalf)) })
		}
		if err := group.Wait(); err != nil {
			return err
		}
		name := fmt.Sprintf("PUT %s, two at a time", count(b.parts()*batch))
		b.report.below(name, float64(b.parts()*batch)/time.Since(start).Seconds(), 0, "rows/s", "the making of requests included")
		b.report.below("memory of the server after these", mebibytes(s.peak()), 0, "MiB", "largest resident set")
		return nil
	})
}

// analyse does what autovacuum does some minutes after such writes.
func analyse(ctx context.Context, url string) error {
	limit, err := connect(ctx, url)
	if err != nil {
		return err
	}
	return errors.Join(limit.execute(ctx, "VACUUM ANALYZE", "CHECKPOINT"), limit.conn.Close(ctx))
}

// largeAnswer measures an answer that would not fit into the memory allowed.
func (b *bench) largeAnswer(ctx context.Context, s *server) error {
	n := b.parts() * batch / 2
	b.say("query of %d", n)
	got, err := s.lines(ctx, "/artefacts/metadata/query?type="+vulnerability, everything, n)
	if err != nil {
		return err
	}
	size := fmt.Sprintf("%.0f MiB of answer", mebibytes(got.bytes))
	b.report.below("memory, answer of "+count(n), mebibytes(s.peak()), 100, "MiB", size)
	b.report.below("first byte, answer of "+count(n), millis(got.first), 50, "ms", "")
	return nil
}

// count is a number with separators.
func count(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", count(n/1000), n%1000)
}
