package worker_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/worker"
)

// telling is a queue that tells when work arrives.
type telling struct {
	*queue
	arrivals chan (<-chan struct{}) // one per call
}

func (q telling) Wake() <-chan struct{} { return <-q.arrivals }

func TestWorkerIsWokenByWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c := telling{newQueue(), make(chan (<-chan struct{}), 3)}, newCore()
		arrived := make(chan struct{})
		q.arrivals <- arrived
		q.arrivals <- nil // while it works
		q.arrivals <- nil // when it has found nothing more
		cfg := config()
		cfg.Poll = time.Hour
		w := worker.New(q, c, finds("x"), cfg)
		ended := make(chan error)
		go func() { ended <- w.Run(context.Background()) }()
		synctest.Wait() // it has found nothing and waits
		began := time.Now()
		q.add("a", began)
		close(arrived)
		synctest.Wait()
		is.Equal(len(q.items()), 0)
		is.Equal(time.Since(began), time.Duration(0))
		w.Stop()
		is.NoErr(<-ended)
	})
}
