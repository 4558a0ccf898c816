//go:build unix

package firetest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/rest"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/kube"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/worker"
)

// What scans find.
const (
	findingType = metadata.Type("finding/fire")
	datasource  = metadata.Datasource("fire")
)

// finding says by which claim it was made.
type finding struct {
	Key   string `json:"key"`
	Token string `json:"token"`
}

// work lets workers share one queue, as those of one pod do.
func (o orders) work(ctx context.Context, config *rest.Config, log zerolog.Logger) error {
	cluster, err := kube.NewClient(config, kube.Config{Namespace: o.Namespace})
	if err != nil {
		return err
	}
	core, err := client.New(o.Core, client.Config{})
	if err != nil {
		return err
	}
	queue := kube.NewQueue(cluster, kube.QueueConfig{Services: []string{service}, Log: log})
	crew, ctx := errgroup.WithContext(ctx)
	crew.Go(func() error { return queue.Run(ctx) })
	for i := range o.Workers {
		h := &hand{Queue: queue, scan: o.Scan, core: o.Core}
		w := worker.New(h, core, h, worker.Config{
			Service: service, Datasource: datasource, Types: []metadata.Type{findingType},
			Holder: fmt.Sprintf("%s-%d", o.Name, i), Lease: o.Lease, Poll: time.Second, Log: log,
			// Attempts end by faults here, never by the artefact.
			Retry: backlog.RetryPolicy{Base: 100 * time.Millisecond, Max: time.Second, Attempts: 1000},
		})
		crew.Go(func() error { return w.Run(ctx) })
	}
	return crew.Wait()
}

// hand is the queue and the scanner of one worker, which writes the token of its
// present claim into what it finds.
type hand struct {
	*kube.Queue
	scan  time.Duration
	core  string
	token atomic.Value // of string
}

func (h *hand) Claim(ctx context.Context, req backlog.ClaimRequest) (backlog.Claim, error) {
	claim, err := h.Queue.Claim(ctx, req)
	if err == nil {
		h.token.Store(claim.Token)
	}
	return claim, err
}

// Finish tells the test what was finished.
func (h *hand) Finish(ctx context.Context, c backlog.Claim) error {
	if err := h.Queue.Finish(ctx, c); err != nil {
		return err
	}
	response, err := http.Post(h.core+finishedPath+"?"+url.Values{"item": {c.Item.Name()}, "token": {c.Token}}.Encode(), "", nil)
	if err == nil {
		err = response.Body.Close()
	}
	return err
}

func (h *hand) Scan(ctx context.Context, _ artefact.ID) (worker.Result, error) {
	select {
	case <-ctx.Done():
		return worker.Result{}, context.Cause(ctx)
	case <-time.After(h.scan): // what takes so long is not there
	}
	token, _ := h.token.Load().(string)
	data, err := metadata.NewPayload(findingType, finding{Key: "found", Token: token})
	return worker.Result{Entries: []metadata.Entry{{Meta: metadata.Meta{Type: findingType}, Data: data}}}, err
}
