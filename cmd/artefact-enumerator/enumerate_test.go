package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/internal/enumeration"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/kube"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
	"github.com/opendeliverygear/odg/store/sqlite"
)

func active(t *testing.T, e metadata.Entry) bool {
	t.Helper()
	s, err := snapshot.Decode(e)
	if err != nil {
		t.Fatal(err)
	}
	return s.Active()
}

// publish makes a component version with so many images.
func (i *installation) publish(name, version string, images int) {
	i.t.Helper()
	var resources []map[string]any
	for n := range images {
		resources = append(resources, map[string]any{
			"name": fmt.Sprintf("image-%05d", n), "version": version, "type": "ociImage", "relation": "local",
			"access": map[string]any{"type": "ociRegistry", "imageReference": "registry.example.org/image:1"},
		})
	}
	document, err := json.Marshal(map[string]any{
		"meta": map[string]any{"schemaVersion": "v2"},
		"component": map[string]any{
			"name": name, "version": version, "provider": "acme.org", "repositoryContexts": []any{},
			"resources": resources, "sources": []any{}, "componentReferences": []any{},
		},
	})
	if err == nil {
		err = i.registry.PushComponent(component.ID{Name: name, Version: version}, "ocm", document)
	}
	if err != nil {
		i.t.Fatal(err)
	}
}

// count tells how many items each service has.
func count(items []backlog.Item) map[string]int {
	n := map[string]int{}
	for _, item := range items {
		n[item.Service]++
	}
	return n
}

// running makes a RuntimeArtefact of any spec.
func (i *installation) running(name, spec string) {
	i.t.Helper()
	file := i.write(name, `{"apiVersion":"delivery-gear.gardener.cloud/v1","kind":"RuntimeArtefact","metadata":{"name":"`+name+`"},"spec":`+spec+`}`)
	kubetest.Apply(i.t, i.cluster, i.namespace, file)
}

func TestThroughCoreAndCluster(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	i.publish("acme.org/shop", "1.0.0", 1000)
	i.running("one", `{"creation_date":"2026-01-15T12:00:00Z","artefact":{"component_name":"acme.org/cluster","artefact_kind":"runtime","artefact":{"artefact_name":"pod"}}}`)
	i.watch(scanners, "acme.org/shop")

	stdout, log := i.run(exitOK, "-o", "json")
	var done enumeration.Enumeration
	is.NoErr(json.Unmarshal([]byte(stdout), &done))
	is.Equal(done.Artefacts, 1001)
	is.Equal(*done.Written, enumeration.Written{Entries: 1001 + 1000 + 1, Items: 1000}) // active, queued, and what the delivery consists of
	is.Equal(count(i.items()), map[string]int{"osid": 1000})
	is.True(strings.Contains(log, `"message":"component resolved"`))
	is.True(strings.Contains(log, `"items_created":1000`))
	is.True(len(i.written()) > 0)
	is.Equal(len(i.states()), 1001)

	is.True(strings.Contains(i.told("info"), "enumeration finished"))

	before := i.versions()
	stdout, log = i.run(exitOK)
	is.Equal(stdout, "")
	is.Equal(len(i.written()), 0) // no write at all
	is.Equal(i.versions(), before)
	is.True(strings.Contains(log, `"entries_written":0`))
}

// told is the log of a level as the web UI shows it.
func (i *installation) told(level string) string {
	i.t.Helper()
	client, err := kube.NewClient(i.cluster, kube.Config{Namespace: i.namespace})
	if err != nil {
		i.t.Fatal(err)
	}
	log, err := client.LogCollections().Get(i.t.Context(), "logs-artefactenumerator-"+level, metav1.GetOptions{})
	if err != nil {
		i.t.Fatal(err)
	}
	return fmt.Sprint(log.Spec.Logs)
}

