package kube_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"

	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
)

func TestLogCollections(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := cluster(t)
	client := newClient(t, config, kubetest.Namespace(t, config))
	want := kube.LogCollectionSpec{Service: "osid", LogLevel: "ERROR", Logs: []kube.LogLine{
		{Timestamp: "2026-01-15T12:00:00.5Z", Name: "worker", LogLevel: "ERROR", Thread: "main", Message: "registry is down"},
	}}
	_, err := client.LogCollections().Create(t.Context(), &kube.LogCollection{
		ObjectMeta: metav1.ObjectMeta{Name: "logs-osid-error"}, Spec: want,
	}, metav1.CreateOptions{})
	is.NoErr(err)
	count := 0
	for collection, err := range client.ListLogCollections(t.Context()) {
		is.NoErr(err)
		is.Equal(cmp.Diff(want, collection.Spec), "")
		count++
	}
	is.Equal(count, 1)

	var odd kube.LogCollection
	is.NoErr(json.Unmarshal([]byte(`{"spec":{"service":7,"logs":["x"]}}`), &odd))
	is.Equal(len(odd.Spec.Faults), 2)
}

// Informers hold what is there, without what nobody reads.
func TestInformers(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := cluster(t)
	client := newClient(t, config, kubetest.Namespace(t, config))
	items := client.ItemInformer(nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, informer := range []cache.SharedIndexInformer{items, client.RuntimeArtefactInformer(), client.LogCollectionInformer()} {
		go informer.RunWithContext(ctx)
		is.True(cache.WaitForCacheSync(ctx.Done(), informer.HasSynced))
	}
	q := start(t, client, kube.QueueConfig{Informer: items}) // shares the watch
	addItems(t, q, 2)
	kubetest.Eventually(t, "the items are seen", func(context.Context) error {
		objects, err := items.GetIndexer().ByIndex(kube.IndexService, service)
		if err != nil || len(objects) != 2 {
			return errors.Join(err, errors.New("not two items"))
		}
		is.Equal(len(objects[0].(*kube.BacklogItem).ManagedFields), 0)
		return nil
	})
	c, err := q.Claim(t.Context(), claimFor("pod-0"))
	is.NoErr(err)
	is.NoErr(q.Finish(t.Context(), c))
}

// A controller takes an item back as it saw it, or not at all.
func TestFree(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := cluster(t)
	client := newClient(t, config, kubetest.Namespace(t, config))
	q := synced(t, client, kube.QueueConfig{})
	addItems(t, q, 1)
	c, err := q.Claim(t.Context(), claimFor("pod-0"))
	is.NoErr(err)
	seen, err := client.BacklogItems().Get(t.Context(), c.Item.Name(), metav1.GetOptions{})
	is.NoErr(err)
	is.NoErr(q.Renew(t.Context(), c, time.Hour))
	_, err = client.Free(t.Context(), seen, "pod is gone")
	is.True(apierrors.IsConflict(err)) // it was renewed in between

	seen, err = client.BacklogItems().Get(t.Context(), c.Item.Name(), metav1.GetOptions{})
	is.NoErr(err)
	freed, err := client.Free(t.Context(), seen, "pod is gone")
	is.NoErr(err)
	s := freed.Status()
	is.Equal(s.State, kube.StateFree)
	is.Equal(s.Attempts, 1)
	is.Equal(s.LastError, "pod is gone")
	_, err = client.Free(t.Context(), freed, "")
	is.NoErr(err)
}

func TestDeepCopies(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	meta := metav1.ObjectMeta{Labels: map[string]string{"a": "b"}}
	items := &kube.BacklogItemList{Items: []kube.BacklogItem{{ObjectMeta: meta}}}
	artefacts := &kube.RuntimeArtefactList{Items: []kube.RuntimeArtefact{{ObjectMeta: meta}}}
	logs := &kube.LogCollectionList{Items: []kube.LogCollection{{ObjectMeta: meta}}}
	is.Equal(cmp.Diff(items, items.DeepCopyObject()), "")
	is.Equal(cmp.Diff(artefacts, artefacts.DeepCopyObject()), "")
	is.Equal(cmp.Diff(logs, logs.DeepCopyObject()), "")
	for _, labels := range []map[string]string{
		items.Items[0].DeepCopyObject().(*kube.BacklogItem).Labels,
		artefacts.Items[0].DeepCopyObject().(*kube.RuntimeArtefact).Labels,
		logs.Items[0].DeepCopyObject().(*kube.LogCollection).Labels,
	} {
		labels["a"] = "c"
	}
	is.Equal(meta.Labels["a"], "b")
}
