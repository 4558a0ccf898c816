package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/artefact"
)

// batch is how many entries a request has.
const batch = 5000

// The artefact of the comparisons.
const (
	componentName = "example.org/bench/component"
	artefactName  = "server-image"
)

// sighting is what a scanner says about a package, whatever the version of the
// artefact.
type sighting struct {
	pkg, cve, version, summary string
	score                      float64
	vector                     map[string]string
}

// sightings are the same in every run. Their shape is that of the workload by which
// the existing service was measured.
var sightings = see(rand.New(rand.NewPCG(4711, 4711)))

func see(r *rand.Rand) []sighting {
	var packages []string
	for _, language := range []string{"lib", "go", "py", "rust", "node", "jar"} {
		for range 60 {
			packages = append(packages, language+"-"+word(r, 3, 12))
		}
	}
	all := make([]sighting, batch)
	seen := map[string]bool{}
	for i := 0; i < batch; {
		s := sighting{
			pkg: packages[r.IntN(len(packages))], cve: fmt.Sprintf("CVE-%d-%d", 2010+r.IntN(17), 1000+r.IntN(59000)),
			version: fmt.Sprintf("%d.%d.%d", r.IntN(9), r.IntN(30), r.IntN(30)), score: float64(1+r.IntN(100)) / 10, vector: cvss(r),
		}
		for range 8 + r.IntN(32) {
			s.summary += word(r, 2, 10) + " "
		}
		if !seen[s.pkg+s.cve] {
			seen[s.pkg+s.cve] = true
			all[i] = s
			i++
		}
	}
	return all
}

func word(r *rand.Rand, from, to int) string {
	var b strings.Builder
	for range from + r.IntN(to-from) {
		b.WriteByte(byte('a' + r.IntN(26)))
	}
	return b.String()
}

func cvss(r *rand.Rand) map[string]string {
	vector := map[string]string{}
	for _, m := range []struct{ name, values string }{
		{"access_vector", "NALP"}, {"attack_complexity", "LH"}, {"user_interaction", "NR"}, {"privileges_required", "NLH"},
		{"scope", "UC"}, {"confidentiality", "NLH"}, {"integrity", "NLH"}, {"availability", "NLH"},
	} {
		vector[m.name] = string(m.values[r.IntN(len(m.values))])
	}
	return vector
}

// severities by score.
func (s sighting) severity() string {
	return []string{"LOW", "MEDIUM", "HIGH", "CRITICAL"}[min(3, int(s.score/2.6))]
}

// vulnerability is the data of a vulnerability finding.
func (s sighting) vulnerability() map[string]any {
	return map[string]any{
		"package_name": s.pkg, "package_version": s.version, "base_url": "https://bdba.example.org",
		"report_url": "https://bdba.example.org/products/4711/", "product_id": 4711, "group_id": 42,
		"severity": s.severity(), "cve": s.cve, "cvss_v3_score": s.score, "cvss": s.vector, "summary": s.summary,
	}
}

// licence is the data of a licence finding.
func (s sighting) licence() map[string]any {
	return map[string]any{
		"package_name": s.pkg, "package_version": s.version + "-" + s.cve, "base_url": "https://bdba.example.org",
		"report_url": "https://bdba.example.org/products/4711/", "product_id": 4711, "group_id": 42,
		"severity": s.severity(), "license": map[string]string{"name": "GPL-3.0-only"},
	}
}

// scan is one result of a scanner for a version of an artefact.
type scan struct {
	component, version string
	created, updated   time.Time
}

func (s scan) id() map[string]any {
	return map[string]any{
		"component_name": s.component, "component_version": s.version, "artefact_kind": "resource",
		"artefact": map[string]any{
			"artefact_name": artefactName, "artefact_version": s.version, "artefact_type": "ociImage", "artefact_extra_id": map[string]string{},
		},
		"references": []string{},
	}
}

// artefact is the same as an ODG identity.
func (s scan) artefact() artefact.ID {
	return artefact.ID{
		ComponentName: &s.component, ComponentVersion: &s.version, Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: text(artefactName), Version: &s.version, Type: text("ociImage")},
	}
}

// body is the PUT of all sightings, each of the type that is chosen by its number.
func (s scan) body(chosen func(i int) string) []byte {
	entries := make([]map[string]any, len(sightings))
	for i, seen := range sightings {
		data := seen.vulnerability()
		typ := chosen(i)
		if typ == licence {
			data = seen.licence()
		}
		entries[i] = map[string]any{
			"artefact": s.id(), "data": data,
			"meta": map[string]any{
				"datasource": "bdba", "type": typ, "responsibles": nil, "assignee_mode": nil,
				"creation_date": s.created.Add(time.Duration(i) * time.Second).Format("2006-01-02T15:04:05"),
				"last_update":   s.updated.Add(time.Duration(i) * time.Second).Format("2006-01-02T15:04:05"),
			},
			"discovery_date": s.created.Format(time.DateOnly), "allowed_processing_time": "30d",
		}
	}
	text, _ := json.Marshal(map[string]any{"entries": entries}) // strings and numbers cannot fail
	return text
}

const (
	vulnerability = "finding/vulnerability"
	licence       = "finding/license"
)

func vulnerabilities(int) string { return vulnerability }

func halfAndHalf(i int) string { return []string{vulnerability, licence}[i%2] }

func day(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC)
}

// release is a scan of the comparisons' artefact.
func release(version string, at time.Time) scan {
	return scan{component: componentName, version: version, created: at, updated: at}
}

// part is block i of the large table: four versions of each component, half of
// their findings vulnerabilities.
func part(i int) scan {
	at := day(1, 1).Add(time.Duration(i) * 97 * time.Minute)
	return scan{component: fmt.Sprintf("example.org/bench/component-%03d", i/4), version: fmt.Sprintf("1.%d.0", i%4), created: at, updated: at.Add(time.Hour)}
}
