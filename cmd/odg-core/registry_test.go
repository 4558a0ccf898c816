package main

import (
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/registrytest"
)

// registryServer is a registry that holds the delivery of the quickstart below /ocm.
// It counts requests, and wants the password if there is one.
type registryServer struct {
	url      string
	requests atomic.Int64
	password atomic.Value
}

func newRegistry(t *testing.T) *registryServer {
	t.Helper()
	r := &registryServer{}
	r.password.Store("")
	server := registrytest.Serve(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
			r.requests.Add(1)
			_, password, _ := request.BasicAuth()
			if want := r.password.Load(); want != "" && password != want {
				w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			next.ServeHTTP(w, request)
		})
	})
	t.Cleanup(server.Close)
	r.url = server.URL
	if err := registrytest.Registry(r.url).PushArchive(quickstart, "ocm"); err != nil {
		t.Fatal(err)
	}
	r.requests.Store(0)
	return r
}

const (
	shopPath     = "/ocm/component?component_name=example.org/shop&version=2026.11.0"
	versionsPath = "/ocm/component/versions?component_name=example.org/shop"
)

func TestComponentsOfRegistries(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	r := newRegistry(t)
	s := start(t, "--samples", "--ocm-repo-mappings="+config(t, t.TempDir(), "mappings.yaml", "- repository: "+r.url+"/ocm\n"))
	_, versions := s.get(s.api, versionsPath)
	is.True(strings.Contains(versions, `"2026.11.0"`))
	status, first := s.get(s.api, shopPath)
	is.Equal(status, 200)
	here := `"repositoryContexts":[{"type":"ociRegistry","baseUrl":"` + r.url + `/ocm","subPath":null}]`
	is.True(strings.Contains(first, here))
	_, fresh := s.get(s.api, shopPath+"&ignore_cache=true")
	is.Equal(first, fresh)
	before := r.requests.Load()
	status, second := s.get(s.api, shopPath)
	is.Equal(status, 200)
	is.Equal(first, second)
	is.Equal(r.requests.Load(), before) // from memory
	status, raw := s.get(s.api, shopPath+"&raw=true")
	is.Equal(status, 200)
	is.True(strings.HasPrefix(raw, `"`))
	status, _ = s.get(s.api, "/ocm/component/dependencies?component_name=example.org/shop&version=2026.11.0")
	is.Equal(status, 200)
	status, body := s.get(s.api, "/ocm/component?component_name=example.org/shop&version=1")
	is.Equal(status, 404)
	is.True(strings.Contains(body, "example.org/shop:1") && strings.Contains(body, r.url+"/ocm")) // what, and where
	_, body = s.get(s.api, "/ocm/component?component_name=example.org/shop&version=1&ocm_repo_url="+url.QueryEscape(r.url+"/other"))
	is.True(strings.Contains(body, r.url+"/ocm")) // which is asked after the other

	_, metrics := s.get(s.metrics, "/metrics")
	is.True(strings.Contains(metrics, `odg_component_cache_lookups_total{kind="versions",result="miss"} 1`))
	is.True(!strings.Contains(metrics, `odg_component_cache_lookups_total{kind="descriptor",result="hit"} 0`))
	is.True(strings.Contains(metrics, "odg_component_cache_bytes ") && !strings.Contains(metrics, "odg_component_cache_bytes 0"))
}

// Archives are asked first; what they have needs no registry.
func TestArchivesComeFirst(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	r := newRegistry(t)
	s := start(t, "--samples", "--ocm-repository="+quickstart, "--ocm-repo-mappings="+config(t, t.TempDir(), "mappings.yaml", "- repository: "+r.url+"/ocm\n"))
	status, _ := s.get(s.api, shopPath)
	is.Equal(status, 200)
	is.Equal(r.requests.Load(), int64(0))
	_, versions := s.get(s.api, versionsPath)
	is.Equal(strings.Count(versions, "2026.11.0"), 1) // of both, once
	is.True(r.requests.Load() > 0)
}

