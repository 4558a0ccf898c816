package httpapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/httpapi"
)

// brokenRepository is a repository all of whose answers are one error.
type brokenRepository struct{ err error }

func (f brokenRepository) Descriptor(context.Context, component.ID) (*component.Descriptor, error) {
	return nil, f.err
}
func (f brokenRepository) Versions(context.Context, string) ([]string, error) { return nil, f.err }

// componentRoutes ask about acme.org/shop:1.0.0.
var componentRoutes = map[string]struct{ method, target, body string }{
	"component":    {"GET", "/ocm/component?component_name=acme.org/shop&version=1.0.0", ""},
	"raw":          {"GET", "/ocm/component?component_name=acme.org/shop&version=1.0.0&raw=true", ""},
	"greatest":     {"GET", "/ocm/component?component_name=acme.org/shop", ""},
	"versions":     {"GET", "/ocm/component/versions?component_name=acme.org/shop", ""},
	"dependencies": {"GET", "/ocm/component/dependencies?component_name=acme.org/shop&version=1.0.0", ""},
	"responsibles": {"GET", "/ocm/component/responsibles?component_name=acme.org/shop&version=1.0.0", ""},
	"blob":         {"GET", blobTarget("acme.org/shop:1.0.0", "a"), ""},
	"diff":         {"POST", "/components/diff", diffBody("acme.org/shop:1.0.0", "acme.org/shop:1.0.0")},
}

func TestRepositoryFaults(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err    error
		status int
		code   string
	}{
		"down":      {component.ErrUnavailable, 503, "repository-unavailable"},
		"denied":    {component.ErrDenied, 502, "repository-denied"},
		"altered":   {oci.ErrDigest, 502, "repository"},
		"elsewhere": {oci.ErrHost, 502, "repository"},
		"unknown":   {errors.New("what is this?"), 502, "repository"},
		"malformed": {component.ErrMalformed, 424, "malformed-descriptor"},
		"too large": {component.ErrLimit, 422, "limit"},
	} {
		api := newAPI(httpapi.Config{Components: brokenRepository{fmt.Errorf("OCM repository registry.example/ocm: %w", tc.err)}})
		for route, request := range componentRoutes {
			t.Run(name+" "+route, func(t *testing.T) {
				t.Parallel()
				is := is.New(t)
				rec := ask(api, request.method, request.target, request.body, "Accept", "application/problem+json")
				is.Equal(rec.Code, tc.status)
				is.True(strings.Contains(rec.Body.String(), "registry.example/ocm")) // says which
				is.True(strings.Contains(rec.Body.String(), `"code":"`+tc.code+`"`))
				is.Equal(rec.Header().Get("Retry-After") != "", tc.status == 503)
			})
		}
	}
}

// A registry that has stopped is told as such, by its name.
func TestRegistryThatIsDown(t *testing.T) {
	t.Parallel()
	d := newDelivery()
	d.add(t, descriptor("acme.org/shop", "1.0.0", ``, ``))
	server := d.registry(t)
	repository := inRegistry(t, server, oci.Config{Retries: -1})
	api := newAPI(httpapi.Config{Components: repository})
	is.New(t).Equal(ask(api, "GET", componentRoutes["component"].target, "").Code, 200)
	server.Close()
	for route, request := range componentRoutes {
		t.Run(route, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rec := ask(api, request.method, request.target, request.body)
			is.Equal(rec.Code, 503)
			is.True(strings.Contains(rec.Body.String(), strings.TrimPrefix(server.URL, "http://")))
		})
	}
}

func TestRegistryThatDenies(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	defer server.Close()
	rec := ask(newAPI(httpapi.Config{Components: inRegistry(t, server, oci.Config{Retries: -1})}), "GET", componentRoutes["component"].target, "")
	is.Equal(rec.Code, 502)
	is.True(strings.Contains(rec.Body.String(), strings.TrimPrefix(server.URL, "http://")))
}

