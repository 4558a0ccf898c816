package httpapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/httpapi"
)

func TestComponents(t *testing.T) {
	t.Parallel()
	r := &repository{descriptors: map[component.ID]*component.Descriptor{}}
	for _, text := range []string{
		descriptor("acme.org/lib", "1.0.0", ``, `{"name":"img","version":"1.0.0","type":"ociImage/v1","relation":"local","access":{"type":"ociArtifact","imageReference":"r.org/a:1"}}`),
		descriptor("acme.org/lib", "2.0.0", ``, `{"name":"img","version":"2.0.0","type":"ociImage/v1","relation":"local","access":{"type":"localBlob","localReference":"sha256:x"}}`),
		descriptor("acme.org/shop", "1.0.0", `{"name":"lib","componentName":"acme.org/lib","version":"1.0.0"}`, ``),
		descriptor("acme.org/shop", "1.1.0", `{"name":"lib","componentName":"acme.org/lib","version":"2.0.0"}`, ``),
		descriptor("acme.org/broken", "1.0.0", `{"name":"gone","componentName":"acme.org/gone","version":"1.0.0"}`, ``),
	} {
		d, err := component.Decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		r.add(d)
	}
	api := newAPI(httpapi.Config{Components: r})
	for name, tc := range map[string]struct {
		method, target, body string
		status               int
		want                 string // text, or JSON
	}{
		"greatest": {"GET", "/ocm/component?component_name=acme.org/lib", "", 200, `{"meta":{"schemaVersion":"v2"},"component":{"name":"acme.org/lib","version":"2.0.0","repositoryContexts":[],
			"provider":"acme","sources":[{"name":"src","access":{"type":"github","repoUrl":"github.com/a/b","commit":"c","ref":null},"version":"1","extraIdentity":{},"type":"git","labels":[]}],
			"componentReferences":[],"resources":[{"name":"img","version":"2.0.0","type":"ociImage","access":{"type":"localBlob/v1","localReference":"sha256:x","size":null,"mediaType":"application/data","referenceName":null,"globalAccess":null},
			"digest":null,"extraIdentity":{},"relation":"local","labels":[],"srcRefs":[]}],"labels":[],"creationTime":null},"signatures":[],"nestedDigests":[]}`},
		"unknown version":       {"GET", "/ocm/component?component_name=acme.org/lib&version=9", "", 404, "acme.org/lib:9"},
		"unknown component":     {"GET", "/ocm/component?component_name=acme.org/none", "", 404, "no greatest version"},
		"only a repository":     {"GET", "/ocm/component?component_name=acme.org/lib&ignore_lookup=True", "", 400, "ocm_repo_url"},
		"raw":                   {"GET", "/ocm/component?component_name=acme.org/lib&raw=1", "", 400, "raw"},
		"versions":              {"GET", "/ocm/component/versions?component_name=acme.org/lib", "", 200, `["1.0.0","2.0.0"]`},
		"last version":          {"GET", "/ocm/component/versions?component_name=acme.org/lib&max=1", "", 200, `["2.0.0"]`},
		"versions up to":        {"GET", "/ocm/component/versions?component_name=acme.org/lib&version=1.0.0", "", 200, `["1.0.0"]`},
		"no versions":           {"GET", "/ocm/component/versions?component_name=acme.org/none", "", 200, `[]`},
		"odd max":               {"GET", "/ocm/component/versions?component_name=acme.org/lib&max=x", "", 404, "no integer"},
		"odd filter":            {"GET", "/ocm/component/versions?component_name=acme.org/lib&version_filter=(", "", 400, "version_filter"},
		"odd date":              {"GET", "/ocm/component/versions?component_name=acme.org/lib&start_date=x", "", 400, "start_date"},
		"odd populate":          {"GET", "/ocm/component/dependencies?component_name=acme.org/lib&populate=x", "", 400, "populate"},
		"missing reference":     {"GET", "/ocm/component/dependencies?component_name=acme.org/broken", "", 422, "acme.org/gone"},
		"dependencies of none":  {"GET", "/ocm/component/dependencies?component_name=acme.org/shop&version=9", "", 404, "acme.org/shop:9"},
		"diff of equals":        {"POST", "/components/diff", diffBody("acme.org/shop:1.0.0", "acme.org/shop:1.0.0"), 200, `{"components_added":[],"components_removed":[],"components_changed":[]}`},
		"diff with none":        {"POST", "/components/diff", diffBody("acme.org/shop:1.0.0", "acme.org/shop:9"), 404, "acme.org/shop:9"},
		"diff with broken":      {"POST", "/components/diff", diffBody("acme.org/shop:1.0.0", "acme.org/broken:1.0.0"), 422, "acme.org/gone"},
		"diff of nothing":       {"POST", "/components/diff", `{}`, 400, "left_component"},
		"diff of no JSON":       {"POST", "/components/diff", `{`, 400, "JSON"},
		"dependencies by names": {"GET", "/ocm/component/dependencies?component_name=acme.org/shop&version=1.0.0&populate=componentReferences", "", 200, `{"componentDependencies":[{"name":"acme.org/shop","version":"1.0.0","repositoryContexts":[],"comp_ref":[{"name":"acme.org/shop","version":"1.0.0","repositoryContexts":[]}]},{"name":"acme.org/lib","version":"1.0.0","repositoryContexts":[],"comp_ref":[{"name":"acme.org/shop","version":"1.0.0","repositoryContexts":[]},{"name":"acme.org/lib","version":"1.0.0","repositoryContexts":[]}]}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rec := ask(api, tc.method, tc.target, tc.body)
			is.Equal(rec.Code, tc.status)
			if rec.Code != 200 {
				if !strings.Contains(rec.Body.String(), tc.want) {
					t.Errorf("answer is %q, want it to say %q", rec.Body, tc.want)
				}
				return
			}
			var want, got any
			is.NoErr(json.Unmarshal([]byte(tc.want), &want))
			is.NoErr(json.Unmarshal(rec.Body.Bytes(), &got))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("all of the dependencies", func(t *testing.T) {
		t.Parallel()
		rec := ask(api, "GET", "/ocm/component/dependencies?component_name=acme.org/shop", "")
		if text := rec.Body.String(); strings.Count(text, `"repository-classification":"main"`) != 2 || strings.Count(text, `"comp_ref"`) != 2 {
			t.Error(text)
		}
	})
	t.Run("what has changed", func(t *testing.T) {
		t.Parallel()
		rec := ask(api, "POST", "/components/diff", diffBody("acme.org/shop:1.0.0", "acme.org/shop:1.1.0"))
		if text := rec.Body.String(); strings.Count(text, `"label_diff"`) != 3 || strings.Count(text, `"left":`) != 2 {
			t.Error(text)
		}
	})
	t.Run("not again", func(t *testing.T) {
		t.Parallel()
		is := is.New(t)
		const target = "/ocm/component?component_name=acme.org/lib"
		tag := ask(api, "GET", target, "").Header().Get("ETag")
		is.True(tag != "")
		rec := ask(api, "GET", target, "", "If-None-Match", `"x", W/`+tag)
		is.Equal(rec.Code, 304)
		is.Equal(rec.Body.Len(), 0)
	})
}

func descriptor(name, version, references, resources string) string {
	return `{"meta":{"schemaVersion":"v2"},"component":{"name":"` + name + `","version":"` + version + `","provider":"acme","repositoryContexts":[],
		"sources":[{"name":"src","version":"1","type":"git","access":{"type":"gitHub","repoUrl":"github.com/a/b","commit":"c"}}],
		"componentReferences":[` + references + `],"resources":[` + resources + `]}}`
}

func diffBody(left, right string) string {
	text := func(id string) string {
		name, version, _ := strings.Cut(id, ":")
		return `{"name":"` + name + `","version":"` + version + `"}`
	}
	return `{"left_component":` + text(left) + `,"right_component":` + text(right) + `}`
}
