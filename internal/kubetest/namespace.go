//go:build unix

package kubetest

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// Namespace makes an empty namespace of t's own and returns its name when pods can be
// created in it. It is deleted at the end of t, with all in it, which takes the
// control plane some seconds more.
func Namespace(t testing.TB, config *rest.Config) string {
	t.Helper()
	client := Clientset(t, config)
	made, err := client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "odg-test-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("make a namespace for the test: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second) // the test's own context is over
		defer cancel()
		_ = client.CoreV1().Namespaces().Delete(ctx, made.Name, metav1.DeleteOptions{}) // the server may be down, and ends anyhow
	})
	Eventually(t, "the namespace has its default service account", func(ctx context.Context) error {
		_, err := client.CoreV1().ServiceAccounts(made.Name).Get(ctx, "default", metav1.GetOptions{})
		return err
	})
	return made.Name
}
