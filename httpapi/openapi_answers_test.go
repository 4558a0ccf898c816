package httpapi_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/store/memory"
)

// What the server answers to the recorded requests is as the document says.
func TestOpenAPITellsTheTruth(t *testing.T) {
	t.Parallel()
	for _, file := range transcriptFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			data, err := os.ReadFile(file)
			is.NoErr(err)
			var tr transcript
			is.NoErr(json.Unmarshal(data, &tr))
			findings, err := tr.findings()
			is.NoErr(err)
			repository, err := tr.repository()
			is.NoErr(err)
			api := httpapi.New(odg.New(memory.New(), odg.Config{Findings: findings, Descriptors: repository}),
				httpapi.Config{Components: repository, Findings: findings})
			for _, x := range tr.Exchanges {
				a := send(t, api, x.Request)
				if err := api.CheckAnswer(x.Request.Method, x.Request.Path, a.status, a.contentType, []byte(a.text)); err != nil {
					t.Errorf("step %d (%s): %s %s: %v\nin %d %s", x.Step, x.Comment, x.Request.Method, x.Request.Path, err, a.status, a.text)
				}
			}
		})
	}
}

func TestOpenAPITellsTheTruthAboutTheRest(t *testing.T) {
	t.Parallel()
	r := &repository{descriptors: map[component.ID]*component.Descriptor{}}
	for _, text := range []string{
		descriptor("acme.org/lib", "1.0.0", ``, `{"name":"img","version":"1.0.0","type":"ociImage/v1","relation":"local","labels":[{"name":"a","value":[1]}],"access":{"type":"ociArtifact","imageReference":"r.org/a:1"}}`),
		descriptor("acme.org/lib", "2.0.0", ``, `{"name":"img","version":"1.0.0","type":"ociImage/v1","relation":"local","labels":[{"name":"a","value":2}],"access":{"type":"localBlob","localReference":"sha256:x"},
			"digest":{"hashAlgorithm":"SHA-256","normalisationAlgorithm":"ociArtifactDigest/v1","value":"ab"}}`),
		descriptor("acme.org/shop", "1.0.0", `{"name":"lib","componentName":"acme.org/lib","version":"1.0.0"}`, ``),
		descriptor("acme.org/shop", "1.1.0", `{"name":"lib","componentName":"acme.org/lib","version":"2.0.0"}`, ``),
	} {
		d, err := component.Decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		r.add(d)
	}
	components := newAPI(httpapi.Config{Components: r, ServeMetrics: true, Blobs: memory.New()})
	shop := "?component_name=acme.org/shop"
	stored := newAPI(httpapi.Config{Components: artefacts(t).archive(t), Blobs: memory.New(), MaxArtefactBytes: 10})
	for _, tc := range []struct {
		server               *httpapi.Server
		method, target, body string
		status               int
	}{
		{uiServer(t), "GET", "/features", "", 200},
		{components, "GET", "/features", "", 200},
		{uiServer(t), "GET", "/profiles", "", 200},
		{uiServer(t), "GET", "/delivery/sprint-infos", "", 200},
		{uiServer(t), "GET", "/delivery/sprint-infos/current", "", 200},
		{components, "GET", "/delivery/sprint-infos/current", "", 400},
		{uiServer(t), "GET", "/special-component/current-dependencies?id=1", "", 200},
		{uiServer(t), "GET", "/special-component/current-dependencies?id=nobody", "", 200},
		{components, "GET", "/special-component/current-dependencies?id=1", "", 400},
		{components, "GET", "/ocm/component" + shop, "", 200},
		{components, "GET", "/ocm/component?component_name=acme.org/lib", "", 200},
		{components, "GET", "/ocm/component", "", 400},
		{components, "GET", "/ocm/component/versions" + shop, "", 200},
		{components, "GET", "/ocm/component/dependencies" + shop, "", 200},
		{components, "GET", "/ocm/component/dependencies" + shop + "&populate=componentReferences", "", 200},
		{components, "GET", "/ocm/component" + shop + "&version=9", "", 404},
		{stored, "GET", "/ocm/component" + shop + "&raw=true", "", 200},
		{stored, "GET", "/ocm/component" + shop + "&ignore_cache=true", "", 200},
		{stored, "GET", blobTarget("acme.org/shop:1.0.0", "report"), "", 200},
		{stored, "GET", blobTarget("acme.org/shop:1.0.0", `{"name":"tool","os":"linux"}`, "unzip", "false"), "", 200},
		{stored, "GET", blobTarget("acme.org/shop:1.0.0", "folder", "unzip", "false"), "", 422},
		{stored, "GET", blobTarget("acme.org/shop:1.0.0", "none"), "", 400},
		{stored, "GET", blobTarget("acme.org/shop:2.0.0", "report"), "", 404},
		{stored, "GET", "/ocm/component/responsibles" + shop, "", 200},
		{stored, "GET", "/ocm/component/responsibles" + shop + "&artifact_name=none", "", 404},
		{stored, "GET", "/ocm/component/responsibles", "", 400},
		{stored, "GET", "/components/sbom" + shop, "", 200},
		{stored, "GET", "/components/sbom" + shop + "&recursion_depth=x", "", 400},
		{components, "GET", "/components/sbom" + shop + "&version=9", "", 404},
		{components, "POST", "/components/diff", diffBody("acme.org/shop:1.0.0", "acme.org/shop:1.1.0"), 200},
		{components, "GET", "/ready", "", 200},
		{components, "GET", "/ready?verbose", "", 200},
		{components, "GET", "/ready?verbose=perhaps", "", 400},
		{components, "GET", "/metrics", "", 200},
		{components, "GET", "/api/v1/doc", "", 200},
		{components, "GET", "/api/v1/doc/swagger.json", "", 200},
		{components, "GET", "/blob?digest=" + exampleDigest, "", 404},
		{components, "HEAD", "/blob?digest=" + exampleDigest, "", 404},
		{components, "DELETE", "/blob", "", 400},
		{components, "DELETE", "/cache?id=0123456789abcdef0123456789abcdef", "", 204},
		{components, "DELETE", "/cache", "", 400},
		{components, "PUT", "/artefacts/metadata", `{"entries":[` + entryText + `]}`, 201},
		{components, "GET", "/artefacts/metadata/changes", "", 200},
		{components, "GET", "/artefacts/metadata/changes?since=x", "", 400},
		{components, "GET", "/artefacts/metadata/changes?since=x.0.1", "", 410},
		{components, "GET", "/auth/configs", "", 400},
		{components, "DELETE", "/service-extensions/backlog-items", "", 400},
	} {
		is := is.New(t)
		rec := ask(tc.server, tc.method, tc.target, tc.body)
		is.Equal(rec.Code, tc.status) // of tc.target
		path, _, _ := strings.Cut(tc.target, "?")
		if err := tc.server.CheckAnswer(tc.method, path, rec.Code, rec.Header().Get("Content-Type"), rec.Body.Bytes()); err != nil {
			t.Errorf("%s %s: %v\nin %s", tc.method, tc.target, err, rec.Body)
		}
	}
}

