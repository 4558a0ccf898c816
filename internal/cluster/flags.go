package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"
)

// Flags say which cluster it is and as whom to go there. Names and variables are those
// that existing deployments set.
type Flags struct {
	Kubeconfig string `placeholder:"FILE" help:"Cluster and user; without it those of the pod, else those of KUBECONFIG or ~/.kube/config."`
	K8sCfgName string `name:"k8s-cfg-name" env:"K8S_CFG_NAME" placeholder:"NAME" help:"Secret kubernetes/NAME below --secret-factory-path that has cluster and user, in place of those of the pod."`
}

// ErrNone says that there is no cluster: this is no pod, and nothing names one.
var ErrNone = errors.New("no cluster: run in a pod with a ServiceAccount, or name a file with --kubeconfig")

// Config returns where the cluster is, and as whom to go there. Secrets are below the
// folder secrets. No request is made.
func (f Flags) Config(secrets string) (*rest.Config, error) {
	if f.Kubeconfig == "" && f.K8sCfgName != "" {
		return ofSecret(secrets, f.K8sCfgName)
	}
	if f.Kubeconfig == "" {
		config, err := rest.InClusterConfig()
		if !errors.Is(err, rest.ErrNotInCluster) {
			return config, err
		}
	}
	from := clientcmd.NewDefaultClientConfigLoadingRules()
	from.ExplicitPath = f.Kubeconfig
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(from, nil).ClientConfig()
	if clientcmd.IsEmptyConfig(err) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, fmt.Errorf("find the cluster: %w", err)
	}
	return config, nil
}

// maxSecretBytes limits the file of a secret.
const maxSecretBytes = 1 << 20

// ofSecret reads a secret of the type kubernetes: a mapping with a kubeconfig. Errors
// never show what the file holds.
func ofSecret(secrets, name string) (*rest.Config, error) {
	if secrets == "" {
		return nil, fmt.Errorf("cluster %s: say with SECRET_FACTORY_PATH or --secret-factory-path where the secrets are", name)
	}
	if name != filepath.Base(name) || strings.HasPrefix(name, ".") {
		return nil, fmt.Errorf("cluster %q is no name of a secret", name)
	}
	path := filepath.Join(secrets, "kubernetes", name)
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		path += ".yaml"
		info, err = os.Stat(path)
	}
	if err != nil {
		return nil, fmt.Errorf("cluster %s: read its secret: %w", name, err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxSecretBytes {
		return nil, fmt.Errorf("cluster %s: secret %s is no file of up to %d bytes", name, path, maxSecretBytes)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cluster %s: read its secret: %w", name, err)
	}
	wrong := fmt.Errorf("cluster %s: secret %s: want a mapping with a kubeconfig that names a cluster and a user", name, path)
	var secret struct {
		Kubeconfig map[string]any `json:"kubeconfig"`
	}
	if yaml.Unmarshal(data, &secret) != nil || len(secret.Kubeconfig) == 0 {
		return nil, wrong
	}
	kubeconfig, err := yaml.Marshal(secret.Kubeconfig)
	if err != nil {
		return nil, wrong
	}
	config, err := clientcmd.RESTConfigFromKubeConfig(kubeconfig)
	if err != nil {
		return nil, wrong
	}
	return config, nil
}
