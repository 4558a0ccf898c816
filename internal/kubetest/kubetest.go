//go:build unix

package kubetest

import (
	"errors"
	"os"
	"sync"
	"testing"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// shared is the server of this test process. The variable keeps it from being
// collected, which would close its pipe and so end it.
var shared = sync.OnceValues(func() (*Server, error) { return Launch() })

// Config returns the configuration of a user who may do everything on the shared
// server, without a client-side limit of requests. The caller may change it. It skips
// t if there is no control plane to start; where the environment variable CI is set,
// it fails t instead. Safe for concurrent use.
func Config(t testing.TB) *rest.Config {
	t.Helper()
	if path := os.Getenv("ODG_TEST_KUBECONFIG"); path != "" {
		config, err := load(path)
		if err != nil {
			t.Fatalf("ODG_TEST_KUBECONFIG: %v", err)
		}
		return config
	}
	s, err := shared()
	if err != nil {
		unavailable(t, err)
	}
	return s.Config()
}

// Start returns a server of t's own, which ends with t. The flags are added to those
// of kube-apiserver, such as "--max-requests-inflight=50". ODG_TEST_KUBECONFIG does
// not matter here, as nobody wants that server killed. Without a control plane to
// start t is skipped, or fails, as with [Config].
func Start(t testing.TB, flags ...string) *Server {
	t.Helper()
	s, err := Launch(flags...)
	if err != nil {
		unavailable(t, err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("stop the control plane: %v", err)
		}
	})
	return s
}

// unavailable ends t: a machine without the program skips, one that is there and does
// not start is a failure.
func unavailable(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, ErrNotBuilt) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	t.Fatal(err)
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

func load(path string) (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	return config, nil
}
