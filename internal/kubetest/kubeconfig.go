//go:build unix

package kubetest

import (
	"path/filepath"
	"testing"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Kubeconfig writes a configuration to a file that ends with t, for a program that
// takes the file's path, such as by the environment variable KUBECONFIG. The context
// in it has the namespace.
func Kubeconfig(t testing.TB, config *rest.Config, namespace string) string {
	t.Helper()
	c := clientcmdapi.NewConfig()
	c.Clusters["kubetest"] = &clientcmdapi.Cluster{Server: config.Host, CertificateAuthorityData: config.CAData}
	c.AuthInfos["kubetest"] = &clientcmdapi.AuthInfo{Token: config.BearerToken}
	c.Contexts["kubetest"] = &clientcmdapi.Context{Cluster: "kubetest", AuthInfo: "kubetest", Namespace: namespace}
	c.CurrentContext = "kubetest"
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*c, path); err != nil { // readable by its owner only
		t.Fatalf("write a kubeconfig: %v", err)
	}
	return path
}
