package kube_test

import (
	"context"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/backlog/backlogtest"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
)

func TestQueue(t *testing.T) {
	config := cluster(t)
	backlogtest.Run(t, func(t *testing.T, now func() time.Time) backlog.Queue {
		return start(t, newClient(t, config, kubetest.Namespace(t, config)), kube.QueueConfig{Now: now})
	})
}

// cluster returns a server that knows ODG's resources.
func cluster(t testing.TB) *rest.Config {
	t.Helper()
	config := kubetest.Config(t)
	kubetest.InstallCRDs(t, config)
	return config
}

func newClient(t testing.TB, config *rest.Config, namespace string) *kube.Client {
	t.Helper()
	client, err := kube.NewClient(config, kube.Config{Namespace: namespace})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// start returns a queue that runs until the end of the test.
func start(t testing.TB, client *kube.Client, cfg kube.QueueConfig) *kube.Queue {
	t.Helper()
	queue := kube.NewQueue(client, cfg)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- queue.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run queue: %v", err)
		}
	})
	return queue
}
