package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/sprint"
	"github.com/opendeliverygear/odg/store/memory"
)

const decisionsConfig = `
- type: finding/vulnerability
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: postpone, display_name: Postpone, value: 1, allowed_processing_time: input, rescoring: manual}
    - {id: LOW, display_name: Low, value: 1, allowed_processing_time: 120d, rescoring: manual}
    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d, rescoring: [manual, automatic]}
    - {id: CRITICAL, display_name: Critical, value: 8, allowed_processing_time: 7d}
  rescoring_ruleset:
    name: own
    operations: {reduce: {order: [CRITICAL, HIGH, LOW, NONE], value: 1}}
    rules:
      - {category_value: 'network_exposure:protected', name: inside, rules: [{cve_values: ['AV:N'], operation: reduce}]}
- {type: finding/license, categorisations: [{id: NONE, display_name: N, value: 0, rescoring: manual}, {id: bad, display_name: B, value: 16, allowed_processing_time: 0, rescoring: manual}]}
- {type: finding/ip, categorisations: [{id: bad, display_name: B, value: 16, rescoring: manual}]}
- {type: finding/malware, categorisations: [{id: found, display_name: F, value: 16, allowed_processing_time: 0}]}
- {type: finding/sast, categorisations: []}
`

const decisionsSprints = `{sprints: [{name: a, end_date: 2025-04-02}, {name: b, end_date: 2025-04-30}]}`

// decisions is a server with the categories of decisionsConfig.
type decisions struct {
	*httpapi.Server
	queue *backlog.Memory
	now   time.Time
}

func newDecisions(t *testing.T, change func(*odg.Config, *httpapi.Config)) *decisions {
	t.Helper()
	is := is.New(t)
	findings, _, err := findingcfg.Parse("findings.yaml", []byte(decisionsConfig), findingcfg.Options{})
	is.NoErr(err)
	sprints, _, err := sprint.Parse("sprints.yaml", []byte(decisionsSprints))
	is.NoErr(err)
	extensions, _, err := extcfg.Parse("extensions.yaml", []byte("issue_replicator: {mappings: []}\n"), extcfg.Options{Local: true})
	is.NoErr(err)
	d := &decisions{now: time.Date(2025, 3, 10, 12, 0, 0, 0, time.UTC)}
	d.queue = backlog.NewMemory(backlog.MemoryConfig{})
	clock := func() time.Time { return d.now }
	core := odg.Config{Findings: findings, Sprints: sprints, Now: clock}
	api := httpapi.Config{Findings: findings, Extensions: extensions, LocalUser: "ada", Backlog: httpapi.QueueItems(d.queue), Now: clock}
	if change != nil {
		change(&core, &api)
	}
	d.Server = httpapi.New(odg.New(memory.New(), core), api)
	return d
}

const webArtefact = `"artefact_kind": "resource", "artefact": {"artefact_name": "web", "artefact_version": "1.0", "artefact_type": "ociImage", "artefact_extra_id": {}}`

func found(version, typ, datasource, data string) string {
	return `{"artefact": {"component_name": "acme.org/shop", "component_version": ` + version + `, ` + webArtefact + `},
		"meta": {"datasource": "` + datasource + `", "type": "` + typ + `", "creation_date": "2025-03-01T10:00:00", "last_update": "2025-03-01T10:00:00"},
		"data": ` + data + `, "discovery_date": "2025-03-01"}`
}

func cve(name, packageVersion, severity string) string {
	return found("null", "finding/vulnerability", "bdba", `{"severity": "`+severity+`", "package_name": "openssl", "package_version": `+packageVersion+`,
		"base_url": "https://b", "report_url": "https://r", "product_id": 1, "group_id": 2, "cve": "`+name+`", "cvss_v3_score": 7.5, "summary": "s",
		"cvss": {"access_vector": "N", "attack_complexity": "L", "privileges_required": "N", "user_interaction": "N", "scope": "U",
			"confidentiality": "N", "integrity": "N", "availability": "H"}}`)
}

func (d *decisions) put(t *testing.T, entries ...string) {
	t.Helper()
	rec := ask(d, "PUT", "/artefacts/metadata", `{"entries":[`+strings.Join(entries, ",")+`]}`)
	if rec.Code != 201 {
		t.Fatal(rec.Code, rec.Body)
	}
}

