package httpapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/httpapi"
)

var update = flag.Bool("update", false, "rewrite golden files")

// openAPI returns the document of a server with all routes.
func openAPI(t testing.TB) map[string]any {
	t.Helper()
	rec := ask(newAPI(httpapi.Config{ServeMetrics: true}), "GET", "/api/v1/openapi.json", "")
	var document map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &document); err != nil || rec.Code != 200 {
		t.Fatalf("%d %v", rec.Code, err)
	}
	return document
}

func TestOpenAPIIsAsBefore(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	text, err := json.MarshalIndent(openAPI(t), "", "  ")
	is.NoErr(err)
	golden := filepath.Join("testdata", "openapi.golden.json")
	if *update {
		is.NoErr(os.WriteFile(golden, append(text, '\n'), 0o644))
	}
	want, err := os.ReadFile(golden)
	is.NoErr(err)
	if diff := cmp.Diff(string(want), string(text)+"\n"); diff != "" {
		t.Errorf("the document has changed; go test ./httpapi -run OpenAPI -update writes it anew:\n%s", diff)
	}
}

// Each route has a description, and nothing else has.
func TestOpenAPIHasAllRoutes(t *testing.T) {
	t.Parallel()
	for name, serveMetrics := range map[string]bool{"with metrics": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			api := newAPI(httpapi.Config{ServeMetrics: serveMetrics})
			want := api.Routes()
			for i := range want {
				want[i] = strings.TrimSuffix(want[i], "{$}")
			}
			slices.Sort(want)
			var document struct {
				Paths map[string]map[string]any
			}
			is.NoErr(json.Unmarshal(ask(api, "GET", "/api/v1/openapi.json", "").Body.Bytes(), &document))
			var got []string
			for path, item := range document.Paths {
				for method := range item {
					got = append(got, strings.ToUpper(method)+" "+path)
				}
			}
			slices.Sort(got)
			is.Equal(cmp.Diff(want, got), "") // -routes +described
		})
	}
}

// No description is left over, of a route that is gone.
func TestOpenAPIDescribesNothingElse(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	routes := newAPI(httpapi.Config{ServeMetrics: true}).Routes()
	for _, described := range httpapi.Described() {
		is.True(slices.Contains(routes, described)) // the route exists
	}
}

func TestOpenAPIIsValid(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	document := openAPI(t)
	is.Equal(document["openapi"], "3.1.0")
	info := document["info"].(map[string]any)
	is.True(info["title"] != "" && info["version"] != "")
	tags := map[any]bool{}
	for _, tag := range document["tags"].([]any) {
		tags[tag.(map[string]any)["name"]] = true
	}
	ids := map[any]bool{}
	for path, item := range document["paths"].(map[string]any) {
		is.True(strings.HasPrefix(path, "/"))
		for method, o := range item.(map[string]any) {
			operation := o.(map[string]any)
			where := method + " " + path
			if id := operation["operationId"]; id == nil || ids[id] {
				t.Errorf("%s: operationId %v is missing or not unique", where, id)
			} else {
				ids[id] = true
			}
			if operation["summary"] == nil || len(operation["responses"].(map[string]any)) == 0 {
				t.Errorf("%s: no summary or no responses", where)
			}
			for _, tag := range operation["tags"].([]any) {
				is.True(tags[tag]) // the tag is declared
			}
			checkParts(t, where, operation)
		}
	}
	checkNode(t, document, "#", document)
}

