package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// program builds a program of this module and runs it, which must end with 0.
func program(t *testing.T, name string, args ...string) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), name)
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../"+name).CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", name, err, out)
	}
	if out, err := exec.CommandContext(t.Context(), binary, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// Enumerator, backlog of the cluster, worker and core find what one machine finds.
func TestAsOnOneMachine(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	program(t, "artefact-enumerator", "--extensions-cfg="+i.path("extensions_cfg"), "--findings-cfg="+i.path("findings_cfg"),
		"--kubeconfig="+i.as("artefact-enumerator"), "--k8s-namespace="+i.namespace)
	waiting := i.items("there is work", func(all []backlog.Item) bool { return len(all) > 0 })
	is.True(len(waiting) >= 8)
	p := i.start("worker-a", "--until-empty")
	is.Equal(p.ended(), exitOK)
	i.drained()
	got := findings(t, i.store)

	local := t.TempDir()
	for name, copied := range map[string]string{"extensions-cfg.yaml": "extensions_cfg", "findings-cfg.yaml": "findings_cfg"} {
		text, err := os.ReadFile(i.path(copied))
		is.NoErr(err)
		is.NoErr(os.WriteFile(filepath.Join(local, name), text, 0o600))
	}
	program(t, "odg", "run", "--config="+local)
	db, err := sqlite.Open(t.Context(), filepath.Join(local, "odg.db"), sqlite.Config{ReadOnly: true})
	is.NoErr(err)
	defer db.Close()
	want := findings(t, db)
	is.True(len(want) > 10)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings differ (-one machine +cluster):\n%s", diff)
	}
}

// An item comes while the worker waits: it is taken at once, counted, and told.
func TestWorksWhenThereIsWork(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	p := i.start("worker-a")
	p.says("/readyz?verbose", http.StatusOK, "working: true")
	p.says("/healthz", http.StatusOK, "ok")
	i.add(web)
	p.says("/metrics", http.StatusOK, `odg_worker_items_total{extension="osid",outcome="finished"} 1`)
	i.drained()
	is.True(len(findings(t, i.store)) > 0)
	is.True(strings.Contains(p.logs.String(), `"backlog_item":"`+backlog.Name("osid", web)+`"`))
	p.signal(syscall.SIGTERM) // while it waits
	is.Equal(p.ended(), exitOK)

	client, err := kube.NewClient(i.cluster, kube.Config{Namespace: i.namespace})
	is.NoErr(err)
	log, err := client.LogCollections().Get(t.Context(), "logs-osid-info", metav1.GetOptions{}) // what the web UI shows
	is.NoErr(err)
	text := fmt.Sprint(log.Spec.Logs)
	is.True(strings.Contains(text, "scan finished extension=osid backlog_item="+backlog.Name("osid", web)))
	is.True(strings.Contains(text, "worker-a"))
	is.True(!strings.Contains(p.logs.String(), "not stored"))
}

// A worker that is killed loses its item, when its lease ends, to another one.
func TestKilled(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	open := i.shutRegistry()
	i.add(web)
	first := i.start("worker-a")
	i.claimed("worker-a")
	first.signal(syscall.SIGKILL)
	is.Equal(first.ended(), -1)
	second := i.start("worker-b")
	i.claimed("worker-b") // its lease is over
	open()
	i.drained()
	second.logged(`"message":"scan finished"`)
	is.Equal(i.writes.Load(), int64(1))
	is.True(len(findings(t, i.store)) > 0)
}

// A worker that stands still for longer than its lease, and goes on, has lost its item
// to another one: what it found is not stored.
func TestFrozen(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	open := i.shutRegistry()
	i.add(web)
	first := i.start("worker-a")
	i.claimed("worker-a")
	first.signal(syscall.SIGSTOP)
	i.start("worker-b")
	i.claimed("worker-b")
	open()
	i.drained()
	is.Equal(i.writes.Load(), int64(1))
	first.signal(syscall.SIGCONT)
	first.logged(`"message":"claim lost"`)
	is.Equal(i.writes.Load(), int64(1)) // the result of worker-b alone
	first.says("/metrics", http.StatusOK, `odg_worker_items_total{extension="osid",outcome="lost"} 1`)
	i.add(batch) // it works on
	i.drained()
}

// SIGTERM lets the worker finish what it is at, and take nothing more.
func TestFinishes(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	open := i.shutRegistry()
	i.add(web)
	p := i.start("worker-a")
	i.claimed("worker-a")
	i.add(batch)
	p.signal(syscall.SIGTERM)
	p.logged("it finishes what it is at")
	open()
	is.Equal(p.ended(), exitOK)
	left := i.items("one is left", func(all []backlog.Item) bool { return len(all) == 1 })
	is.Equal(left[0].Artefact.Key(), batch.Key())
	is.Equal(left[0].ClaimedBy, "")
}

// A second signal, or the end of patience, makes it give the item back.
func TestGivesBack(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args  []string
		twice bool
	}{
		"second signal": {twice: true}, "patience": {args: []string{"--shutdown-timeout=100ms"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			i := install(t)
			i.shutRegistry()
			i.add(web)
			p := i.start("worker-a", test.args...)
			i.claimed("worker-a")
			p.signal(syscall.SIGTERM)
			if test.twice {
				p.logged("it finishes what it is at")
				p.signal(syscall.SIGTERM)
			}
			is.Equal(p.ended(), exitOK)
			left := i.items("it is free", func(all []backlog.Item) bool { return len(all) == 1 && all[0].ClaimedBy == "" })
			is.Equal(left[0].Attempts, 0) // nobody is to blame
			is.Equal(i.writes.Load(), int64(0))
		})
	}
}