// filtering leaves out versions, and remembers all that it was asked.
type filtering struct {
	documents
	asked *atomic.Int64
}

func (f filtering) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	f.asked.Add(1)
	return f.documents.Descriptor(ctx, id)
}

func (f filtering) Versions(context.Context, string) ([]string, error) { return []string{"1.0.0"}, nil }

func (f filtering) AllVersions(ctx context.Context, name string) ([]string, error) {
	return f.documents.Versions(ctx, name)
}

func (f filtering) Uncached() component.VersionFinder { return f.documents }

func TestVersionFilterReplacesThatOfTheRepository(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	var texts []string
	for _, version := range []string{"0.9.0-dev", "1.0.0", "1.1.0-dev"} {
		texts = append(texts, descriptor("acme.org/shop", version, ``, ``))
	}
	api := newAPI(httpapi.Config{Components: filtering{newDocuments(t, texts...), &asked}})
	for filter, want := range map[string]string{
		"": `["1.0.0"]`, "any": `["0.9.0-dev","1.0.0","1.1.0-dev"]`, "semver_non_releases": `["0.9.0-dev","1.1.0-dev"]`, `1\..*`: `["1.0.0","1.1.0-dev"]`,
		"2": `[]`,
	} {
		is := is.New(t)
		request := httptest.NewRequest("GET", "/ocm/component/versions?component_name=acme.org/shop", nil)
		query := request.URL.Query()
		query.Set("version_filter", filter)
		request.URL.RawQuery = query.Encode()
		rec := httptest.NewRecorder()
		api.ServeHTTP(rec, request)
		is.Equal(rec.Code, 200)
		is.Equal(strings.TrimSpace(rec.Body.String()), want)
	}
	is := is.New(t)
	is.Equal(ask(api, "GET", "/ocm/component/versions?component_name=a&version_filter="+strings.Repeat("a", 2000), "").Code, 400)
}

func TestCachesAreLeftOutOfAccount(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var asked atomic.Int64
	api := newAPI(httpapi.Config{Components: filtering{newDocuments(t, descriptor("acme.org/shop", "1.0.0", ``, ``)), &asked}})
	const target = "/ocm/component?component_name=acme.org/shop&version=1.0.0"
	for _, more := range []string{"&raw=true", "&ignore_cache=true", "&raw=true&ignore_cache=true"} {
		is.Equal(ask(api, "GET", target+more, "").Code, 200)
	}
	is.Equal(asked.Load(), int64(0))
	is.Equal(ask(api, "GET", target, "").Code, 200)
	is.Equal(asked.Load(), int64(1))
	is.Equal(ask(api, "GET", "/ocm/component?component_name=acme.org/shop&ignore_cache=true", "").Body.String(), ask(api, "GET", target, "").Body.String())
}

// endless is a repository of components that refer to others by a rule.
type endless struct {
	asked  *atomic.Int64
	refers func(n int) []int
}

func (e endless) Versions(context.Context, string) ([]string, error) { return []string{"1.0.0"}, nil }

func (e endless) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.asked.Add(1)
	n, err := strconv.Atoi(strings.TrimPrefix(id.Name, "acme.org/n"))
	if err != nil {
		return nil, fmt.Errorf("component version %s: %w", id, component.ErrNotFound)
	}
	d := &component.Descriptor{ID: id, Schema: component.SchemaV2}
	for _, target := range e.refers(n) {
		name := "acme.org/n" + strconv.Itoa(target)
		if target < 0 {
			name = "acme.org/missing" + strconv.Itoa(-target)
		}
		d.References = append(d.References, component.Reference{
			Element: component.Element{Name: "n" + strconv.Itoa(target), Version: "1.0.0"}, ComponentName: name,
		})
	}
	return d, nil
}

// upTo are the numbers from one to another.
func upTo(from, to int) (all []int) {
	for n := from; n <= to; n++ {
		all = append(all, n)
	}
	return all
}

