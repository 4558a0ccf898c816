package httpapi_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store/memory"
)

const summaryPath = "/components/compliance-summary"

// summaryServer has a tree in which lib is referred to twice.
func summaryServer(t *testing.T) http.Handler {
	t.Helper()
	is := is.New(t)
	r := &repository{descriptors: map[component.ID]*component.Descriptor{}}
	const image = `{"name":"img","version":"1.0.0","type":"ociImage/v1","relation":"local","access":{"type":"none"}}`
	const lib = `{"name":"lib","componentName":"acme.org/lib","version":"1.0.0"}`
	for _, text := range []string{
		descriptor("acme.org/lib", "1.0.0", ``, image),
		descriptor("acme.org/app", "1.0.0", lib, ``),
		descriptor("acme.org/shop", "1.0.0", lib+`,{"name":"app","componentName":"acme.org/app","version":"1.0.0"}`, image),
		descriptor("acme.org/torn", "1.0.0", `{"name":"none","componentName":"acme.org/none","version":"1.0.0"}`, ``),
	} {
		d, err := component.Decode([]byte(text))
		is.NoErr(err)
		r.add(d)
	}
	findings, _, err := findingcfg.Parse("findings.yaml", []byte(`
- type: finding/malware
  categorisations: [{id: BLOCKER, display_name: B, value: 16, allowed_processing_time: 0d, rescoring: manual, selector: {malware_names: [".*"]}}]
- type: finding/vulnerability
  categorisations: [{id: NONE, display_name: N, value: 0, rescoring: manual}, {id: HIGH, display_name: H, value: 4, allowed_processing_time: 30d, rescoring: manual, selector: {cve_score_range: {min: 0, max: 10}}}]
`), findingcfg.Options{})
	is.NoErr(err)
	core := odg.New(memory.New(), odg.Config{Findings: findings, Descriptors: r})
	put := func(typ, data string) {
		e, err := metadata.ParseEntry([]byte(`{"artefact":{"component_name":"acme.org/lib","component_version":"1.0.0","artefact_kind":"resource",
			"artefact":{"artefact_name":"img","artefact_version":"1.0.0","artefact_type":"ociImage","artefact_extra_id":{}}},
			"meta":{"datasource":"bdba","type":"` + typ + `"},"discovery_date":"2026-11-01","data":` + data + `}`))
		is.NoErr(err)
		is.NoErr(core.PutMetadata(t.Context(), []metadata.Entry{e}))
	}
	put("meta/artefact_scan_info", `{}`)
	put("finding/vulnerability", `{"package_name":"a","package_version":"1","cve":"CVE-1","cvss_v3_score":5,"severity":"HIGH","cvss":null,"summary":null}`)
	return httpapi.New(core, httpapi.Config{
		Components: r, Findings: findings,
		Profiles: corecfg.Profiles{{Name: "all", FindingTypes: []metadata.Type{"finding/malware", "finding/vulnerability"}}, {Name: "few", FindingTypes: []metadata.Type{"finding/malware"}}},
	})
}

type summaryElement struct {
	ComponentID struct{ Name, Version string }
	Entries     []summaryEntry
	Artefacts   []struct {
		Artefact map[string]any
		Entries  []summaryEntry
	}
}

type summaryEntry struct {
	Type, Source, Categorisation string
	Value                        int
	ScanStatus                   string
}

func summary(t *testing.T, api http.Handler, query string) []summaryElement {
	t.Helper()
	is := is.New(t)
	rec := ask(api, "GET", summaryPath+query, "", "Shortcut-Cache", "true")
	is.Equal(rec.Code, http.StatusOK)
	var answer struct{ ComplianceSummary []summaryElement }
	is.NoErr(json.Unmarshal(rec.Body.Bytes(), &answer))
	return answer.ComplianceSummary
}

func TestComplianceSummary(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api := summaryServer(t)
	all := summary(t, api, "?component_name=acme.org/shop&version=greatest")
	var names []string
	for _, element := range all {
		names = append(names, element.ComponentID.Name)
	}
	is.Equal(names, []string{"acme.org/shop", "acme.org/lib", "acme.org/app", "acme.org/lib"}) // each path
	lib := all[1]
	is.Equal(cmp.Diff([]summaryEntry{
		{"finding/malware", "clamav", "UNKNOWN", -1, "no_data"}, {"finding/vulnerability", "bdba", "HIGH", 4, "ok"},
	}, lib.Entries), "")
	is.Equal(lib.Artefacts[0].Artefact["component_name"], "acme.org/lib")
	is.Equal(cmp.Diff(lib.Entries, lib.Artefacts[0].Entries), "")
	is.Equal(len(all[2].Artefacts), 1) // the source
	is.Equal(len(lib.Artefacts), 2)
	is.Equal(lib.Artefacts[1].Entries[1].Value, -1) // at which nobody looked
	is.Equal(all[0].Entries[1].Categorisation, "UNKNOWN")

	for query, want := range map[string]int{"&recursion_depth=0": 1, "&recursion_depth=1": 3, "&recursion_depth=2": 4, "&recursion_depth=-1": 4, "&recursion_depth=1000000": 4} {
		is.Equal(len(summary(t, api, "?component_name=acme.org/shop&version=1.0.0"+query)), want)
	}
	is.Equal(len(summary(t, api, "?component_name=acme.org/lib&version=1.0.0&profile=few")[0].Entries), 1)
	is.Equal(len(summary(t, api, "?component_name=acme.org/lib&version=1.0.0&profile=unknown")[0].Entries), 2)
	is.Equal(len(summary(t, api, "?component_name=acme.org/torn&version=1.0.0&recursion_depth=0")), 1) // nobody asks for the reference
}

func TestComplianceSummaryFaults(t *testing.T) {
	t.Parallel()
	api := summaryServer(t)
	for query, want := range map[string]int{
		"": 400, "?component_name=acme.org/shop": 400, "?version=1.0.0": 400,
		"?component_name=acme.org/shop&version=1.0.0&recursion_depth=-2":  400,
		"?component_name=acme.org/shop&version=1.0.0&recursion_depth=x":   400,
		"?component_name=acme.org/shop&version=1.0.0&shortcutCache=maybe": 400,
		"?component_name=acme.org/none&version=1.0.0":                     404,
		"?component_name=acme.org/none&version=greatest":                  404,
		"?component_name=acme.org/torn&version=1.0.0":                     422,
	} {
		is.New(t).Equal(ask(api, "GET", summaryPath+query, "").Code, want)
	}
	is := is.New(t)
	is.Equal(ask(api, "GET", summaryPath+"?component_name=acme.org/shop&version=1.0.0", "", "Shortcut-Cache", "maybe").Code, 400)
	r := &repository{descriptors: map[component.ID]*component.Descriptor{}}
	d, err := component.Decode([]byte(descriptor("acme.org/lib", "1.0.0", ``, ``)))
	is.NoErr(err)
	r.add(d)
	broken := httpapi.New(faulty{err: errors.New("broken")}, httpapi.Config{Components: r})
	is.Equal(ask(broken, "GET", summaryPath+"?component_name=acme.org/lib&version=1.0.0", "").Code, 500)
}
