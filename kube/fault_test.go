package kube_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
)

// An API server that is away, for a moment or for good, is told as such within the
// time that requests have, and the queue goes on where it was when it is back.
func TestServerIsGone(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	server := kubetest.Start(t)
	client := newClient(t, server.Config(), "default")
	t.Run("without the resource definitions", func(t *testing.T) {
		is := is.New(t)
		q := start(t, client, kube.QueueConfig{SyncTimeout: 3 * time.Second})
		_, err := q.Claim(t.Context(), claimFor("pod-0"))
		is.True(errors.Is(err, kube.ErrNotSynced))
		is.True(strings.Contains(err.Error(), "CustomResourceDefinitions"))
		_, err = q.Add(t.Context(), itemOf(0))
		is.True(strings.Contains(err.Error(), "CustomResourceDefinitions"))
		err = q.Drop(t.Context(), "osid-0")
		is.True(err != nil && !errors.Is(err, backlog.ErrNotFound)) // nothing is known about the item
		_, err = q.List(t.Context(), backlog.Filter{})
		is.True(strings.Contains(err.Error(), "CustomResourceDefinitions"))
		_, _, err = client.ReadRuntimeArtefacts(t.Context())
		is.True(strings.Contains(err.Error(), "CustomResourceDefinitions"))
	})
	kubetest.InstallCRDs(t, server.Config())
	q := synced(t, client, kube.QueueConfig{})
	addItems(t, q, 3)
	held, err := q.Claim(t.Context(), claimFor("pod-0"))
	is.NoErr(err)

	server.Kill(t)
	began := time.Now()
	_, err = q.Claim(t.Context(), claimFor("pod-0"))
	is.True(err != nil && !errors.Is(err, backlog.ErrEmpty))
	err = q.Finish(t.Context(), held)
	is.True(err != nil && !errors.Is(err, backlog.ErrClaimLost))
	is.True(time.Since(began) < 40*time.Second)
	server.Up(t)
	kubetest.Eventually(t, "the queue has come back", func(ctx context.Context) error { return q.Renew(ctx, held, time.Minute) })
	is.NoErr(q.Finish(t.Context(), held))
	for range 2 {
		c, err := q.Claim(t.Context(), claimFor("pod-0"))
		is.NoErr(err)
		is.NoErr(q.Finish(t.Context(), c))
	}

	hasty, err := kube.NewClient(server.Config(), kube.Config{RequestTimeout: time.Second})
	is.NoErr(err)
	server.Freeze(t)
	began = time.Now()
	_, err = kube.NewQueue(hasty, kube.QueueConfig{}).Add(t.Context(), itemOf(9))
	is.True(errors.Is(err, context.DeadlineExceeded))
	is.True(time.Since(began) < 20*time.Second)
	server.Thaw(t)
}

// Who may not read items is told so.
func TestNoPermission(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := cluster(t)
	namespace := kubetest.Namespace(t, config)
	stranger := kubetest.ServiceAccount(t, config, namespace, "stranger")
	q := start(t, newClient(t, stranger, namespace), kube.QueueConfig{SyncTimeout: 3 * time.Second})
	_, err := q.Claim(t.Context(), claimFor("pod-0"))
	is.True(errors.Is(err, kube.ErrNotSynced))
	is.True(strings.Contains(err.Error(), "lacks the permission"))
	_, err = q.Add(t.Context(), itemOf(0))
	is.True(apierrors.IsForbidden(err))
	is.True(strings.Contains(err.Error(), "lacks the permission"))
}

func TestClaimNeedsAWatch(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := cluster(t)
	client := newClient(t, config, kubetest.Namespace(t, config))
	_, err := kube.NewQueue(client, kube.QueueConfig{SyncTimeout: time.Millisecond}).Claim(t.Context(), claimFor("pod-0"))
	is.True(errors.Is(err, kube.ErrNotSynced))
	is.True(strings.Contains(err.Error(), "does Queue.Run run?"))

	q := synced(t, client, kube.QueueConfig{Services: []string{"bdba"}})
	_, err = q.Claim(t.Context(), claimFor("pod-0"))
	is.True(err != nil && strings.Contains(err.Error(), `"osid" is none of those`))
	err = kube.NewQueue(client, kube.QueueConfig{Services: []string{"no label!"}}).Run(t.Context())
	is.True(err != nil)
}
