package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/kube"
)

// define installs the custom resources, and waits until each creation of one costs
// what it will cost: the server makes those wait whose definition is 2 s young.
func (b *kubeBench) define(ctx context.Context) error {
	files, _ := filepath.Glob(filepath.Join(b.CRDs, "*.yaml")) // the pattern is well-formed
	if len(files) == 0 {
		return fmt.Errorf("--crds: no definitions in %s; run this in the root of the repository", b.CRDs)
	}
	cluster, err := kubernetes.NewForConfig(b.config)
	if err != nil {
		return err
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(file), ".yaml") + "." + kube.Group
		err = cluster.Discovery().RESTClient().Patch(types.ApplyPatchType).AbsPath("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", name).
			Param("fieldManager", "bench").Body(content).Do(ctx).Error()
		if err != nil {
			return fmt.Errorf("define %s: %w", name, err)
		}
	}
	return wait(ctx, 3*time.Second)
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// namespace makes a new one.
func (b *kubeBench) namespace(ctx context.Context) (string, error) {
	b.spaces++
	name := fmt.Sprint("bench-", b.spaces)
	cluster, err := kubernetes.NewForConfig(b.config)
	if err != nil {
		return "", err
	}
	_, err = cluster.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	return name, err
}

// add creates items as ODG does.
func (b *kubeBench) add(ctx context.Context, space string, items []backlog.Item) error {
	client, err := kube.NewClient(b.config, kube.Config{Namespace: space})
	if err != nil {
		return err
	}
	created, err := kube.NewQueue(client, kube.QueueConfig{Parallel: creators}).Add(ctx, items...)
	if err == nil && created != len(items) {
		err = fmt.Errorf("%d of %d items were new", created, len(items))
	}
	return err
}

func (b *kubeBench) resources(space string) dynamic.ResourceInterface {
	return b.raw.Resource(kube.GroupVersion.WithResource(kube.ResourceBacklogItems)).Namespace(space)
}

// createRaw creates the same with nothing in between.
func (b *kubeBench) createRaw(ctx context.Context, space string, items []backlog.Item) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(creators)
	for _, item := range items {
		group.Go(func() error {
			object, err := rawItem(item)
			if err == nil {
				_, err = b.resources(space).Create(ctx, object, metav1.CreateOptions{})
			}
			return err
		})
	}
	return group.Wait()
}

func rawItem(item backlog.Item) (*unstructured.Unstructured, error) {
	text, err := json.Marshal(item.Artefact)
	if err != nil {
		return nil, err
	}
	var of map[string]any
	if err := json.Unmarshal(text, &of); err != nil {
		return nil, err
	}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": kube.GroupVersion.String(), "kind": kube.KindBacklogItem,
		"metadata": map[string]any{"name": item.Name(), "labels": map[string]any{kube.LabelService: item.Service}},
		"spec":     map[string]any{"artefact": of, "priority": int64(item.Priority), "timestamp": "2026-01-02T03:04:05"},
	}}, nil
}

// drainRaw updates and deletes items, as many at a time as there are workers.
func (b *kubeBench) drainRaw() trial {
	var space string
	var objects []unstructured.Unstructured
	prepare := func(ctx context.Context, _ int) (err error) {
		if space, err = b.namespace(ctx); err != nil {
			return err
		}
		if err := b.createRaw(ctx, space, benchItems(benchService, b.Drained)); err != nil {
			return err
		}
		list, err := b.resources(space).List(ctx, metav1.ListOptions{})
		if err == nil {
			objects = list.Items
		}
		return err
	}
	return trial{prepare, func(ctx context.Context, _ int) error {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(b.Workers)
		for i := range objects {
			group.Go(func() error { return b.take(ctx, space, &objects[i]) })
		}
		return group.Wait()
	}}
}

// take claims an item by an update and deletes it.
func (b *kubeBench) take(ctx context.Context, space string, object *unstructured.Unstructured) error {
	object.SetLabels(map[string]string{kube.LabelService: benchService, kube.LabelClaimed: kube.ClaimedTrue})
	object.SetAnnotations(map[string]string{kube.AnnotationClaimedBy: "bench", kube.AnnotationClaimedAt: time.Now().Format(time.RFC3339Nano)})
	claimed, err := b.resources(space).Update(ctx, object, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	uid, version := claimed.GetUID(), claimed.GetResourceVersion()
	return b.resources(space).Delete(ctx, claimed.GetName(), metav1.DeleteOptions{
		Preconditions: &metav1.Preconditions{UID: &uid, ResourceVersion: &version},
	})
}

// drainByLists lets claimers list some free items, and take one of them at random.
func (b *kubeBench) drainByLists(n, claimers int) trial {
	var space string
	prepare := func(ctx context.Context, _ int) (err error) {
		if space, err = b.namespace(ctx); err != nil {
			return err
		}
		return b.createRaw(ctx, space, benchItems(benchService, n))
	}
	return trial{prepare, func(ctx context.Context, _ int) error {
		group, ctx := errgroup.WithContext(ctx)
		for range claimers {
			group.Go(func() error {
				for {
					list, err := b.resources(space).List(ctx, metav1.ListOptions{Limit: 100, LabelSelector: kube.LabelClaimed + "!=" + kube.ClaimedTrue})
					if err != nil || len(list.Items) == 0 {
						return err
					}
					err = b.take(ctx, space, &list.Items[rand.IntN(len(list.Items))])
					if err != nil && !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) {
						return err
					}
				}
			})
		}
		return group.Wait()
	}}
}
