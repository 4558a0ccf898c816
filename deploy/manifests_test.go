//go:build unix

// Package deploy_test applies what the chart renders to a real API server, and asks
// the server what each program may do.
package deploy_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/opendeliverygear/odg/internal/kubetest"
)

// plain are the manifests for those without Helm; golden, the chart rendered with
// various values.
const (
	plain  = "plain/open-delivery-gear.yaml"
	golden = "render/testdata/*.golden.yaml"
)

func TestServerTakesAllManifests(t *testing.T) {
	t.Parallel()
	config := kubetest.Config(t)
	files, err := filepath.Glob(golden)
	if err != nil || len(files) == 0 {
		t.Fatal("no rendered manifests", err)
	}
	for _, file := range append(files, plain) {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			namespace, clients := restricted(t, config)
			apply(t, config, namespace, file)
			templates := pods(t, file)
			is.True(len(templates) > 0) // there is something to run
			for name, pod := range templates {
				_, err := clients.CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
				if err != nil {
					t.Errorf("pod of %s: %v", name, err)
				}
			}
		})
	}
}

func TestUpgradeKeepsScale(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := kubetest.Config(t)
	namespace, clients := restricted(t, config)
	apply(t, config, namespace, plain)
	deployments := clients.AppsV1().Deployments(namespace)
	for name, replicas := range map[string]int{"osid": 0, "delivery-service": 4} {
		patch := fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas)
		_, err := deployments.Patch(t.Context(), name, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: "scaler"}, "scale")
		is.NoErr(err)
	}

	apply(t, config, namespace, plain)

	for name, want := range map[string]int32{"osid": 0, "delivery-service": 4} {
		var scale *autoscalingv1.Scale
		scale, err := deployments.GetScale(t.Context(), name, metav1.GetOptions{})
		is.NoErr(err)
		is.Equal(scale.Spec.Replicas, want) // as the controller, or the autoscaler, left it
	}
}

func TestAllRuns(t *testing.T) {
	t.Parallel()
	config := kubetest.Config(t)
	namespace, clients := restricted(t, config)
	apply(t, config, namespace, plain)
	for _, name := range []string{"delivery-service", "backlog-controller", "osid"} {
		kubetest.Eventually(t, name+" runs", func(ctx context.Context) error {
			deployment, err := clients.AppsV1().Deployments(namespace).Get(ctx, name, metav1.GetOptions{})
			if err == nil && deployment.Status.ReadyReplicas == 0 {
				err = fmt.Errorf("no pod is ready: %+v", deployment.Status.Conditions)
			}
			return err
		})
	}
}

// restricted returns a namespace that admits no pod below the Pod Security level
// "restricted".
func restricted(t *testing.T, config *rest.Config) (string, kubernetes.Interface) {
	t.Helper()
	kubetest.InstallCRDs(t, config)
	namespace, clients := kubetest.Namespace(t, config), kubetest.Clientset(t, config)
	label := []byte(`{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"restricted"}}}`)
	if _, err := clients.CoreV1().Namespaces().Patch(t.Context(), namespace, types.MergePatchType, label, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	return namespace, clients
}

// apply applies a rendered file to a namespace. Routes are left out, since the
// server does not know the kinds of gateways.
func apply(t *testing.T, config *rest.Config, namespace, file string) {
	t.Helper()
	var kept strings.Builder
	for document := range strings.SplitSeq(content(t, file), "\n---\n") {
		if !strings.Contains(document, "kind: HTTPRoute\n") {
			kept.WriteString("\n---\n" + document)
		}
	}
	moved := strings.NewReplacer("namespace: delivery\n", "namespace: "+namespace+"\n", "namespace: odg\n", "namespace: "+namespace+"\n")
	copied := filepath.Join(t.TempDir(), "manifests.yaml")
	if err := os.WriteFile(copied, []byte(moved.Replace(kept.String())), 0o600); err != nil {
		t.Fatal(err)
	}
	kubetest.Apply(t, config, namespace, copied)
}

func content(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// pods returns a pod of each workload of a rendered file, by kind and name.
func pods(t *testing.T, file string) map[string]*corev1.Pod {
	t.Helper()
	found := map[string]*corev1.Pod{}
	for documents := yaml.NewYAMLOrJSONDecoder(bytes.NewReader([]byte(content(t, file))), 4096); ; {
		var workload struct {
			Kind     string
			Metadata metav1.ObjectMeta
			Spec     struct {
				Template    corev1.PodTemplateSpec
				JobTemplate struct {
					Spec struct{ Template corev1.PodTemplateSpec }
				}
			}
		}
		err := documents.Decode(&workload)
		if errors.Is(err, io.EOF) {
			return found
		}
		template := workload.Spec.Template
		switch workload.Kind {
		case "Deployment":
		case "CronJob":
			template = workload.Spec.JobTemplate.Spec.Template
		default:
			continue // of other kinds spec may be anything
		}
		if err != nil {
			t.Fatal(err)
		}
		found[workload.Kind+" "+workload.Metadata.Name] = &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{GenerateName: workload.Metadata.Name + "-", Labels: template.Labels},
			Spec:       template.Spec,
		}
	}
}
