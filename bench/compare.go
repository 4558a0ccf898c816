package main

import (
	"context"
	"time"
)

// trial is something that is timed, after a preparation that is not. i counts the
// repetitions.
type trial struct {
	prepare, run func(ctx context.Context, i int) error
}

// compare lets ours and the limit take turns and returns the median times.
func (b *bench) compare(ctx context.Context, ours, limit trial) (ourTime, limitTime time.Duration, err error) {
	return compare(ctx, b.Repeat, ours, limit)
}

func compare(ctx context.Context, repeat int, ours, limit trial) (ourTime, limitTime time.Duration, err error) {
	var ourTimes, limitTimes []time.Duration
	for i := range repeat {
		for _, side := range []struct {
			trial
			times *[]time.Duration
		}{{limit, &limitTimes}, {ours, &ourTimes}} {
			took, err := side.take(ctx, i)
			if err != nil {
				return 0, 0, err
			}
			*side.times = append(*side.times, took)
		}
	}
	return quantile(ourTimes, 0.5), quantile(limitTimes, 0.5), nil
}

func (t trial) take(ctx context.Context, i int) (time.Duration, error) {
	if t.prepare != nil {
		if err := t.prepare(ctx, i); err != nil {
			return 0, err
		}
	}
	start := time.Now()
	err := t.run(ctx, i)
	return time.Since(start), err
}