func TestTreesWithoutEnd(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		refers func(n int) []int
		status int
		want   string
	}{
		"100,000 in a line":     {func(n int) []int { return []int{n + 1} }, 422, "500 references"},
		"100,000 at once":       {func(n int) []int { return upTo(1, 100_000)[:100_000*min(1, 1-min(n, 1))] }, 422, "more than 10000 component versions"},
		"doubling":              {func(n int) []int { return []int{2*n + 1, 2*n + 2} }, 422, "more than 10000 component versions"},
		"many paths":            {func(n int) []int { return upTo(n+1, min(n+8, 40)) }, 422, "10000 paths"},
		"cycle":                 {func(n int) []int { return []int{(n + 1) % 3} }, 422, "acme.org/n0:1.0.0 -> acme.org/n1:1.0.0 -> acme.org/n2:1.0.0 -> acme.org/n0:1.0.0"},
		"itself":                {func(n int) []int { return []int{n} }, 422, "acme.org/n0:1.0.0 -> acme.org/n0:1.0.0"},
		"a long cycle":          {func(n int) []int { return []int{(n + 1) % 400} }, 422, "-> 380 more -> acme.org/n0:1.0.0"},
		"many that are missing": {func(n int) []int { return upTo(-5000*max(0, 1-n), -1) }, 422, "and 4999 more of its components are faulty"},
	} {
		for _, route := range []struct{ name, method, target, body string }{
			{"dependencies", "GET", "/ocm/component/dependencies?component_name=acme.org/n0&version=1.0.0", ""},
			{"diff", "POST", "/components/diff", diffBody("acme.org/n0:1.0.0", "acme.org/n0:1.0.0")},
		} {
			if name == "many paths" && route.name == "diff" {
				continue // it names each component once
			}
			t.Run(name+" "+route.name, func(t *testing.T) {
				t.Parallel()
				is := is.New(t)
				var asked atomic.Int64
				began := time.Now()
				rec := ask(newAPI(httpapi.Config{Components: endless{&asked, tc.refers}}), route.method, route.target, route.body)
				is.Equal(rec.Code, tc.status)
				if !strings.Contains(rec.Body.String(), tc.want) {
					t.Errorf("answer is %.500q, want it to say %q", rec.Body, tc.want)
				}
				is.True(rec.Body.Len() < 50_000)
				is.True(asked.Load() <= 10_100)
				is.True(time.Since(began) < 20*time.Second)
			})
		}
	}
}

// A repository that fails is not asked for the rest of a tree.
func TestWalkEndsAtTheFirstFault(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var asked atomic.Int64
	tree := endless{&asked, func(n int) []int { return upTo(1, 5000*max(0, 1-n)) }}
	api := newAPI(httpapi.Config{Components: failsAfter{tree, 10}})
	rec := ask(api, "GET", "/ocm/component/dependencies?component_name=acme.org/n0&version=1.0.0", "")
	is.Equal(rec.Code, 503)
	is.True(asked.Load() < 50)
}

type failsAfter struct {
	endless
	most int64
}

func (f failsAfter) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	d, err := f.endless.Descriptor(ctx, id)
	if f.asked.Load() > f.most {
		return nil, fmt.Errorf("OCM repository registry.example: %w", component.ErrUnavailable)
	}
	return d, err
}

// A client that leaves ends the walk for it.
func TestWalkEndsWithItsClient(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var asked atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	tree := endless{&asked, func(n int) []int {
		if n == 20 {
			cancel()
		}
		return []int{n + 1}
	}}
	request := httptest.NewRequestWithContext(ctx, "GET", "/ocm/component/dependencies?component_name=acme.org/n0&version=1.0.0", nil)
	rec := httptest.NewRecorder()
	newAPI(httpapi.Config{Components: tree}).ServeHTTP(rec, request)
	is.Equal(rec.Code, 499)
	is.True(asked.Load() < 30)
}