const webQuery = "/rescore?componentName=acme.org/shop&componentVersion=1.0.0&artefactKind=resource&artefactName=web&artefactVersion=1.0&artefactType=ociImage"

func (d *decisions) proposals(t *testing.T, more string) []map[string]any {
	t.Helper()
	rec := ask(d, "GET", webQuery+more, "")
	if rec.Code != 200 {
		t.Fatal(rec.Code, rec.Body)
	}
	if err := d.CheckAnswer("GET", "/rescore", 200, rec.Header().Get("Content-Type"), rec.Body.Bytes()); err != nil {
		t.Error(err)
	}
	var list []map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// scope is that of a rescoring as the web UI posts it.
func scope(name string) string {
	switch name {
	case "single":
		return `{"component_name": "acme.org/shop", "component_version": "1.0.0", ` + webArtefact + `}`
	case "artefact":
		return `{"component_name": "acme.org/shop", "component_version": null, "artefact_kind": "resource",
			"artefact": {"artefact_name": "web", "artefact_version": null, "artefact_type": "ociImage", "artefact_extra_id": {}}}`
	case "component":
		return `{"component_name": "acme.org/shop", "component_version": null, "artefact_kind": null,
			"artefact": {"artefact_name": null, "artefact_version": null, "artefact_type": null, "artefact_extra_id": {}}}`
	}
	return strings.Replace(scope("component"), `"acme.org/shop"`, "null", 1)
}

// decide is a rescoring of CVE-1 without a user, as the web UI posts it.
func decide(scopeName, severity, more string) string {
	return `{"artefact": ` + scope(scopeName) + `, "meta": {"datasource": "delivery-dashboard", "type": "rescorings"},
		"data": {"finding": {"package_name": "openssl", "cve": "CVE-1"}, "referenced_type": "finding/vulnerability",
			"severity": "` + severity + `", "matching_rules": ["custom-rescoring"], "comment": "why"` + more + `}}`
}

func post(entries ...string) string { return `{"entries":[` + strings.Join(entries, ",") + `]}` }

func TestProposals(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newDecisions(t, nil)
	d.put(t, cve("CVE-1", `"3.0.1"`, "HIGH"), cve("CVE-1", `"3.0.2"`, "HIGH"),
		found("null", "structure_info", "bdba", `{"package_name": "openssl", "package_version": "3.0.2", "base_url": "b", "report_url": "r", "product_id": 1, "group_id": 2,
			"licenses": [], "filesystem_paths": [{"path": [{"path": "usr/lib/libssl.so", "type": "file"}], "digest": "sha256:1"}]}`),
		found("null", "structure_info", "bdba", `{"package_name": "openssl", "package_version": "9", "base_url": "b", "report_url": "r", "product_id": 1, "group_id": 2,
			"licenses": [], "filesystem_paths": [{"path": [], "digest": "sha256:2"}]}`),
		`{"artefact": `+scope("artefact")+`, "meta": {"datasource": "delivery-dashboard", "type": "meta/scanner_writeback", "creation_date": "2025-03-05T00:00:00"},
			"data": {"package_name": "openssl", "package_version_from": "3.0.1", "package_version_to": "3.0.9", "sub_type": "package-version"}}`)
	list := d.proposals(t, "&type=finding/vulnerability")
	is.Equal(len(list), 1)
	writebacks := list[0]["pending_scanner_writebacks"].([]any)
	is.Equal(len(writebacks), 1)
	delete(list[0], "pending_scanner_writebacks")
	want := map[string]any{
		"finding": map[string]any{
			"severity": "HIGH", "package_name": "openssl", "package_versions": []any{"3.0.1", "3.0.2"}, "cve": "CVE-1", "cvss_v3_score": 7.5,
			"cvss": "AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "summary": "s", "urls": []any{"https://nvd.nist.gov/vuln/detail/CVE-1"},
			"filesystem_paths": []any{map[string]any{"path": []any{map[string]any{"path": "usr/lib/libssl.so", "type": "file"}}, "digest": "sha256:1"}},
		},
		"finding_type": "finding/vulnerability", "severity": "HIGH", "matching_rules": []any{"original-severity"}, "applicable_rescorings": []any{},
		"discovery_date": "2025-03-01", "due_date": "2025-03-31", "sprint": map[string]any{"name": "a", "end_date": "2025-04-02"},
	}
	is.Equal(cmp.Diff(want, list[0]), "")
}

// A decision of every scope applies as the web UI means it (D2), the most specific wins,
// and its author is the caller, whoever stands there (D21).
func TestDecisions(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newDecisions(t, nil)
	d.put(t, cve("CVE-1", `"3"`, "CRITICAL"))
	for i, step := range []struct{ scope, severity, due string }{
		{"global", "NONE", ""}, {"component", "LOW", "2025-06-29"}, {"artefact", "HIGH", "2025-03-31"}, {"single", "NONE", ""},
	} {
		rec := ask(d, "POST", "/rescore", post(decide(step.scope, step.severity, `, "user": {"username": "mallory", "type": "user"}`)))
		is.Equal(rec.Code, 201)
		is.Equal(rec.Body.String(), "")
		p := d.proposals(t, "")[0]
		is.Equal(p["severity"], step.severity)
		is.Equal(p["matching_rules"], []any{"custom-rescoring"})
		if step.due == "" {
			is.Equal(p["due_date"], nil)
			is.Equal(p["sprint"], nil)
		} else {
			is.Equal(p["due_date"], step.due)
		}
		applicable := p["applicable_rescorings"].([]any)
		is.Equal(len(applicable), i+1)
		first := applicable[0].(map[string]any)
		is.Equal(first["data"].(map[string]any)["user"], map[string]any{"username": "ada", "type": "user"})
		is.Equal(len(first["id"].(string)), 32)
	}
	peer := newDecisions(t, func(c *odg.Config, _ *httpapi.Config) { c.PeerScopes = true })
	peer.put(t, cve("CVE-1", `"3"`, "HIGH"))
	is.Equal(ask(peer, "POST", "/rescore", post(decide("global", "NONE", ""), decide("component", "LOW", ""))).Code, 201)
	is.Equal(peer.proposals(t, "")[0]["severity"], "HIGH") // as existing servers read them
}

// Who decides the same once more means it: it is the latest decision then.
func TestDecidingAnew(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newDecisions(t, nil)
	d.put(t, cve("CVE-1", `"3"`, "CRITICAL"))
	for _, severity := range []string{"LOW", "HIGH", "LOW"} {
		d.now = d.now.Add(time.Hour)
		is.Equal(ask(d, "POST", "/rescore", post(decide("artefact", severity, ""))).Code, 201)
		is.Equal(d.proposals(t, "")[0]["severity"], severity)
	}
	is.Equal(len(d.proposals(t, "")[0]["applicable_rescorings"].([]any)), 2)
}

// After its end, a decision counts for nothing: what would apply without it does.
func TestDecisionsEnd(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newDecisions(t, nil)
	d.put(t, cve("CVE-1", `"3"`, "HIGH"))
	is.Equal(ask(d, "POST", "/rescore", post(decide("component", "LOW", ""), decide("single", "NONE", `, "valid_until": "2025-03-11"`))).Code, 201)
	start := d.now
	for _, step := range []struct {
		after    time.Duration
		severity string
	}{{0, "NONE"}, {36*time.Hour - time.Second, "NONE"}, {36 * time.Hour, "LOW"}} {
		d.now = start.Add(step.after)
		is.Equal(d.proposals(t, "")[0]["severity"], step.severity)
	}
	is.Equal(d.proposals(t, "")[0]["due_date"], "2025-06-29")
	is.Equal(len(d.proposals(t, "")[0]["applicable_rescorings"].([]any)), 1)
}

func TestRulesetProposals(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	labelled := func(on string) *repository {
		label := `{"name": "gardener.cloud/cve-categorisation", "value": {"network_exposure": "protected"}}`
		ofComponent, ofResource := "", ""
		if on == "component" {
			ofComponent = label
		} else {
			ofResource = label
		}
		descriptor, err := component.Decode([]byte(`{"meta": {"schemaVersion": "v2"}, "component": {"name": "acme.org/shop", "version": "1.0.0", "provider": "acme",
			"repositoryContexts": [], "sources": [], "componentReferences": [], "labels": [` + ofComponent + `], "resources": [{"name": "web", "version": "1.0", "type": "ociImage",
			"relation": "local", "labels": [` + ofResource + `], "access": {"type": "ociRegistry", "imageReference": "x"}}]}}`))
		is.NoErr(err)
		r := &repository{descriptors: map[component.ID]*component.Descriptor{}}
		r.add(descriptor)
		return r
	}
	for _, on := range []string{"component", "resource"} {
		d := newDecisions(t, func(c *odg.Config, _ *httpapi.Config) { c.Descriptors = labelled(on) })
		d.put(t, cve("CVE-1", `"3"`, "HIGH"))
		p := d.proposals(t, "")[0]
		is.Equal(p["severity"], "LOW")
		is.Equal(p["matching_rules"], []any{"inside"})
		is.Equal(p["due_date"], "2025-03-31") // nobody has decided yet
		greatest := strings.Replace(webQuery, "=1.0.0", "=greatest", 1)
		rec := ask(d, "GET", greatest, "")
		is.True(strings.Contains(rec.Body.String(), `"matching_rules":["original-severity"]`)) // of no version, no label

		is.Equal(ask(d, "POST", "/rescore", post(decide("single", "HIGH", ""))).Code, 201)
		is.Equal(d.proposals(t, "")[0]["severity"], "HIGH") // rules do not overrule a decision
	}
}

func TestProposalsOfOtherTypes(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newDecisions(t, nil)
	ip := func(license, label string) string {
		return found(`"1.0.0"`, "finding/ip", "blackduck", `{"severity": "bad", "package_name": "p", "package_version": "`+license+`", "license": {"name": "`+license+`"},
			"policy_violation": {"name": "v"}, "labels": [`+label+`], "host": "h"}`)
	}
	malware := `{"severity": "found", "finding": {"filename": "f", "content_digest": "d", "malware": "m"}, "octets_count": 1, "scan_duration_seconds": 0.5}`
	d.put(t, ip("GPL", `"b", "a"`), ip("MIT", `"a", "b"`), ip("MIT2", `"c"`), found(`"1.0.0"`, "finding/malware", "clamav", malware),
		found(`"1.0.0"`, "finding/license", "bdba", `{"severity": "bad", "package_name": "zlib", "package_version": null, "base_url": "b", "report_url": "r",
			"product_id": 1, "group_id": 2, "license": {"name": "GPL"}}`),
		found(`"2.0.0"`, "finding/malware", "clamav", malware)) // of another version
	byType := map[string][]map[string]any{}
	for _, p := range d.proposals(t, "") {
		byType[p["finding_type"].(string)] = append(byType[p["finding_type"].(string)], p)
	}
	is.Equal(len(byType["finding/ip"]), 2)
	is.Equal(cmp.Diff(map[string]any{
		"severity": "bad", "package_name": "p", "package_versions": []any{"GPL", "MIT"}, "labels": []any{"a", "b"},
		"licenses":          []any{map[string]any{"name": "GPL", "id": nil}, map[string]any{"name": "MIT", "id": nil}},
		"policy_violations": []any{map[string]any{"name": "v", "id": nil, "url": nil}},
	}, byType["finding/ip"][0]["finding"]), "")
	is.Equal(len(byType["finding/malware"]), 1)
	is.Equal(byType["finding/malware"][0]["pending_scanner_writebacks"], nil)
	is.Equal(byType["finding/malware"][0]["finding"].(map[string]any)["octets_count"], 1.0)
	is.Equal(byType["finding/malware"][0]["due_date"], "2025-03-01") // a time of 0 is no "for ever" (D1)
	is.Equal(byType["finding/license"][0]["finding"].(map[string]any)["package_versions"], []any{})
	is.Equal(byType["finding/license"][0]["pending_scanner_writebacks"], []any{})
}

// A category that was dropped does not hide its findings: they are told as they are.
func TestDroppedCategory(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newDecisions(t, nil)
	d.put(t, cve("CVE-2", `"3"`, "HIGH"), strings.ReplaceAll(cve("CVE-1", `"3"`, "MEDIUM"), `"discovery_date": "2025-03-01"`, `"discovery_date": "2025-02-01"`))
	list := d.proposals(t, "")
	is.Equal(len(list), 2)
	is.Equal(list[0]["severity"], "MEDIUM")
	is.Equal(list[0]["due_date"], nil)
	is.True(strings.Contains(list[0]["fault"].(string), `severity "MEDIUM" is no category of finding/vulnerability`))
	is.Equal(list[1]["fault"], nil)
}

func TestProposalFaults(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change string
		status int
		says   string
	}{
		"type without configuration": {"&type=finding/diki", 404, `No configuration for finding type "finding/diki" found`},
		"no type of findings":        {"&type=x", 404, `No configuration for finding type "x" found`},
		"extra id is no JSON":        {"&artefactExtraId=x", 400, "artefactExtraId: want a JSON object"},
		"extra id is a list":         {"&artefactExtraId=[]", 400, "artefactExtraId: want a JSON object"},
		"extra id has a number":      {"&artefactExtraId=" + url.QueryEscape(`{"a":1}`), 400, "artefactExtraId.a: want a string, got number"},
		"another extra id":           {"&artefactExtraId=" + url.QueryEscape(`{"a":"1"}`), 200, "[]"},
		"an empty one":               {"&artefactExtraId=", 200, "CVE-1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			d := newDecisions(t, nil)
			d.put(t, cve("CVE-1", `"3"`, "HIGH"))
			rec := ask(d, "GET", webQuery+tc.change, "")
			is.Equal(rec.Code, tc.status)
			is.True(strings.Contains(rec.Body.String(), tc.says))
		})
	}
	is := is.New(t)
	d := newDecisions(t, nil)
	for _, name := range []string{"componentName", "componentVersion", "artefactKind", "artefactName", "artefactVersion", "artefactType"} {
		rec := ask(d, "GET", strings.Replace(webQuery, name+"=", "x"+name+"=", 1), "")
		is.Equal(rec.Code, 400)
		is.Equal(rec.Body.String(), "The "+name+" parameter is required.")
	}
	is.Equal(ask(d, "GET", strings.Replace(webQuery, "=resource", "=none", 1), "").Code, 400)
}