// checkParts checks parameters, media types and responses of an operation.
func checkParts(t *testing.T, where string, operation map[string]any) {
	t.Helper()
	seen := map[string]bool{}
	parameters, _ := operation["parameters"].([]any)
	for _, p := range parameters {
		parameter := p.(map[string]any)
		key := fmt.Sprint(parameter["in"], parameter["name"])
		in := parameter["in"] == "query" || parameter["in"] == "header" ||
			parameter["in"] == "path" && strings.Contains(where, fmt.Sprintf("{%v}", parameter["name"]))
		if seen[key] || !in || parameter["schema"] == nil || parameter["description"] == nil {
			t.Errorf("%s: parameter %v is incomplete or given twice", where, parameter)
		}
		seen[key] = true
	}
	for status, r := range operation["responses"].(map[string]any) {
		if len(status) != 3 || r.(map[string]any)["description"] == "" {
			t.Errorf("%s: response %s has no description", where, status)
		}
	}
}

var schemaTypes = []string{"array", "boolean", "integer", "null", "number", "object", "string"}

// checkNode checks that references lead somewhere, and types are those of JSON.
func checkNode(t *testing.T, document map[string]any, at string, node any) {
	t.Helper()
	switch n := node.(type) {
	case []any:
		for i, element := range n {
			checkNode(t, document, fmt.Sprint(at, "/", i), element)
		}
	case map[string]any:
		if ref, ok := n["$ref"].(string); ok && !resolves(document, ref) {
			t.Errorf("%s: %s leads nowhere", at, ref)
		}
		if _, old := n["nullable"].(bool); old {
			t.Errorf("%s: nullable is of OpenAPI 3.0", at)
		}
		if schema, ok := n["schema"].(map[string]any); ok {
			checkTypes(t, at+"/schema", schema)
		}
		for _, key := range slices.Sorted(maps.Keys(n)) {
			if key != "example" && key != "examples" {
				checkNode(t, document, at+"/"+key, n[key])
			}
		}
	}
}

func resolves(document map[string]any, ref string) bool {
	var node any = document
	for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		object, ok := node.(map[string]any)
		if !ok {
			return false
		}
		node = object[part]
	}
	return node != nil
}

func checkTypes(t *testing.T, at string, schema map[string]any) {
	t.Helper()
	types, ok := schema["type"].([]any)
	if one, single := schema["type"].(string); single {
		types, ok = []any{one}, true
	}
	for _, typ := range types {
		if !slices.Contains(schemaTypes, typ.(string)) {
			t.Errorf("%s: type %v is none of JSON schema", at, typ)
		}
	}
	if !ok && schema["$ref"] == nil && schema["anyOf"] == nil && len(schema) > 1 {
		t.Errorf("%s: schema %v has no type", at, schema)
	}
}

func TestDocumentation(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api := newAPI(httpapi.Config{BaseURL: "https://odg.example.org/"})
	page := ask(api, "GET", "/api/v1/doc", "")
	is.Equal(page.Code, 200)
	is.Equal(page.Header().Get("Content-Type"), "text/html; charset=utf-8")
	is.True(strings.Contains(page.Header().Get("Content-Security-Policy"), "default-src 'none'"))
	is.Equal(ask(api, "GET", "/api/v1/doc/", "").Body.String(), page.Body.String())
	is.Equal(ask(api, "GET", "/api/v1/doc/other", "").Code, 404)
	for _, foreign := range []string{"<script", "<link", "<img", "@import", "url(", "src=", "http-equiv"} {
		is.True(!bytes.Contains(page.Body.Bytes(), []byte(foreign))) // works without a network
	}
	for _, route := range api.Routes() {
		_, path, _ := strings.Cut(route, " ")
		is.True(strings.Contains(page.Body.String(), `<span class="path">`+strings.TrimSuffix(path, "{$}")+"</span>"))
	}
	is.True(!strings.Contains(page.Body.String(), "ZgotmplZ")) // nothing the template refuses

	document := ask(api, "GET", "/api/v1/doc/swagger.json", "")
	is.True(strings.Contains(document.Body.String(), `"servers":[{"url":"https://odg.example.org"}]`))
	tag := document.Header().Get("ETag")
	is.Equal(ask(api, "GET", "/api/v1/openapi.json", "", "If-None-Match", tag).Code, 304)
}
