//go:build unix

package deploy_test

import (
	"context"
	"testing"

	"github.com/matryer/is"
	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/opendeliverygear/odg/internal/kubetest"
)

// user makes calls in a namespace, as one of the programs.
type user struct {
	kubernetes.Interface
	items     dynamic.ResourceInterface
	namespace string
}

func newUser(t *testing.T, config *rest.Config, namespace string) user {
	t.Helper()
	resources, err := dynamic.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	items := resources.Resource(schema.GroupVersionResource{Group: "delivery-gear.gardener.cloud", Version: "v1", Resource: "backlogitems"})
	return user{kubetest.Clientset(t, config), items.Namespace(namespace), namespace}
}

func (u user) createItem(ctx context.Context, name string) error {
	item := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "delivery-gear.gardener.cloud/v1", "kind": "BacklogItem",
		"metadata": map[string]any{"name": name, "labels": map[string]any{"delivery-gear.gardener.cloud/service": "osid"}},
		"spec": map[string]any{"priority": int64(4), "timestamp": "2026-01-02T03:04:05", "artefact": map[string]any{
			"component_name": "example.org/shop", "component_version": "1.0.0", "artefact_kind": "resource",
			"artefact": map[string]any{"artefact_name": "web", "artefact_type": "ociImage"},
		}},
	}}
	_, err := u.items.Create(ctx, item, metav1.CreateOptions{})
	return err
}

func (u user) claimItem(ctx context.Context) error {
	claim := []byte(`{"metadata":{"labels":{"delivery-gear.gardener.cloud/claimed":"True"}}}`)
	_, err := u.items.Patch(ctx, "osid-1", types.MergePatchType, claim, metav1.PatchOptions{})
	return err
}

func (u user) deleteItem(ctx context.Context) error {
	return u.items.Delete(ctx, "osid-1", metav1.DeleteOptions{DryRun: []string{metav1.DryRunAll}})
}

func (u user) scale(name string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := u.AppsV1().Deployments(u.namespace).Patch(ctx, name, types.MergePatchType, []byte(`{"spec":{"replicas":2}}`), metav1.PatchOptions{}, "scale")
		return err
	}
}

func (u user) changeImage(ctx context.Context) error {
	patch := []byte(`{"spec":{"template":{"spec":{"containers":[{"name":"osid","image":"other"}]}}}}`)
	_, err := u.AppsV1().Deployments(u.namespace).Patch(ctx, "osid", types.StrategicMergePatchType, patch, metav1.PatchOptions{})
	return err
}

func (u user) createDeployment(ctx context.Context) error {
	_, err := u.AppsV1().Deployments(u.namespace).Create(ctx, &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "own"}}, metav1.CreateOptions{})
	return err
}

func (u user) readSecrets(ctx context.Context) error {
	_, err := u.CoreV1().Secrets(u.namespace).List(ctx, metav1.ListOptions{})
	return err
}

// TestCalls makes the calls that matter, besides asking whether they are allowed.
func TestCalls(t *testing.T) {
	t.Parallel()
	config := kubetest.Config(t)
	namespace, _ := restricted(t, config)
	apply(t, config, namespace, plain)
	if err := newUser(t, config, namespace).createItem(t.Context(), "osid-1"); err != nil {
		t.Fatal(err)
	}
	for account, may := range map[string]struct{ create, claim, remove, scale bool }{
		"delivery-service":    {create: true, claim: true, remove: true},
		"artefact-enumerator": {create: true, claim: true},
		"backlog-controller":  {claim: true, scale: true}, // it ends claims
		"osid":                {claim: true, remove: true},
	} {
		t.Run(account, func(t *testing.T) {
			t.Parallel()
			u := newUser(t, kubetest.ServiceAccount(t, config, namespace, account), namespace)
			for act, c := range map[string]struct {
				call    func(context.Context) error
				allowed bool
			}{
				"create item":            {func(ctx context.Context) error { return u.createItem(ctx, "by-"+account) }, may.create},
				"claim item":             {u.claimItem, may.claim},
				"delete item":            {u.deleteItem, may.remove},
				"scale osid":             {u.scale("osid"), may.scale},
				"scale delivery-service": {u.scale("delivery-service"), false},
				"change image":           {u.changeImage, false},
				"create deployment":      {u.createDeployment, false},
				"read secrets":           {u.readSecrets, false},
			} {
				t.Run(act, func(t *testing.T) {
					is := is.New(t)
					err := c.call(t.Context())
					if c.allowed {
						is.NoErr(err)
						return
					}
					is.True(apierrors.IsForbidden(err)) // the server refuses it
				})
			}
		})
	}
}
