package kube_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/opendeliverygear/odg/kube"
)

// python does what a worker of an existing installation does, and knows nothing
// else: it claims by label and two annotations, replaces whole objects, and deletes
// by name.
type python struct {
	items dynamic.ResourceInterface
	pod   string
}

func newPython(t testing.TB, config *rest.Config, namespace, pod string) *python {
	t.Helper()
	return &python{items: resource(t, config, namespace, kube.ResourceBacklogItems), pod: pod}
}

// resource gives access to any resources of ODG, well-formed or not.
func resource(t testing.TB, config *rest.Config, namespace, name string) dynamic.ResourceInterface {
	t.Helper()
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client.Resource(kube.GroupVersion.WithResource(name)).Namespace(namespace)
}

// claim returns the name of the item that it claimed, or "" if there is none. lost
// tells that another worker was faster.
func (p *python) claim(ctx context.Context, service string) (name string, lost bool, err error) {
	const prefix = "delivery-gear.gardener.cloud/"
	list, err := p.items.List(ctx, metav1.ListOptions{LabelSelector: prefix + "service=" + service + "," + prefix + "claimed!=True"})
	if err != nil || len(list.Items) == 0 {
		return "", false, err
	}
	slices.SortFunc(list.Items, func(a, b unstructured.Unstructured) int {
		x, _, _ := unstructured.NestedInt64(a.Object, "spec", "priority")
		y, _, _ := unstructured.NestedInt64(b.Object, "spec", "priority")
		s, _, _ := unstructured.NestedString(a.Object, "spec", "timestamp")
		t, _, _ := unstructured.NestedString(b.Object, "spec", "timestamp")
		return cmp.Or(cmp.Compare(y, x), cmp.Compare(s, t))
	})
	item := list.Items[0]
	set := func(field, key, value string) {
		_ = unstructured.SetNestedField(item.Object, value, "metadata", field, prefix+key)
	}
	set("labels", "claimed", "True")
	set("annotations", "claimed-by", p.pod)
	set("annotations", "claimed-at", time.Now().UTC().Format("2006-01-02T15:04:05.000000+00:00"))
	if _, err := p.items.Update(ctx, &item, metav1.UpdateOptions{}); err != nil {
		if apierrors.IsConflict(err) || apierrors.IsNotFound(err) { // the latter ends the process of the real one
			return "", true, nil
		}
		return "", false, fmt.Errorf("claim as Python does: %w", err)
	}
	return item.GetName(), false, nil
}

func (p *python) finish(ctx context.Context, name string) error {
	return p.items.Delete(ctx, name, metav1.DeleteOptions{})
}
