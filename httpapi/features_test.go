package httpapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/sprint"
)

// parsed takes what a Parse function returns, without tolerance.
func parsed[C any](t *testing.T) func(C, []findingcfg.Warning, error) C {
	return func(cfg C, warnings []findingcfg.Warning, err error) C {
		t.Helper()
		if err != nil || len(warnings) > 0 {
			t.Fatal(err, warnings)
		}
		return cfg
	}
}

// uiServer is a server with all that the web UI can be told.
func uiServer(t *testing.T) *httpapi.Server {
	t.Helper()
	return newAPI(httpapi.Config{
		Now: func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) },
		Findings: parsed[*findingcfg.Config](t)(findingcfg.Parse("findings.yaml", []byte(`
- {type: finding/license, categorisations: [{id: a, display_name: A, value: 1, allowed_processing_time: 30d, rescoring: manual}]}
- {type: finding/malware, categorisations: []}`), findingcfg.Options{})),
		Extensions: parsed[*extcfg.Config](t)(extcfg.Parse("extensions.yaml", []byte(
			`{sbom_generator: {delivery_service_url: http://odg}}`), extcfg.Options{})),
		Features: parsed[*corecfg.Features](t)(corecfg.ParseFeatures("features.yaml", []byte(`
specialComponents:
  - id: 1
    name: acme.org/shop
    displayName: Shop
    type: Product
    version: greatest
    sprintRules: {frozenFrom: release_decision, frozenUntil: end_date}
    currentVersion: {source: {type: github, repo: github.com/acme/shop, relpath: [VERSION]}}
    dependencies:
      - {name: acme.org/base, displayName: Base, currentVersion: {source: {type: github, repo: github.com/acme/base, relpath: [{type: submodule, name: lib}, VERSION]}}}
      - {name: acme.org/fixed, displayName: Fixed, currentVersion: "1.0"}
      - {name: acme.org/plain, displayName: Plain}
  - id: two
    name: acme.org/web
    displayName: Web
    type: Product
    version: {source: {type: github, repo: github.com/acme/web, relpath: [VERSION]}}
tests: {componentsWithDownloadableTestResults: [{componentName: c, description: d, assetNamePrefixes: [], displayName: n, downloadableName: n}]}
dora: {}
upgradePRs: true`))),
		Mappings: parsed[*corecfg.Mappings](t)(corecfg.ParseMappings("mappings.yaml", []byte(
			`[{repository: example.org/ocm, prefix: acme.org/}]`))),
		Profiles: parsed[corecfg.Profiles](t)(corecfg.ParseProfiles("profiles.yaml", []byte(`
- {name: some, finding_types: [finding/malware], special_component_ids: [two]}
- {name: none, finding_types: []}`))),
		Sprints: parsed[*sprint.Config](t)(sprint.Parse("sprints.yaml", []byte(
			`{sprint_name_pattern: "%y%S%C", meta: {offsets: [{name: release_decision, display_name: Release Decision, offset_days: -1}]}}`))),
	})
}

// allFeatures returns the features by their names.
func allFeatures(t *testing.T, h http.Handler, query string) map[string]map[string]any {
	t.Helper()
	is := is.New(t)
	rec := ask(h, "GET", "/features"+query, "")
	is.Equal(rec.Code, http.StatusOK)
	is.Equal(rec.Header().Get("Content-Type"), "application/json; charset=utf-8")
	var answer struct{ Features []map[string]any }
	is.NoErr(json.Unmarshal(rec.Body.Bytes(), &answer))
	byName := map[string]map[string]any{}
	for _, f := range answer.Features {
		byName[f["name"].(string)] = f
	}
	is.Equal(len(byName), len(answer.Features)) // each name once
	return byName
}

// TestFeatureFields holds the names and fields of features against the contract.
func TestFeatureFields(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"authentication":           nil,
		"cluster-access":           {"kubeconfig_path", "kubernetes_cfg_name", "namespace"},
		"delivery-db":              nil,
		"addressbook":              nil,
		"special-components":       {"specialComponents"},
		"sprints":                  nil,
		"tests":                    {"components_with_tests"},
		"dora":                     nil,
		"upgrade-prs":              nil,
		"extensions-configuration": {"extensions_cfg"},
		"finding-configurations":   {"finding_cfgs"},
		"ocm-repository-cfgs":      {"ocm_repository_cfgs"},
		"profiles":                 {"profiles"},
		"licenses":                 {"licenses"},
	}
	for name, server := range map[string]*httpapi.Server{"zero": newAPI(httpapi.Config{}), "configured": uiServer(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			got := map[string][]string{}
			for name, f := range allFeatures(t, server, "") {
				var extra []string
				for field := range f {
					if field != "name" && field != "state" {
						extra = append(extra, field)
					}
				}
				slices.Sort(extra)
				got[name] = extra
			}
			is.Equal(cmp.Diff(want, got), "")
		})
	}
}

