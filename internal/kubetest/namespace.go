//go:build unix

package kubetest

import (
	"context"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// patience is for one act of the control plane on a busy machine.
const patience = time.Minute

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

// ServiceAccount returns the configuration of a client with the token of a service
// account, which is made if it is not there. It may do what the test, or a manifest
// that the test has applied, binds to it, and nothing else. The token lasts an hour.
func ServiceAccount(t testing.TB, config *rest.Config, namespace, name string) *rest.Config {
	t.Helper()
	accounts := Clientset(t, config).CoreV1().ServiceAccounts(namespace)
	_, err := accounts.Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatalf("make the service account %s: %v", name, err)
	}
	token, err := accounts.CreateToken(t.Context(), name, &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: new(int64(time.Hour / time.Second))},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("make a token of the service account %s: %v", name, err)
	}
	account := rest.AnonymousClientConfig(config)
	account.QPS, account.BearerToken = config.QPS, token.Status.Token
	return account
}

// Clientset returns a client for the kinds of Kubernetes itself.
func Clientset(t testing.TB, config *rest.Config) kubernetes.Interface {
	t.Helper()
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatalf("make a client: %v", err)
	}
	return client
}

// Eventually returns when ready returns no error, which it asks several times a
// second, and fails t with ready's last error after a minute. what is for the message:
// what is waited for.
func Eventually(t testing.TB, what string, ready func(context.Context) error) {
	t.Helper()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 20*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		last = ready(ctx)
		return last == nil, nil
	})
	if err != nil {
		t.Fatalf("waited in vain for: %s: %v (%v)", what, last, err)
	}
}