// What cannot be decided so is refused with its path, and nothing of it is stored.
func TestDecisionFaults(t *testing.T) {
	t.Parallel()
	good := decide("single", "LOW", "")
	for name, tc := range map[string]struct{ entry, says string }{
		"no JSON":                {`x`, "want a JSON"},
		"no object":              {`7`, "entries[1]"},
		"no data":                {`{"artefact": {}, "meta": {"datasource": "d", "type": "rescorings"}}`, "entries[1].data: is missing"},
		"data is a list":         {`{"artefact": {}, "meta": {"datasource": "d", "type": "rescorings"}, "data": []}`, "entries[1].data"},
		"another type":           {entryText, `entries[1].meta.type: is "acme/check"; only rescorings are accepted here`},
		"unknown finding type":   {strings.Replace(good, "finding/vulnerability", "finding/x", 1), `entries[1].data.referenced_type: there is no configuration for findings of type "finding/x"`},
		"type not configured":    {strings.Replace(good, "finding/vulnerability", "finding/osid", 1), `entries[1].data.referenced_type: there is no`},
		"no finding":             {strings.Replace(good, `"finding": {"package_name": "openssl", "cve": "CVE-1"},`, "", 1), "entries[1].data.finding: is missing"},
		"finding of another":     {strings.Replace(good, `"cve": "CVE-1"`, `"license": {"name": "MIT"}`, 1), "entries[1].data.finding.cve: is missing; a finding/vulnerability is named by package_name, cve"},
		"unknown severity":       {strings.Replace(good, "LOW", "low", 1), `entries[1].data.severity: "low" is no category of finding/vulnerability, want one of NONE, postpone, LOW, HIGH`},
		"severity of nobody":     {strings.Replace(good, "LOW", "CRITICAL", 1), `entries[1].data.severity: the configuration lets nobody rescore to "CRITICAL" by hand`},
		"type of nobody":         {strings.NewReplacer("finding/vulnerability", "finding/malware", `"package_name": "openssl", "cve": "CVE-1"`, `"filename": "f", "content_digest": "d", "malware": "m"`).Replace(good), "entries[1].data.referenced_type: the configuration lets nobody rescore"},
		"type without any":       {strings.NewReplacer("finding/vulnerability", "finding/sast", `"package_name": "openssl", "cve": "CVE-1"`, `"sast_status": "no-linter", "sub_type": "local-linting"`).Replace(good), "entries[1].data.referenced_type: finding/sast has no categories"},
		"wrong due date":         {decide("single", "LOW", `, "due_date": "soon"`), "entries[1].data.due_date"},
		"input without due date": {decide("single", "LOW", `, "allowed_processing_time": "input"`), "entries[1].data.due_date: a due date must be given"},
		"category asks for date": {decide("single", "postpone", ""), "entries[1].data.due_date: a due date must be given"},
		"wrong processing time":  {decide("single", "LOW", `, "allowed_processing_time": "1.5h"`), "entries[1].data.allowed_processing_time"},
		"wrong end":              {decide("single", "LOW", `, "valid_until": "soon"`), "entries[1].data.valid_until"},
		"over already":           {decide("single", "LOW", `, "valid_until": "2025-03-09"`), "entries[1].data.valid_until: 2025-03-09 has passed"},
		"unknown key":            {strings.Replace(good, `"meta":`, `"x": 1, "meta":`, 1), "entries[1].x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			d := newDecisions(t, nil)
			d.put(t, cve("CVE-1", `"3"`, "HIGH"))
			rec := ask(d, "POST", "/rescore", post(good, tc.entry))
			is.Equal(rec.Code, 400)
			if !strings.Contains(rec.Body.String(), tc.says) && name != "no JSON" {
				t.Errorf("answer is %q, want it to say %q", rec.Body, tc.says)
			}
			is.Equal(d.proposals(t, "")[0]["severity"], "HIGH") // nothing is stored
		})
	}
	is := is.New(t)
	d := newDecisions(t, nil)
	is.Equal(ask(d, "POST", "/rescore", `{}`).Code, 201) // nothing to store
	is.Equal(ask(d, "POST", "/rescore", `{"entries": 7}`).Code, 400)
	is.Equal(ask(d, "POST", "/rescore", post(decide("single", "postpone", `, "due_date": "2025-09-01"`))).Code, 201)
	nobody := newDecisions(t, func(_ *odg.Config, c *httpapi.Config) { c.LocalUser = "" })
	rec := ask(nobody, "POST", "/rescore", post(good))
	is.Equal(rec.Code, 400)
	is.True(strings.Contains(rec.Body.String(), "--local-user"))
}

