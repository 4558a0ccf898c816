//go:build unix

package kubetest_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/matryer/is"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/opendeliverygear/odg/internal/kubetest"
)

func deployment(name string, replicas int32) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: appsv1.DeploymentSpec{
		Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels},
		Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{
			Containers: []corev1.Container{{Name: "main", Image: "registry.invalid/worker:1"}},
		}},
	}}
}

func TestPods(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := kubetest.Config(t)
	namespace := kubetest.Namespace(t, config)
	client := kubetest.Clientset(t, config)
	_, err := client.AppsV1().Deployments(namespace).Create(t.Context(), deployment("worker", 1), metav1.CreateOptions{})
	is.NoErr(err)
	for _, replicas := range []int{1, 5, 0, 2} {
		patch := fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas)
		_, err := client.AppsV1().Deployments(namespace).Patch(t.Context(), "worker", types.MergePatchType, patch, metav1.PatchOptions{}, "scale")
		is.NoErr(err)
		kubetest.Eventually(t, fmt.Sprintf("%d pods are ready and the others are gone", replicas), func(ctx context.Context) error {
			got, err := client.AppsV1().Deployments(namespace).Get(ctx, "worker", metav1.GetOptions{})
			if err != nil {
				return err
			}
			pods, err := client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: "app=worker"})
			if err == nil && (int(got.Status.AvailableReplicas) != replicas || len(pods.Items) != replicas) {
				err = fmt.Errorf("%d are available, %d pods are there", got.Status.AvailableReplicas, len(pods.Items))
			}
			return err
		})
	}
	pods, err := client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	is.NoErr(err)
	for _, pod := range pods.Items {
		is.Equal(pod.Status.Phase, corev1.PodRunning)
		is.Equal(pod.Spec.NodeName, "simulated")
		is.True(pod.Status.ContainerStatuses[0].State.Running != nil)
	}
}

func TestServiceAccount(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := kubetest.Config(t)
	namespace := kubetest.Namespace(t, config)
	account := kubetest.ServiceAccount(t, config, namespace, "reader")
	client := kubetest.Clientset(t, account)
	_, err := client.CoreV1().ConfigMaps(namespace).List(t.Context(), metav1.ListOptions{})
	is.True(apierrors.IsForbidden(err)) // nothing is bound to it yet

	kubetest.Apply(t, config, namespace, filepath.Join("testdata", "reader.yaml"))
	again := kubetest.Clientset(t, kubetest.ServiceAccount(t, config, namespace, "reader"))
	kubetest.Eventually(t, "the binding is known", func(ctx context.Context) error {
		_, err := again.CoreV1().ConfigMaps(namespace).List(ctx, metav1.ListOptions{})
		return err
	})
	_, err = client.CoreV1().ConfigMaps("default").List(t.Context(), metav1.ListOptions{})
	is.True(apierrors.IsForbidden(err)) // another namespace
	_, err = client.CoreV1().Secrets(namespace).List(t.Context(), metav1.ListOptions{})
	is.True(apierrors.IsForbidden(err)) // another kind
}

func TestKubeconfig(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := kubetest.Config(t)
	namespace := kubetest.Namespace(t, config)
	path := kubetest.Kubeconfig(t, kubetest.ServiceAccount(t, config, namespace, "somebody"), namespace)
	loaded, err := clientcmd.BuildConfigFromFlags("", path)
	is.NoErr(err)
	_, err = kubetest.Clientset(t, loaded).CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	is.True(apierrors.IsForbidden(err)) // recognised, and may do nothing
	is.Equal(fmt.Sprint(err), fmt.Sprintf(`pods is forbidden: User "system:serviceaccount:%s:somebody" cannot list resource "pods" in API group "" in the namespace %q`, namespace, namespace))
	info, err := os.Stat(path)
	is.NoErr(err)
	is.Equal(info.Mode().Perm(), os.FileMode(0o600)) // it holds a token
}

func TestInstallCRDs(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := kubetest.Config(t)
	kubetest.InstallCRDs(t, config)
	kubetest.InstallCRDs(t, config) // once more changes nothing
	namespace := kubetest.Namespace(t, config)
	client, err := dynamic.NewForConfig(config)
	is.NoErr(err)
	items := client.Resource(schema.GroupVersionResource{Group: "delivery-gear.gardener.cloud", Version: "v1", Resource: "backlogitems"}).Namespace(namespace)
	made, err := items.Create(t.Context(), &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "delivery-gear.gardener.cloud/v1", "kind": "BacklogItem", "metadata": map[string]any{"generateName": "osid-"},
		"spec": map[string]any{"priority": int64(1), "timestamp": "2026-01-02T03:04:05Z", "artefact": map[string]any{
			"component_name": "example.org/component", "component_version": "1.2.3", "artefact_kind": "resource",
			"artefact": map[string]any{"artefact_name": "image", "artefact_version": "1.2.3", "artefact_type": "ociImage", "artefact_extra_id": map[string]any{}},
		}},
	}}, metav1.CreateOptions{})
	is.NoErr(err)
	stale := made.DeepCopy()
	made.SetLabels(map[string]string{"claimed": "1"})
	_, err = items.Update(t.Context(), made, metav1.UpdateOptions{})
	is.NoErr(err)
	_, err = items.Update(t.Context(), stale, metav1.UpdateOptions{})
	is.True(apierrors.IsConflict(err)) // unlike client-go's fake
}
