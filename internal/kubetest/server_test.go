//go:build unix

package kubetest_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/matryer/is"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/internal/kubetest"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	s := kubetest.Start(t)
	client := kubetest.Clientset(t, s.Config())
	maps := client.CoreV1().ConfigMaps("default")
	list := func() error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := maps.List(ctx, metav1.ListOptions{})
		return err
	}
	for _, tc := range []struct {
		name   string
		fault  func()
		breaks bool // watches that are open
	}{
		{"restart", func() { s.Restart(t) }, true},
		{"kill", func() {
			s.Kill(t)
			_, err := net.Dial("tcp", strings.TrimPrefix(s.Config().Host, "https://"))
			if !errors.Is(err, syscall.ECONNREFUSED) {
				t.Errorf("connect to a killed server: %v", err)
			}
			s.Kill(t) // already down
			s.Up(t)
		}, true},
		{"freeze", func() {
			s.Freeze(t)
			if err := list(); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("a request to a frozen server: %v", err)
			}
			s.Thaw(t)
		}, false},
		{"up while up", func() { s.Up(t) }, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			is := is.New(t)
			name := "before-" + tc.name[:2]
			_, err := maps.Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
			is.NoErr(err)
			watch, err := maps.Watch(t.Context(), metav1.ListOptions{LabelSelector: "none=such"})
			is.NoErr(err)
			defer watch.Stop()
			tc.fault()
			if tc.breaks {
				for range watch.ResultChan() { // an error may come first
				}
			}
			_, err = maps.Get(t.Context(), name, metav1.GetOptions{})
			is.NoErr(err) // what was confirmed stayed
		})
	}
}

// Pods go on after the server was away, so that a test of faults can wait for them.
func TestPodsAfterRestart(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := kubetest.Start(t)
	s.Restart(t)
	namespace := kubetest.Namespace(t, s.Config())
	client := kubetest.Clientset(t, s.Config())
	_, err := client.AppsV1().Deployments(namespace).Create(t.Context(), deployment("late", 2), metav1.CreateOptions{})
	is.NoErr(err)
	kubetest.Eventually(t, "its pods are ready", func(ctx context.Context) error {
		got, err := client.AppsV1().Deployments(namespace).Get(ctx, "late", metav1.GetOptions{})
		if err == nil && got.Status.AvailableReplicas != 2 {
			err = fmt.Errorf("%d are available", got.Status.AvailableReplicas)
		}
		return err
	})
}

func TestStart(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := kubetest.Start(t, "--disable-admission-plugins=NamespaceLifecycle")
	client := kubetest.Clientset(t, s.Config())
	_, err := client.CoreV1().ConfigMaps("missing").Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "a"}}, metav1.CreateOptions{})
	is.NoErr(err) // the flag counts
	is.NoErr(s.Close())
	is.NoErr(s.Close()) // once more does nothing
	_, err = client.Discovery().ServerVersion()
	is.True(errors.Is(err, syscall.ECONNREFUSED))

	_, err = kubetest.Launch("--no-such-flag")
	is.True(err != nil)
	is.True(strings.Contains(err.Error(), "kube-apiserver ended: Error: unknown flag: --no-such-flag"))
}

func TestPodSecurity(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := kubetest.Config(t)
	namespace := kubetest.Namespace(t, config)
	client := kubetest.Clientset(t, config)
	_, err := client.CoreV1().Namespaces().Patch(t.Context(), namespace, "application/merge-patch+json",
		[]byte(`{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"restricted"}}}`), metav1.PatchOptions{})
	is.NoErr(err)
	kubetest.Eventually(t, "a pod that may be root is refused", func(ctx context.Context) error {
		_, err := client.CoreV1().Pods(namespace).Create(ctx, &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{GenerateName: "root-"}, Spec: deployment("root", 1).Spec.Template.Spec,
		}, metav1.CreateOptions{})
		if apierrors.IsForbidden(err) {
			return nil
		}
		return fmt.Errorf("it answered %w", err)
	})
}

func TestNamedCluster(t *testing.T) {
	is := is.New(t)
	s := kubetest.Start(t)
	t.Setenv("ODG_TEST_KUBECONFIG", kubetest.Kubeconfig(t, s.Config(), ""))
	is.Equal(kubetest.Config(t).Host, s.Config().Host) // the server that the variable names
	t.Setenv("ODG_TEST_KUBECONFIG", "nowhere")
	o := observe(func(t testing.TB) { kubetest.Config(t) })
	is.True(o.failed != "")
	_, err := os.Stat("nowhere")
	is.True(os.IsNotExist(err))
}
