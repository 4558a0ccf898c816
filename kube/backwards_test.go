package kube_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/matryer/is"
	"github.com/rs/zerolog"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
)

// told is an informer that tells what a test puts into it.
type told struct{ events *watch.FakeWatcher }

func (w told) informer() cache.SharedIndexInformer {
	list := func(context.Context, metav1.ListOptions) (runtime.Object, error) {
		return &kube.BacklogItemList{ListMeta: metav1.ListMeta{ResourceVersion: "1"}}, nil
	}
	follow := func(_ context.Context, opts metav1.ListOptions) (watch.Interface, error) {
		if opts.SendInitialEvents != nil {
			return nil, errors.New("lists are lists here")
		}
		return w.events, nil
	}
	return cache.NewSharedIndexInformer(&cache.ListWatch{ListWithContextFunc: list, WatchFuncWithContext: follow}, &kube.BacklogItem{}, 0, cache.Indexers{})
}

// An API server whose store was restored from a backup tells older versions. They
// count, as there are no others any more.
func TestServerGoesBack(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	client, err := kube.NewClient(&rest.Config{Host: "http://127.0.0.1:1"}, kube.Config{})
	is.NoErr(err)
	events := told{watch.NewFake()}
	informer := events.informer()
	go informer.RunWithContext(t.Context())
	q := start(t, client, kube.QueueConfig{Informer: informer})
	item := func(version string, p int) *kube.BacklogItem {
		var b kube.BacklogItem
		is.NoErr(json.Unmarshal([]byte(strings.Replace(object(ofOSID, good), `"priority":4`, fmt.Sprintf(`"priority":%d`, p), 1)), &b))
		b.ResourceVersion = version
		return &b
	}
	seen := func(p backlog.Priority) {
		t.Helper()
		kubetest.Eventually(t, fmt.Sprint("priority ", p), func(ctx context.Context) error {
			items, err := q.List(ctx, backlog.Filter{})
			if err == nil && (len(items) != 1 || items[0].Priority != p) {
				err = fmt.Errorf("items: %v", items)
			}
			return err
		})
	}
	kubetest.Eventually(t, "the list is read", func(context.Context) error {
		if !q.Synced() {
			return errors.New("not yet")
		}
		return nil
	})
	events.events.Add(item("500", 8))
	seen(8)
	events.events.Modify(item("300", 4))
	seen(4)
	events.events.Modify(item("301", 1))
	seen(1)
}

// An item that is so full that the API server takes no change of it keeps nobody from
// the others.
func TestItemThatCannotBeClaimed(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := cluster(t)
	namespace := kubetest.Namespace(t, config)
	log := &buffer{}
	q := synced(t, newClient(t, config, namespace), kube.QueueConfig{Log: zerolog.New(log)})
	full := &kube.BacklogItem{
		TypeMeta: metav1.TypeMeta{APIVersion: kube.GroupVersion.String(), Kind: kube.KindBacklogItem},
		ObjectMeta: metav1.ObjectMeta{
			Name: "full", Labels: map[string]string{kube.LabelService: service},
			Annotations: map[string]string{"example.org/note": strings.Repeat("x", 256<<10-20)},
		},
		Spec: kube.BacklogItemSpec{Timestamp: "2020-01-02T03:04:05", Artefact: image(7), Priority: backlog.PriorityCritical},
	}
	items := newClient(t, config, namespace).BacklogItems()
	_, err := items.Create(t.Context(), full, metav1.CreateOptions{})
	is.NoErr(err)
	addItems(t, q, 3)
	kubetest.Eventually(t, "all are known", func(ctx context.Context) error {
		if all, err := q.List(ctx, backlog.Filter{}); err != nil || len(all) != 4 {
			return fmt.Errorf("%d items: %w", len(all), err)
		}
		return nil
	})

	for range 3 {
		c, err := q.Claim(t.Context(), claimFor("pod-0"))
		is.NoErr(err)
		is.Equal(c.Item.Service, service)
		is.NoErr(q.Fail(t.Context(), c, backlog.Failure{Reason: strings.Repeat("\xff\x1b", 300_000), Park: true})) // and is none like it
	}
	_, err = q.Claim(t.Context(), claimFor("pod-0"))
	is.True(errors.Is(err, backlog.ErrEmpty))
	is.Equal(strings.Count(log.String(), "nobody can claim the item"), 1)
	is.True(strings.Contains(log.String(), `"backlog_item":"full"`))
	is.NoErr(q.Drop(t.Context(), "full"))
}
