//go:build unix

package kubetest

import (
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// ServiceAccount returns the configuration of a client with the token of a service
// account, which is made if it is not there. It may do what the test, or a manifest
// that the test has applied, binds to it, and nothing else; the server takes some
// milliseconds to notice what was bound. The token lasts an hour.
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
