package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"
	"k8s.io/client-go/rest"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/internal/cluster"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/internal/registrytest"
	"github.com/opendeliverygear/odg/kube"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

func init() { cluster.Quiet(zerolog.Nop()) } // for all tests, before any of them has a client

const findingsCfg = "- {type: finding/osid, categorisations: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}}\n"

// installation is a namespace, an ODG Core and a registry with deliveries.
type installation struct {
	t          *testing.T
	dir        string
	cluster    *rest.Config // as who may do everything; nil without a cluster
	namespace  string
	kubeconfig string // as the enumerator
	store      store.Store
	core       *odg.Core
	server     *httptest.Server
	registry   registrytest.Registry

	mu     sync.Mutex
	writes []string // requests to the core that change something
}

// install prepares an installation in which the enumerator may do in the cluster what
// its Role of deploy/plain says.
func install(t *testing.T) *installation {
	t.Helper()
	i := remote(t)
	i.cluster = kubetest.Config(t)
	kubetest.InstallCRDs(t, i.cluster)
	i.namespace = kubetest.Namespace(t, i.cluster)
	kubetest.InstallRoles(t, i.cluster, i.namespace)
	account := kubetest.ServiceAccount(t, i.cluster, i.namespace, "artefact-enumerator")
	i.kubeconfig = kubetest.Kubeconfig(t, account, i.namespace)
	return i
}

// remote prepares an installation without a cluster.
func remote(t *testing.T) *installation {
	t.Helper()
	findings, _, err := findingcfg.Parse("findings_cfg", []byte(findingsCfg), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	i := &installation{t: t, dir: t.TempDir(), store: memory.New()}
	i.core = odg.New(i.store, odg.Config{Findings: findings})
	i.serve(httpapi.Config{})
	registry := registrytest.Serve()
	t.Cleanup(registry.Close)
	i.registry = registrytest.Registry(registry.URL)
	i.write("findings_cfg", findingsCfg)
	return i
}

// serve lets the core answer.
func (i *installation) serve(cfg httpapi.Config) {
	api := httpapi.New(i.core, cfg)
	i.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/query") {
			i.mu.Lock()
			i.writes = append(i.writes, r.Method+" "+r.URL.Path)
			i.mu.Unlock()
		}
		api.ServeHTTP(w, r)
	}))
	i.t.Cleanup(i.server.Close)
}

func (i *installation) write(name, text string) string {
	i.t.Helper()
	path := filepath.Join(i.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		i.t.Fatal(err)
	}
	return path
}

// watch writes the configuration of the extensions: components of the registry, or of
// a place after @, and sections of extensions.
func (i *installation) watch(sections string, components ...string) {
	i.t.Helper()
	text := "artefact_enumerator:\n  delivery_service_url: " + i.server.URL + "\n  components:\n"
	for _, c := range components {
		name, place, ok := strings.Cut(c, "@")
		if !ok {
			place = string(i.registry) + "/ocm"
		}
		text += fmt.Sprintf("  - {component_name: %s, ocm_repo_url: %q}\n", name, place)
	}
	i.write("extensions_cfg", text+sections)
}

const scanners = "osid: {delivery_service_url: 'http://x'}\nsast: {delivery_service_url: 'http://x'}\n"

// args are the arguments of the enumerator as the CronJob sets its variables.
func (i *installation) args(more ...string) []string {
	args := []string{"--extensions-cfg=" + filepath.Join(i.dir, "extensions_cfg"), "--findings-cfg=" + filepath.Join(i.dir, "findings_cfg")}
	if i.kubeconfig != "" {
		args = append(args, "--kubeconfig="+i.kubeconfig, "--k8s-namespace="+i.namespace)
	}
	return append(args, more...)
}

// run enumerates, which must end with a code.
func (i *installation) run(code int, more ...string) (stdout, log string) {
	i.t.Helper()
	var out, errs bytes.Buffer
	if got := run(context.Background(), i.args(more...), &out, &errs); got != code {
		i.t.Fatalf("exit code %d, want %d:\n%s%s", got, code, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

// items are those in the cluster.
func (i *installation) items() []backlog.Item {
	i.t.Helper()
	client, err := kube.NewClient(i.cluster, kube.Config{Namespace: i.namespace})
	if err != nil {
		i.t.Fatal(err)
	}
	items, err := kube.NewQueue(client, kube.QueueConfig{}).List(i.t.Context(), backlog.Filter{})
	if err != nil {
		i.t.Fatal(err)
	}
	return items
}

// states are the artefacts whose snapshots are stored, by name, and if they are active.
func (i *installation) states() map[string]bool {
	i.t.Helper()
	all := map[string]bool{}
	for e, err := range i.core.QueryMetadata(i.t.Context(), store.Query{Types: []metadata.Type{metadata.TypeSnapshot}}) {
		if err != nil {
			i.t.Fatal(err)
		}
		all[*e.Artefact.Artefact.Name] = active(i.t, e)
	}
	return all
}

// written are the requests that changed the core since the last call.
func (i *installation) written() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	writes := i.writes
	i.writes = nil
	return writes
}
