package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/internal/registrytest"
	"github.com/opendeliverygear/odg/kube"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
)

var quickstart = filepath.Join("..", "..", "examples", "quickstart")

// installation is a namespace, an ODG Core on SQLite, and a registry with the delivery
// of the quickstart.
type installation struct {
	t          *testing.T
	dir        string
	cluster    *rest.Config // as who may do everything
	namespace  string
	kubeconfig string // as the worker
	store      *sqlite.Store
	api        *httpapi.Server
	server     *httptest.Server
	registry   registrytest.Registry

	writes atomic.Int64  // of the core
	down   atomic.Bool   // the core answers 503
	mu     sync.Mutex    // guards shut
	shut   chan struct{} // content of the registry waits until it is closed; nil means not
}

// install prepares an installation in which the worker may do in the cluster what its
// Role of deploy/plain says.
func install(t *testing.T) *installation {
	t.Helper()
	i := remote(t)
	i.cluster = kubetest.Config(t)
	kubetest.InstallCRDs(t, i.cluster)
	i.namespace = kubetest.Namespace(t, i.cluster)
	kubetest.InstallRoles(t, i.cluster, i.namespace)
	i.kubeconfig = i.as("osid")
	return i
}

// as returns the kubeconfig of a service account.
func (i *installation) as(account string) string {
	i.t.Helper()
	return kubetest.Kubeconfig(i.t, kubetest.ServiceAccount(i.t, i.cluster, i.namespace, account), i.namespace)
}

// remote prepares an installation without a cluster.
func remote(t *testing.T) *installation {
	t.Helper()
	i := &installation{t: t, dir: t.TempDir()}
	text, err := os.ReadFile(filepath.Join(quickstart, "findings-cfg.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	i.write("findings_cfg", string(text))
	findings, _, err := findingcfg.Parse("findings_cfg", text, findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if i.store, err = sqlite.Open(t.Context(), i.path("core.db"), sqlite.Config{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.store.Close() })
	i.api = httpapi.New(odg.New(i.store, odg.Config{Findings: findings}), httpapi.Config{})
	i.server = httptest.NewServer(http.HandlerFunc(i.serveCore))
	t.Cleanup(i.server.Close)
	registry := registrytest.Serve(i.door)
	t.Cleanup(registry.Close)
	i.registry = registrytest.Registry(registry.URL)
	if err := i.registry.PushArchive(filepath.Join(quickstart, "delivery.tgz"), "ocm"); err != nil {
		t.Fatal(err)
	}
	i.configure("osid: {delivery_service_url: " + i.server.URL + "}\n")
	return i
}

func (i *installation) serveCore(w http.ResponseWriter, r *http.Request) {
	if i.down.Load() {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if r.Method == http.MethodPut {
		i.writes.Add(1)
	}
	i.api.ServeHTTP(w, r)
}

// door holds requests for content back while the registry is shut.
func (i *installation) door(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		shut := i.shut
		i.mu.Unlock()
		if shut != nil && r.Method == http.MethodGet {
			select {
			case <-shut:
			case <-r.Context().Done():
			}
		}
		next.ServeHTTP(w, r)
	})
}

// shutRegistry lets scans wait for content, until the returned function is called.
func (i *installation) shutRegistry() (open func()) {
	shut := make(chan struct{})
	i.mu.Lock()
	i.shut = shut
	i.mu.Unlock()
	open = sync.OnceFunc(func() {
		i.mu.Lock()
		i.shut = nil
		i.mu.Unlock()
		close(shut)
	})
	i.t.Cleanup(open)
	return open
}

func (i *installation) path(name string) string { return filepath.Join(i.dir, name) }

func (i *installation) write(name, text string) string {
	i.t.Helper()
	next := i.path(name + ".next")
	if err := os.WriteFile(next, []byte(text), 0o600); err != nil {
		i.t.Fatal(err)
	}
	if err := os.Rename(next, i.path(name)); err != nil {
		i.t.Fatal(err)
	}
	return i.path(name)
}

// configure writes the configuration of the extensions with sections besides that of
// the enumerator.
func (i *installation) configure(sections string) {
	i.t.Helper()
	i.write("extensions_cfg", fmt.Sprintf(`artefact_enumerator:
  delivery_service_url: %s
  components: [{component_name: example.org/shop, version: greatest, max_versions_limit: 2, ocm_repo_url: "%s/ocm"}]
%s`, i.server.URL, i.registry, sections))
}

func (i *installation) queue() *kube.Queue {
	i.t.Helper()
	client, err := kube.NewClient(i.cluster, kube.Config{Namespace: i.namespace})
	if err != nil {
		i.t.Fatal(err)
	}
	return kube.NewQueue(client, kube.QueueConfig{})
}

// web is an image of the quickstart, batch another one.
var (
	web   = image("example.org/shop/web", "1.4.2", "web", "1.4.2")
	batch = image("example.org/shop/api", "v3.1.0", "batch", "0.9.0")
)

func image(component, version, name, of string) artefact.ID {
	return artefact.ID{
		ComponentName: new(component), ComponentVersion: new(version), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new(name), Version: new(of), Type: new("ociImage")},
	}
}

// add queues items.
func (i *installation) add(ids ...artefact.ID) {
	i.t.Helper()
	for _, id := range ids {
		_, err := i.queue().Add(i.t.Context(), backlog.Item{Service: "osid", Artefact: id, Priority: backlog.PriorityHigh, Timestamp: time.Now()})
		if err != nil {
			i.t.Fatal(err)
		}
	}
}

// items waits until the backlog is as a test wants it.
func (i *installation) items(what string, wanted func([]backlog.Item) bool) []backlog.Item {
	i.t.Helper()
	var items []backlog.Item
	kubetest.Eventually(i.t, what, func(ctx context.Context) (err error) {
		items, err = i.queue().List(ctx, backlog.Filter{})
		if err == nil && !wanted(items) {
			err = fmt.Errorf("backlog: %+v", items)
		}
		return err
	})
	return items
}

// claimed waits until a worker has the only item.
func (i *installation) claimed(by string) {
	i.t.Helper()
	i.items("it is claimed by "+by, func(all []backlog.Item) bool { return len(all) == 1 && strings.HasPrefix(all[0].ClaimedBy, by) })
}

// drained waits until nothing is in the backlog.
func (i *installation) drained() {
	i.t.Helper()
	i.items("the backlog is empty", func(all []backlog.Item) bool { return len(all) == 0 })
}

// findings are what scanners have found in a database, by artefact and type.
func findings(t *testing.T, db store.Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	for e, err := range db.Query(t.Context(), store.Query{Types: []metadata.Type{metadata.TypeOSID, metadata.TypeOSIDFinding, metadata.TypeScanInfo}}) {
		if err != nil {
			t.Fatal(err)
		}
		key, _ := e.Data.Key()
		all[e.Artefact.Key()+" "+string(e.Meta.Type)+" "+key] = string(e.Data.Raw())
	}
	return all
}