const exampleDigest = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"

// The check above notices answers that are not as described.
func TestOpenAPICheckNotices(t *testing.T) {
	t.Parallel()
	api := newAPI(httpapi.Config{})
	for name, tc := range map[string]struct {
		path        string
		status      int
		contentType string
		body        string
		right       bool
	}{
		"right":              {"/profiles", 200, "application/json", `{"profiles":["a"]}`, true},
		"another key":        {"/profiles", 200, "application/json", `{"profiles":["a"],"x":1}`, false},
		"a missing key":      {"/profiles", 200, "application/json", `{}`, false},
		"another type":       {"/profiles", 200, "application/json", `{"profiles":[1]}`, false},
		"another status":     {"/profiles", 201, "application/json", `{"profiles":["a"]}`, false},
		"another media type": {"/profiles", 200, "text/csv", `a`, false},
		"deep inside":        {"/artefacts/metadata/changes", 200, "application/json", `{"changes":[{"id":1}],"next":""}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			err := api.CheckAnswer("GET", tc.path, tc.status, tc.contentType, []byte(tc.body))
			is.Equal(err == nil, tc.right)
		})
	}
}

// The examples are what they are examples of.
func TestOpenAPIExamples(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	count, err := newAPI(httpapi.Config{}).CheckExamples()
	is.NoErr(err)
	is.True(count > 30)
}