// A request cannot make the server go anywhere but to what is configured.
func TestRepositoriesOfRequests(t *testing.T) {
	t.Parallel()
	mapped, other := newRegistry(t), newRegistry(t)
	host := strings.TrimPrefix(other.url, "http://")
	mappings := config(t, t.TempDir(), "mappings.yaml",
		"- {repository: "+mapped.url+"/ocm, prefixes: nobody/, labels: a}\n- {repository: "+quickstart+"}\n- {type: virtual, name: mine, selectors: {required_labels: a}}\n")
	s := start(t, "--samples", "--ocm-repo-mappings="+mappings, "--allow-host=registry.example.org")
	for name, tc := range map[string]struct {
		repository string
		status     int
	}{
		"a mapped registry":          {mapped.url + "/ocm", 404}, // whose prefixes count
		"elsewhere in it":            {mapped.url + "/ocm/other", 404},
		"a virtual one":              {"mine", 404},
		"a mapped archive":           {quickstart, 200},
		"an archive that is not":     {"../../component/ctf/testdata/fixtures/delivery/delivery.tgz", 400},
		"an unknown host":            {other.url + "/ocm", 400},
		"an unknown host, with TLS":  {host + "/ocm", 400},
		"metadata of a cloud":        {"http://169.254.169.254/latest", 400},
		"another port":               {"http://127.0.0.1:1/ocm", 400},
		"allowed, but not in clear":  {"http://registry.example.org/ocm", 400},
		"no place in a registry":     {"file:///etc/passwd", 400},
		"nothing that can be parsed": {"http://%zz", 400},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			status, body := s.get(s.api, shopPath+"&ignore_lookup=true&ocm_repo_url="+url.QueryEscape(tc.repository))
			t.Log(body)
			is.Equal(status, tc.status)
			if tc.status == 400 {
				status, _ = s.get(s.api, "/ocm/artefacts/blob?component=example.org%2Fshop:greatest&artefact=a&ocm_repository="+url.QueryEscape(tc.repository))
				is.Equal(status, 400)
			}
			is.Equal(other.requests.Load(), int64(0))
		})
	}
}

func TestSecretsOfRegistries(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	r := newRegistry(t)
	r.password.Store("hunter2")
	mappings := "--ocm-repo-mappings=" + config(t, t.TempDir(), "mappings.yaml", "- repository: "+r.url+"/ocm\n")
	secret := "{username: reader, password: hunter2, privileges: readonly, image_reference_prefixes: ['" + strings.TrimPrefix(r.url, "http://") + "/ocm']}"
	dir := secretTree(t, map[string]string{"oci-registry/a": secret})
	database := "--delivery-db-url=sqlite:" + t.TempDir() + "/odg.db"
	s := start(t, "--samples", mappings, database, "--secret-factory-path="+dir)
	status, _ := s.get(s.api, shopPath)
	is.Equal(status, 200)

	stranger := start(t, "--samples", mappings)
	status, body := stranger.get(stranger.api, shopPath)
	is.Equal(status, 502)
	is.True(strings.Contains(body, strings.TrimPrefix(r.url, "http://"))) // says which registry
	is.True(!strings.Contains(body, "hunter2"))

	_, err := secrets(secretTree(t, map[string]string{"oci-registry/a": "{username: a, password: hunter2, privileges: root}"})).registries()
	is.True(err != nil && strings.Contains(err.Error(), "privileges"))
	is.True(!strings.Contains(err.Error(), "hunter2"))
}

// Other mappings are other repositories; those that cannot be are refused.
func TestMappingsAreFollowed(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	r, dir := newRegistry(t), t.TempDir()
	mappings := config(t, dir, "mappings.yaml", "[]\n")
	s := start(t, "--samples", "--ocm-repo-mappings="+mappings, "--reload-interval=5ms")
	status, _ := s.get(s.api, shopPath)
	is.Equal(status, 404)
	config(t, dir, "mappings.yaml", "- repository: "+r.url+"/ocm\n")
	s.until("the registry is asked", func() bool { status, _ := s.get(s.api, shopPath); return status == 200 })
	config(t, dir, "mappings.yaml", "- repository: ./none.tgz\n")
	s.until("the fault shows", func() bool { return s.verbose().Status == "degraded" })
	is.True(strings.Contains(s.verbose().Configuration.Error, "none.tgz"))
	status, _ = s.get(s.api, shopPath)
	is.Equal(status, 200)
	config(t, dir, "mappings.yaml", "[]\n")
	s.until("nobody is asked", func() bool { status, _ := s.get(s.api, shopPath); return status == 404 })
	_, after := s.get(s.metrics, "/metrics")
	is.True(strings.Contains(after, "odg_component_cache_bytes 0"))
	is.True(!strings.Contains(after, `odg_component_cache_lookups_total{kind="descriptor",result="miss"} 0`)) // counted across reloads
}