// The configuration is followed; while it asks for no work, the worker rests.
func TestFollowsConfiguration(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	i.configure("osid: {enabled: false, delivery_service_url: http://127.0.0.1:1}\n")
	p := i.start("worker-a")
	p.says("/readyz?verbose", http.StatusOK, "working: false")
	p.logged("extension is not configured, or not enabled")
	i.add(web)
	i.configure("osid: {delivery_service_url: " + i.server.URL + "}\n")
	i.drained()
	i.configure("osid: {interval: never}\n")
	p.says("/readyz?verbose", http.StatusOK, "configuration refused, the one before is in use")
	i.add(batch)
	i.drained()
	i.configure("") // not configured at all
	p.says("/readyz?verbose", http.StatusOK, "working: false")
	p.signal(syscall.SIGTERM)
	is.Equal(p.ended(), exitOK)

	resting := i.start("worker-b", "--until-empty")
	is.Equal(resting.ended(), exitOK)
}

// While the core is away nothing is taken, and nothing counts as failed.
func TestCoreThatIsAway(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	i.down.Store(true)
	i.add(web)
	p := i.start("worker-a")
	p.says("/readyz", http.StatusServiceUnavailable, "no item is taken while ODG Core does not answer")
	left := i.items("it waits", func(all []backlog.Item) bool { return len(all) == 1 && all[0].ClaimedBy == "" })
	is.Equal(left[0].Attempts, 0)
	i.down.Store(false)
	i.drained()
	p.says("/readyz", http.StatusOK, "ok")
}

// A cluster that lacks the custom resources, permission, or itself is waited for.
func TestClusterThatIsNotReady(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := remote(t)
	server := kubetest.Start(t)
	i.cluster, i.namespace = server.Config(), "default"
	i.kubeconfig = i.as("osid")
	p := i.start("worker-a")
	p.says("/readyz", http.StatusServiceUnavailable, "has not been read yet")
	p.logged("forbidden")
	kubetest.InstallRoles(t, i.cluster, i.namespace)
	p.logged("are the CustomResourceDefinitions of group delivery-gear.gardener.cloud installed?")
	kubetest.InstallCRDs(t, i.cluster)
	i.add(web)
	i.drained()
	p.says("/readyz", http.StatusOK, "ok")

	server.Kill(t)
	p.says("/healthz", http.StatusOK, "ok")
	server.Up(t)
	i.add(batch)
	i.drained()
	p.signal(syscall.SIGTERM)
	is.Equal(p.ended(), exitOK)
}

// An item that nobody can read, and one that was deleted by hand, stop nobody.
func TestOddItems(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	file := i.write("odd", `{"apiVersion":"delivery-gear.gardener.cloud/v1","kind":"BacklogItem","metadata":{"name":"osid-odd","labels":{"delivery-gear.gardener.cloud/service":"osid"}},"spec":{"priority":8}}`)
	kubetest.Apply(t, i.cluster, i.namespace, file)
	open := i.shutRegistry()
	i.add(web)
	p := i.start("worker-a")
	i.items("web is claimed", func(all []backlog.Item) bool {
		for _, item := range all {
			if item.Artefact.Key() == web.Key() && item.ClaimedBy == "worker-a" {
				return true
			}
		}
		return false
	})
	is.NoErr(i.queue().Drop(t.Context(), backlog.Name("osid", web)))
	open()
	p.logged(`"message":"claim lost"`)
	is.Equal(i.writes.Load(), int64(0))
	i.add(batch)
	kubetest.Eventually(t, "batch is scanned", func(context.Context) error {
		if i.writes.Load() == 0 {
			return errors.New("nothing is stored")
		}
		return nil
	})
}

func TestUsage(t *testing.T) {
	t.Parallel()
	i := remote(t)
	kubeconfig := i.write("kubeconfig", `{apiVersion: v1, kind: Config, current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}],
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}], users: [{name: u, user: {}}]}`)
	files := []string{"osid", "--kubeconfig=" + kubeconfig, "--extensions-cfg=" + i.path("extensions_cfg"), "--findings-cfg=" + i.path("findings_cfg")}
	for name, test := range map[string]struct {
		args []string
		code int
		told string
	}{
		"help":              {[]string{"--help"}, exitOK, "Which extension this is: osid, responsibles."},
		"version":           {[]string{"--version"}, exitOK, "odg-extension "},
		"no extension":      {nil, exitUsage, "<extension>"},
		"unknown extension": {[]string{"bdba"}, exitUsage, "there is: osid, responsibles"},
		"unknown flag":      {[]string{"osid", "--nope"}, exitUsage, "--nope"},
		"parallel":          {[]string{"osid", "--parallel=0"}, exitUsage, "--parallel=0"},
		"lease":             {[]string{"osid", "--lease=1s"}, exitUsage, "--lease=1s"},
		"no cluster":        {[]string{"osid", "--kubeconfig=" + i.path("absent")}, exitUsage, "absent"},
		"no files":          {files[:2], exitUsage, "EXTENSIONS_CFG_PATH"},
		"no core":           {append(files, "--extensions-cfg="+i.write("bare", "osid: {}")), exitUsage, "delivery_service_url"},
		"end of life":       {append(files, "--eol-data="+i.path("absent")), exitUsage, "--eol-data"},
		"docker":            {append(files, "--docker-config="+i.path("absent")), exitUsage, "absent"},
		"address":           {append(files, "--address=127.0.0.1:99999"), exitFailed, "listen"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, log strings.Builder
			code := run(t.Context(), test.args, nil, &out, &log)
			if said := out.String() + log.String(); code != test.code || !strings.Contains(said, test.told) {
				t.Errorf("code %d, want %d and %q:\n%s", code, test.code, test.told, said)
			}
		})
	}
}