// versions are those of all items in the cluster.
func (i *installation) versions() string {
	i.t.Helper()
	client, err := kube.NewClient(i.cluster, kube.Config{Namespace: i.namespace})
	if err != nil {
		i.t.Fatal(err)
	}
	list, err := client.BacklogItems().List(i.t.Context(), metav1.ListOptions{})
	if err != nil {
		i.t.Fatal(err)
	}
	var all strings.Builder
	for _, item := range list.Items {
		fmt.Fprintln(&all, item.Name, item.ResourceVersion)
	}
	return all.String()
}

// What cannot be read leaves its artefacts as they were; the rest is done.
func TestPartsThatFail(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	i.publish("acme.org/shop", "1.0.0", 2)
	i.running("good", `{"artefact":{"component_name":"acme.org/cluster","artefact_kind":"runtime","artefact":{"artefact_name":"pod"}}}`)
	i.watch(scanners, "acme.org/shop")
	i.run(exitOK)
	want := map[string]bool{"image-00000": true, "image-00001": true, "pod": true}
	is.Equal(i.states(), want)

	// A malformed one is told with its name and what is wrong.
	i.running("bad", `{"artefact":{"component_name":"acme.org/cluster","artefact_kind":"nonsense","artefact":{"artefact_name":"x"}}}`)
	i.publish("acme.org/web", "1.0.0", 0)
	i.watch(scanners, "acme.org/shop", "acme.org/gone", "acme.org/web")
	_, log := i.run(exitUnable)
	is.Equal(i.states(), want)
	is.True(strings.Contains(log, "RuntimeArtefact bad"))
	is.True(strings.Contains(i.told("error"), "RuntimeArtefact bad"))
	is.True(strings.Contains(log, "spec.artefact.artefact_kind"))
	is.True(strings.Contains(log, `"component_name":"acme.org/gone"`))
	is.True(strings.Contains(log, `"component_name":"acme.org/web"`)) // the rest went on

	i.watch(scanners, "acme.org/shop@http://127.0.0.1:1/gone")
	_, log = i.run(exitUnable)
	is.Equal(i.states(), want)
	is.True(strings.Contains(log, "component not resolved; its artefacts stay as they were"))
}

// Without permission for runtime artefacts, those that are known stay.
func TestWithoutPermission(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	i.publish("acme.org/shop", "1.0.0", 1)
	i.running("good", `{"artefact":{"component_name":"acme.org/cluster","artefact_kind":"runtime","artefact":{"artefact_name":"pod"}}}`)
	i.watch(scanners, "acme.org/shop")
	i.run(exitOK)

	roles := kubetest.Clientset(t, i.cluster).RbacV1().RoleBindings(i.namespace)
	is.NoErr(roles.Delete(t.Context(), "artefact-enumerator", metav1.DeleteOptions{}))
	kubetest.Eventually(t, "the permission is gone", func(context.Context) error {
		var out, log strings.Builder
		if run(t.Context(), i.args(), &out, &log); !strings.Contains(log.String(), "forbidden") {
			return errors.New(log.String())
		}
		return nil
	})
	_, log := i.run(exitUnable)
	is.Equal(i.states(), map[string]bool{"image-00000": true, "pod": true})
	is.True(strings.Contains(log, "the Role of this ServiceAccount lacks the permission"))

	// What is new is noted, but cannot be queued, and is therefore not noted as queued.
	i.publish("acme.org/shop", "2.0.0", 1)
	_, log = i.run(exitUnable)
	is.True(strings.Contains(log, "enumeration ended early"))
	is.Equal(len(i.items()), 1)
	kubetest.InstallRoles(t, i.cluster, i.namespace)
	kubetest.Eventually(t, "the next run queues it", func(context.Context) error {
		var out, log strings.Builder
		if code := run(t.Context(), i.args(), &out, &log); code != exitOK {
			return errors.New(log.String())
		}
		return nil
	})
	is.Equal(len(i.items()), 2)
}