// The issues of what was rescored follow, once for artefacts that share them.
func TestIssuesFollowDecisions(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newDecisions(t, nil)
	is.Equal(ask(d, "POST", "/rescore", post(decide("single", "LOW", ""), decide("artefact", "LOW", ""), decide("component", "LOW", ""), decide("global", "LOW", ""))).Code, 201)
	items, err := d.queue.List(t.Context(), backlog.Filter{})
	is.NoErr(err)
	is.Equal(len(items), 1)
	is.Equal(items[0].Service, "issueReplicator")
	is.Equal(items[0].Priority, backlog.PriorityCritical)

	without := newDecisions(t, func(_ *odg.Config, c *httpapi.Config) { c.Extensions = nil })
	is.Equal(ask(without, "POST", "/rescore", post(decide("single", "LOW", ""))).Code, 201)
	items, err = without.queue.List(t.Context(), backlog.Filter{})
	is.NoErr(err)
	is.Equal(len(items), 0)

	away := newDecisions(t, func(_ *odg.Config, c *httpapi.Config) { c.Backlog = noBacklog{} })
	is.Equal(ask(away, "POST", "/rescore", post(decide("single", "LOW", ""))).Code, 201) // stored all the same
}

// noBacklog is one that is away.
type noBacklog struct{}

var errAway = errors.New("away")

func (noBacklog) BacklogItems(context.Context, string) iter.Seq2[httpapi.Resource, error] {
	return func(yield func(httpapi.Resource, error) bool) { yield(httpapi.Resource{}, errAway) }
}
func (noBacklog) Add(context.Context, ...backlog.Item) (int, error)           { return 0, errAway }
func (noBacklog) SetPriority(context.Context, string, backlog.Priority) error { return errAway }
func (noBacklog) Drop(context.Context, string) error                          { return errAway }