func TestFeatureStates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		server    *httpapi.Server
		available string
	}{
		"zero": {newAPI(httpapi.Config{}), "delivery-db"},
		"configured": {uiServer(t), "delivery-db extensions-configuration finding-configurations ocm-repository-cfgs " +
			"profiles special-components sprints"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for name, f := range allFeatures(t, c.server, "") {
				if f["state"] == "available" {
					got = append(got, name)
				} else {
					is.New(t).Equal(f["state"], "unavailable")
				}
			}
			slices.Sort(got)
			is.New(t).Equal(strings.Join(got, " "), c.available)
		})
	}
}

func TestFeaturesOfNothing(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	none := parsed[*corecfg.Mappings](t)(corecfg.ParseMappings("mappings.yaml", []byte("[]")))
	features := allFeatures(t, newAPI(httpapi.Config{Mappings: none}), "?profile=any")
	is.Equal(features["ocm-repository-cfgs"]["state"], "unavailable") // no repository is mapped
	is.Equal(features["extensions-configuration"]["extensions_cfg"], nil)
	for name, field := range map[string]string{
		"special-components": "specialComponents", "finding-configurations": "finding_cfgs", "licenses": "licenses",
		"ocm-repository-cfgs": "ocm_repository_cfgs", "profiles": "profiles", "tests": "components_with_tests",
	} {
		is.Equal(features[name][field], []any{}) // a list that clients can walk
	}
}

// TestProfiles tells what a profile shows: an empty list of finding types hides
// all, an unknown name restricts nothing.
func TestProfiles(t *testing.T) {
	t.Parallel()
	server := uiServer(t)
	for query, want := range map[string]struct{ findings, components string }{
		"":                      {"finding/malware", "two"},
		"?profile=":             {"finding/malware", "two"},
		"?profile=some":         {"finding/malware", "two"},
		"?profile=none":         {"", ""},
		"?profile=other":        {"finding/license finding/malware", "1 two"},
		"?profile=none&profile": {"", ""},
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			features := allFeatures(t, server, query)
			is.Equal(texts(features["finding-configurations"]["finding_cfgs"], "type"), want.findings)
			is.Equal(texts(features["special-components"]["specialComponents"], "id"), want.components)
			is.Equal(texts(features["profiles"]["profiles"], "name"), "some none") // never restricted
		})
	}
	is := is.New(t)
	is.Equal(ask(server, "GET", "/profiles", "").Body.String(), `{"profiles":["some","none"]}`)
}

// texts joins a member of the objects of a list.
func texts(list any, member string) string {
	var all []string
	for _, item := range list.([]any) {
		all = append(all, item.(map[string]any)[member].(string))
	}
	return strings.Join(all, " ")
}

func TestSpecialComponents(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	server := uiServer(t)
	list := allFeatures(t, server, "?profile=other")["special-components"]["specialComponents"].([]any)
	shop, web := list[0].(map[string]any), list[1].(map[string]any)
	is.Equal(shop["version"], "greatest")
	version, there := web["version"]
	is.True(there && version == nil) // it is in a file on GitHub, which is not read
	is.Equal(shop["sprintRules"], map[string]any{"frozenFrom": "release_decision", "frozenUntil": "end_date", "frozenWarningOffsetDays": nil})
	is.Equal(web["dependencies"], []any{})
	is.Equal(len(web), 11) // id, name, displayName, type, version, icon, releasePipelineUrl, sprintRules, ocmRepo, currentVersion, dependencies
	is.Equal(shop["currentVersion"], map[string]any{"source": map[string]any{
		"type": "github", "repo": "github.com/acme/shop", "relpath": []any{"VERSION"}, "postprocess": false,
	}})
}

func TestCurrentDependencies(t *testing.T) {
	t.Parallel()
	const path = "/special-component/current-dependencies"
	for name, c := range map[string]struct {
		server *httpapi.Server
		query  string
		status int
		body   string
	}{
		"not configured": {newAPI(httpapi.Config{}), "?id=1", 400, `{"error_id":"feature-inactive","missing_features":["special-components"]}`},
		"missing id":     {uiServer(t), "", 400, "The id parameter is required."},
		"unknown id":     {uiServer(t), "?id=none", 200, `{}`},
		"versions that are not on GitHub": {uiServer(t), "?id=1", 200, `{"componentDependencies":[` +
			`{"name":"acme.org/base","displayName":"Base","version":null},{"name":"acme.org/fixed","displayName":"Fixed","version":"1.0"},` +
			`{"name":"acme.org/plain","displayName":"Plain","version":null}],"displayName":"Shop","version":null}`},
		"no dependencies": {uiServer(t), "?id=two", 200, `{"componentDependencies":[],"displayName":"Web","version":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rec := ask(c.server, "GET", path+c.query, "")
			is.Equal(rec.Code, c.status)
			is.Equal(rec.Body.String(), c.body)
		})
	}
}
