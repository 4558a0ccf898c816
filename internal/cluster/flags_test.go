package cluster_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/cluster"
)

const kubeconfig = `{apiVersion: v1, kind: Config, current-context: a,
  clusters: [{name: a, cluster: {server: "https://api.example.org"}}],
  users: [{name: a, user: {token: very-secret}}], contexts: [{name: a, context: {cluster: a, user: a}}]}`

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	is := is.New(t)
	path := filepath.Join(dir, name)
	is.NoErr(os.MkdirAll(filepath.Dir(path), 0o755))
	is.NoErr(os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestWhichCluster(t *testing.T) {
	is := is.New(t)
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("KUBECONFIG", "")
	t.Setenv("KUBERNETES_SERVICE_HOST", "")

	_, err := cluster.Flags{}.Config("")
	is.True(errors.Is(err, cluster.ErrNone))
	config, err := cluster.Flags{Kubeconfig: write(t, dir, "config.yaml", kubeconfig)}.Config("")
	is.NoErr(err)
	is.Equal(config.Host, "https://api.example.org")
	_, err = cluster.Flags{Kubeconfig: filepath.Join(dir, "none")}.Config("")
	is.True(err != nil)
	is.True(!errors.Is(err, cluster.ErrNone)) // one was named

	write(t, dir, "kubernetes/prod", "kubeconfig: "+kubeconfig)
	write(t, dir, "kubernetes/dev.yaml", "kubeconfig: "+kubeconfig)
	for _, name := range []string{"prod", "dev"} {
		config, err := cluster.Flags{K8sCfgName: name}.Config(dir)
		is.NoErr(err)
		is.Equal(config.BearerToken, "very-secret")
	}
}

func TestSecretsThatNameNoCluster(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "kubernetes/odd", "kubeconfig: [very-secret")
	write(t, dir, "kubernetes/other", "token: very-secret")
	write(t, dir, "kubernetes/empty", "kubeconfig: {token: very-secret}")
	write(t, dir, "kubernetes/large", strings.Repeat("#very-secret\n", 100_000))
	write(t, dir, "kubernetes/folder/file", "")
	for name, want := range map[string]string{
		"odd": "want a mapping", "other": "want a mapping", "empty": "want a mapping", "large": "is no file", "folder": "is no file",
		"none": "no such file", "../kubernetes/odd": "is no name of a secret", "..": "is no name of a secret",
	} {
		_, err := cluster.Flags{K8sCfgName: name}.Config(dir)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "very-secret") {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	_, err := cluster.Flags{K8sCfgName: "odd"}.Config("")
	is.New(t).True(strings.Contains(err.Error(), "SECRET_FACTORY_PATH"))
}
