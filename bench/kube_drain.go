package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/kube"
)

// drainOurs lets workers claim and finish n items. They share the queues, each of
// which has a watch of its own, as that of a pod has.
func (b *kubeBench) drainOurs(n, workers, queues int) trial {
	var crew []*kube.Queue
	stop := func() {}
	prepare := func(ctx context.Context, _ int) error {
		space, err := b.namespace(ctx)
		if err != nil {
			return err
		}
		if err := b.add(ctx, space, benchItems(benchService, n)); err != nil {
			return err
		}
		crew, stop, err = b.watch(ctx, space, queues)
		return err
	}
	return trial{prepare, func(ctx context.Context, _ int) error {
		defer func() { stop() }()
		var done atomic.Int64
		group, ctx := errgroup.WithContext(ctx)
		for i := range workers {
			group.Go(func() error { return drainOne(ctx, crew[i%queues], fmt.Sprint("pod-", i), &done, int64(n)) })
		}
		return group.Wait()
	}}
}

// watch returns queues that know the items, and what ends them.
func (b *kubeBench) watch(ctx context.Context, space string, n int) (queues []*kube.Queue, stop func(), err error) {
	ctx, stop = context.WithCancel(ctx)
	for range n {
		client, err := kube.NewClient(b.config, kube.Config{Namespace: space})
		if err != nil {
			stop()
			return nil, nil, err
		}
		q := kube.NewQueue(client, kube.QueueConfig{Services: []string{benchService}})
		go func() { _ = q.Run(ctx) }() // the services are valid
		queues = append(queues, q)
	}
	for _, q := range queues {
		for !q.Synced() {
			if err := wait(ctx, 10*time.Millisecond); err != nil {
				stop()
				return nil, nil, err
			}
		}
	}
	return queues, stop, nil
}

// drainOne claims and finishes until n items are done, by all together.
func drainOne(ctx context.Context, q *kube.Queue, holder string, done *atomic.Int64, n int64) error {
	for done.Load() < n {
		claim, err := q.Claim(ctx, backlog.ClaimRequest{Services: []string{benchService}, Holder: holder, Lease: time.Minute})
		if errors.Is(err, backlog.ErrEmpty) {
			if err := wait(ctx, time.Millisecond); err != nil { // others have the last ones
				return err
			}
			continue
		}
		if err == nil {
			err = q.Finish(ctx, claim)
		}
		if err != nil {
			return err
		}
		done.Add(1)
	}
	return nil
}