// A cluster without the custom resources, and one that is gone, are told.
func TestOtherClusters(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := remote(t)
	server := kubetest.Start(t)
	i.cluster, i.namespace = server.Config(), "default"
	i.kubeconfig = kubetest.Kubeconfig(t, i.cluster, i.namespace)
	i.publish("acme.org/shop", "1.0.0", 1)
	i.watch(scanners, "acme.org/shop")
	_, log := i.run(exitUnable)
	is.True(strings.Contains(log, "are the CustomResourceDefinitions of group delivery-gear.gardener.cloud installed?"))
	is.Equal(i.states(), map[string]bool{"image-00000": true})

	server.Kill(t)
	_, log = i.run(exitUnable)
	is.True(strings.Contains(log, "connection refused"))

	server.Up(t)
	kubetest.InstallCRDs(t, i.cluster)
	i.run(exitOK)
	is.Equal(count(i.items()), map[string]int{"osid": 1}) // nothing is lost
}

// A core that is away is asked again, then the next run does the work.
func TestCoreThatIsAway(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	i.publish("acme.org/shop", "1.0.0", 1)
	i.watch(scanners, "acme.org/shop")
	i.server.Close()
	_, log := i.run(exitUnable)
	is.True(strings.Contains(log, "after 5 attempts"))
	is.Equal(len(i.items()), 0)
	i.serve(httpapi.Config{})
	i.run(exitOK, "--delivery-service-url="+i.server.URL)
	is.Equal(len(i.items()), 1)
}

func TestThroughCoreAlone(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := remote(t)
	i.publish("acme.org/shop", "1.0.0", 3)
	i.watch(scanners, "acme.org/shop")
	_, log := i.run(exitUnable, "--no-cluster")
	is.True(strings.Contains(log, "cluster-access")) // the core has none

	db, err := sqlite.Open(t.Context(), filepath.Join(i.dir, "odg.db"), sqlite.Config{})
	is.NoErr(err)
	defer db.Close()
	queue := db.Queue(time.Now)
	i.serve(httpapi.Config{Backlog: httpapi.QueueItems(queue), Runtime: onePod{}})
	i.watch(scanners, "acme.org/shop")
	_, log = i.run(exitOK, "--no-cluster")
	is.True(strings.Contains(log, `"items_created":3`))
	items, err := queue.List(t.Context(), backlog.Filter{})
	is.NoErr(err)
	is.Equal(count(items), map[string]int{"osid": 3})
	is.Equal(i.states()["pod"], true)
	i.written()
	i.run(exitOK, "--no-cluster")
	is.Equal(len(i.written()), 0)
}

// onePod is one runtime artefact.
type onePod struct{ httpapi.RuntimeArtefacts }

func (onePod) RuntimeResources(context.Context, map[string]string) iter.Seq2[httpapi.Resource, error] {
	return func(yield func(httpapi.Resource, error) bool) {
		yield(httpapi.Resource{Name: "a", Spec: []byte(`{"artefact":{"component_name":"c","artefact_kind":"runtime","artefact":{"artefact_name":"pod"}}}`)}, nil)
	}
}

func TestOnDatabase(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := remote(t)
	i.publish("acme.org/shop", "1.0.0", 3)
	i.watch(scanners, "acme.org/shop")
	file := filepath.Join(i.dir, "odg.db")
	stdout, _ := i.run(exitOK, "--database=sqlite:"+file, "--dry-run", "--output=json")
	is.True(!strings.Contains(stdout, `"written"`))
	_, log := i.run(exitOK, "--database=sqlite:"+file)
	is.True(strings.Contains(log, `"items_created":3`))
	_, log = i.run(exitOK, "--database=sqlite:"+file)
	is.True(strings.Contains(log, `"items_created":0`))

	db, err := sqlite.Open(t.Context(), file, sqlite.Config{})
	is.NoErr(err)
	defer db.Close()
	unlock, err := db.Lock()
	is.NoErr(err)
	_, log = i.run(exitUnable, "--database=sqlite:"+file) // somebody else works on it
	is.True(strings.Contains(log, "lock"))
	unlock()
}

