//go:build unix

package deploy_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/internal/registrytest"
)

const (
	findingsCfg   = "- {type: finding/osid, categorisations: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}}\n"
	extensionsCfg = `defaults: {delivery_service_url: %q}
artefact_enumerator:
  components: [{component_name: example.org/shop, version: greatest, max_versions_limit: 2, ocm_repo_url: "%s/ocm"}]
backlog_controller: {}
osid: {}
`
)

// TestInstallation runs all programs together, each with what the chart lets it do,
// from a delivery in a registry to findings in the core. Nothing that they do is
// refused.
func TestInstallation(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := kubetest.Config(t)
	namespace, clients := restricted(t, config)
	apply(t, config, namespace, plain)
	server := registrytest.Serve()
	t.Cleanup(server.Close)
	registry := registrytest.Registry(server.URL)
	is.NoErr(registry.PushArchive("../examples/quickstart/delivery.tgz", "ocm"))
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		is.NoErr(os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	findings, extensions := file("findings_cfg", findingsCfg), file("extensions_cfg", "osid: {delivery_service_url: 'http://localhost'}\n")

	core := runAs(t, config, namespace, "delivery-service", build(t, "odg-core"), "--port=0", "--metrics-port=0",
		"--delivery-db-url=sqlite:"+filepath.Join(dir, "odg.db"), "--findings-cfg="+findings, "--extensions-cfg="+extensions)
	api := site{t, core.address(t, "api")}
	configured := []string{"--findings-cfg-path=" + findings, "--extensions-cfg-path=" + file("extensions_cfg_2", fmt.Sprintf(extensionsCfg, api.url, registry))}

	api.ask(http.MethodPut, "/service-extensions/runtime-artefacts?label=example.org/landscape:live", `{"artefacts":[`+running+`]}`, http.StatusCreated, "")
	api.eventually("/service-extensions/runtime-artefacts?label=example.org/landscape:live", `"component_name":"example.org/edge"`)

	enumerator, enumerated := prepare(t, config, namespace, "artefact-enumerator", build(t, "artefact-enumerator"), configured...)
	if err := enumerator.Run(); err != nil {
		t.Fatalf("artefact-enumerator: %v\n%s", err, enumerated)
	}
	const items = "/service-extensions/backlog-items?service=osid"
	api.eventually(items, `"delivery-gear.gardener.cloud/service":"osid"`)

	controller := run(t, config, namespace, "backlog-controller", "--address=127.0.0.1:0", configured[1])
	kubetest.Eventually(t, "an Event says that osid has more workers", func(ctx context.Context) error {
		events, err := clients.CoreV1().Events(namespace).List(ctx, metav1.ListOptions{FieldSelector: "involvedObject.kind=Deployment,involvedObject.name=osid"})
		if err == nil && !strings.Contains(reporters(events.Items), "backlog-controller") {
			err = fmt.Errorf("events are from %q; log:\n%s", reporters(events.Items), controller)
		}
		return err
	})
	worker := runAs(t, config, namespace, "osid", build(t, "odg-extension"), append(configured, "osid", "--address=127.0.0.1:0", "--log-interval=1s")...)
	api.empties(items)
	api.ask(http.MethodPost, "/artefacts/metadata/query?type=finding/osid", `{"entries":[{"component_name":"example.org/shop/web"}]}`, http.StatusOK, `"finding/osid"`)
	api.eventually("/service-extensions/log-collections?log_level=info&service=osid", "scan finished")
	api.ask(http.MethodGet, "/service-extensions/container-statuses?service=osid", "", http.StatusOK, "[")

	api.ask(http.MethodPost, "/service-extensions/backlog-items?service=sast", `{"artefacts":[`+running+`]}`, http.StatusCreated, "")
	api.eventually("/service-extensions/backlog-items?service=sast", `"priority":8`)
	name := api.nameOf("/service-extensions/backlog-items?service=sast")
	api.ask(http.MethodPut, "/service-extensions/backlog-items?name="+name, `{"spec":{"priority":1}}`, http.StatusNoContent, "")
	api.eventually("/service-extensions/backlog-items?service=sast", `"priority":1`)
	api.ask(http.MethodDelete, "/service-extensions/backlog-items?name="+name, "", http.StatusNoContent, "")
	api.empties("/service-extensions/backlog-items?service=sast")
	ran := api.nameOf("/service-extensions/runtime-artefacts")
	api.ask(http.MethodDelete, "/service-extensions/runtime-artefacts?name="+ran, "", http.StatusNoContent, "")
	api.empties("/service-extensions/runtime-artefacts")

	for program, log := range map[string]*output{"odg-core": core, "artefact-enumerator": enumerated, "backlog-controller": controller, "odg-extension": worker} {
		if strings.Contains(log.String(), "forbidden") {
			t.Errorf("%s was refused something:\n%s", program, log)
		}
	}
}

// running is an artefact that no component lists.
const running = `{"component_name":"example.org/edge","component_version":"1.0.0","artefact_kind":"runtime","artefact":{"artefact_name":"proxy","artefact_type":"ociImage","artefact_version":"1.0.0","artefact_extra_id":{}},"references":[]}`

// site is a server that is asked over HTTP.
type site struct {
	t   *testing.T
	url string
}

// ask sends a request, whose answer must have a status and hold a text.
func (s site) ask(method, path, body string, status int, text string) string {
	s.t.Helper()
	got, answer, err := s.send(s.t.Context(), method, path, body)
	if err != nil || got != status || !strings.Contains(answer, text) {
		s.t.Fatalf("%s %s: want %d with %q, got %d %s %v", method, path, status, text, got, answer, err)
	}
	return answer
}

// eventually waits until the answer holds a text.
func (s site) eventually(path, text string) {
	s.t.Helper()
	kubetest.Eventually(s.t, path+" with "+text, func(ctx context.Context) error {
		status, answer, err := s.send(ctx, http.MethodGet, path, "")
		if err == nil && (status != http.StatusOK || !strings.Contains(answer, text)) {
			err = fmt.Errorf("%d %.500s", status, answer)
		}
		return err
	})
}

// empties waits until the answer is a list of nothing.
func (s site) empties(path string) {
	s.t.Helper()
	kubetest.Eventually(s.t, path+" is empty", func(ctx context.Context) error {
		status, answer, err := s.send(ctx, http.MethodGet, path, "")
		if err == nil && (status != http.StatusOK || strings.TrimSpace(answer) != "[]") {
			err = fmt.Errorf("%d %.500s", status, answer)
		}
		return err
	})
}

// nameOf returns the name of the only resource of an answer.
func (s site) nameOf(path string) string {
	s.t.Helper()
	var all []struct{ Metadata struct{ Name string } }
	if err := json.Unmarshal([]byte(s.ask(http.MethodGet, path, "", http.StatusOK, "")), &all); err != nil || len(all) != 1 {
		s.t.Fatalf("%s: %v %v", path, all, err)
	}
	return all[0].Metadata.Name
}

func (s site) send(ctx context.Context, method, path, body string) (status int, answer string, err error) {
	request, err := http.NewRequestWithContext(ctx, method, s.url+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	return response.StatusCode, string(data), err
}

// address waits until a program says where it serves something.
func (o *output) address(t *testing.T, what string) string {
	t.Helper()
	var found string
	kubetest.Eventually(t, what+" is served", func(context.Context) error {
		for line := range strings.Lines(o.String()) {
			var said struct{ Serves, Address string }
			if json.Unmarshal([]byte(line), &said) == nil && said.Serves == what {
				found = "http://" + said.Address
				return nil
			}
		}
		return errors.New(o.String())
	})
	return found
}

// TestCommandsExist checks that the programs which pods run are made, as the image has
// all of them.
func TestCommandsExist(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.True(strings.Contains(content(t, "../Dockerfile"), "./cmd/...")) // all are in the image
	files, err := filepath.Glob(golden)
	is.NoErr(err)
	is.True(len(files) > 0)
	for _, file := range append(files, plain) {
		for name, pod := range pods(t, file) {
			for _, container := range pod.Spec.Containers {
				is.True(len(container.Command) > 0)
				_, err := os.Stat(filepath.Join("..", "cmd", container.Command[0], "main.go"))
				if err != nil || filepath.Dir(container.Command[0]) != "/" {
					t.Errorf("%s: %s runs %q: %v", file, name, container.Command, err)
				}
			}
		}
	}
}