// On the database of a core, items go to the cluster.
func TestOnPostgreSQL(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	database := pgtest.URL(t)
	i := install(t)
	i.publish("acme.org/shop", "1.0.0", 2)
	i.watch(scanners, "acme.org/shop")
	i.run(exitOK, "--database="+database)
	is.Equal(count(i.items()), map[string]int{"osid": 2})
	is.Equal(len(i.written()), 0) // the core was not asked
	_, log := i.run(exitOK, "--database="+database)
	is.True(strings.Contains(log, `"entries_written":0`))
	_, log = i.run(exitUsage, "--database=postgresql://u:hunter2/%zz@h:5432/db")
	is.True(!strings.Contains(log, "hunter2"))
}

func TestUsage(t *testing.T) {
	t.Parallel()
	i := remote(t)
	i.watch(scanners, "acme.org/shop")
	files := i.args()
	for name, test := range map[string]struct {
		args []string
		code int
		told string
	}{
		"help":              {[]string{"--help"}, exitOK, "--no-cluster"},
		"version":           {[]string{"--version"}, exitOK, "artefact-enumerator "},
		"unknown flag":      {[]string{"--nope"}, exitUsage, "--nope"},
		"no files":          {nil, exitUsage, "EXTENSIONS_CFG_PATH"},
		"missing file":      {append(files, "--findings-cfg="+filepath.Join(i.dir, "absent")), exitUsage, "absent"},
		"missing mappings":  {append(files, "--no-cluster", "--ocm-repo-mappings="+filepath.Join(i.dir, "absent")), exitUsage, "absent"},
		"wrong extensions":  {append(files, "--extensions-cfg="+i.write("odd", "artefact_enumerator: {components: 7}")), exitUsage, "odd:1:"},
		"no core":           {append(files, "--no-cluster", "--extensions-cfg="+i.write("bare", "artefact_enumerator: {components: []}")), exitUsage, "delivery_service_url"},
		"a core that is no": {append(files, "--no-cluster", "--delivery-service-url=ftp://x"), exitUsage, "find ODG Core"},
		"not configured":    {append(files, "--extensions-cfg="+i.write("none", "{}")), exitOK, "nothing to do"},
		"resting":           {append(files, "--extensions-cfg="+i.write("rests", "artefact_enumerator: {enabled: false, components: []}")), exitOK, "nothing to do"},
		"parallel":          {append(files, "--parallel=0"), exitUsage, "--parallel=0"},
		"no backlog":        {append(files, "--no-cluster", "--database=postgresql://u@h/db"), exitUsage, "keeps no backlog"},
		"other database":    {append(files, "--database=mysql://h", "--kubeconfig="+i.write("kubeconfig", kubeconfig)), exitUsage, "sqlite:FILE"},
		"odd cluster":       {append(files, "--kubeconfig="+filepath.Join(i.dir, "absent")), exitUsage, "find the cluster"},
		"odd secret":        {append(files, "--secret-factory-path="+i.secret("hunter2")), exitUsage, "want a mapping"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, log strings.Builder
			code := run(t.Context(), test.args, &out, &log)
			said := out.String() + log.String()
			if code != test.code || !strings.Contains(said, test.told) || strings.Contains(said, "hunter2") {
				t.Errorf("code %d, want %d and %q:\n%s", code, test.code, test.told, said)
			}
		})
	}
}

const kubeconfig = `{apiVersion: v1, kind: Config, current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}],
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}], users: [{name: u, user: {}}]}`

// secret writes one for a registry and returns the folder of secrets.
func (i *installation) secret(text string) string {
	i.t.Helper()
	dir := i.t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "oci-registry"), 0o700); err != nil {
		i.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "oci-registry", "a"), []byte(text), 0o600); err != nil {
		i.t.Fatal(err)
	}
	return dir
}
