package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"time"
)

// criterion is one of a search, as it is sent.
type criterion = map[string]any

// compared is a criterion on an attribute, with what belongs to its operator.
func compared(attr, op string, rest criterion) criterion {
	c := criterion{"type": "artefact-metadata", "attr": attr, "op": op}
	maps.Copy(c, rest)
	return c
}

func equal(attr, value string) criterion { return compared(attr, "eq", criterion{"value": value}) }

func words(text string) criterion { return criterion{"type": "fulltext", "value": text} }

func without(c criterion) criterion {
	c["mode"] = "exclude"
	return c
}

// look is a kind of search that people make; of is the i-th of its kind.
type look struct {
	name string
	of   func(i int) []criterion
}

// looks is the mix: each kind as often as any other.
func (b *bench) looks() []look {
	some := func(i int) sighting { return sightings[i*31%len(sightings)] }
	component := func(i int) criterion { return criterion{"type": "ocm", "value": part(i * 7 % b.parts()).component} }
	version := func(i int) criterion { return equal("component_version", fmt.Sprintf("1.%d.0", i%4)) }
	week := func(i int) criterion {
		end := part(i * 7 % b.parts()).updated
		return compared("meta.last_update", "range", criterion{"gte": end.Add(-7 * 24 * time.Hour), "lte": end})
	}
	high := compared("data.severity", "cmp", criterion{"cmp": ">=", "value": "HIGH"})
	types := compared("type", "in", criterion{"values": []string{licence, "finding/malware"}})
	return []look{
		{"everything", func(int) []criterion { return nil }},
		{"a type", func(int) []criterion { return []criterion{equal("type", vulnerability)} }},
		{"two types", func(int) []criterion { return []criterion{types} }},
		{"a component", func(i int) []criterion { return []criterion{component(i)} }},
		{"a component and a type", func(i int) []criterion { return []criterion{component(i), equal("type", vulnerability)} }},
		{"a version", func(i int) []criterion { return []criterion{component(i), version(i)} }},
		{"an artefact", func(int) []criterion { return []criterion{equal("artefact.name", artefactName)} }},
		{"an unknown artefact", func(int) []criterion { return []criterion{equal("artefact.name", "no-such-image")} }},
		{"a CVE", func(i int) []criterion { return []criterion{equal("data.cve", some(i).cve)} }},
		{"an unknown CVE", func(int) []criterion { return []criterion{equal("data.cve", "CVE-1999-1")} }},
		{"a package", func(i int) []criterion { return []criterion{equal("data.package_name", some(i).pkg)} }},
		{"packages by wildcard", func(int) []criterion { return []criterion{equal("data.package_name", "rust-*")} }},
		{"high severities", func(int) []criterion { return []criterion{equal("type", vulnerability), high} }},
		{"all but a severity", func(i int) []criterion { return []criterion{component(i), without(equal("data.severity", "LOW"))} }},
		{"a week", func(i int) []criterion { return []criterion{week(i)} }},
		{"words", func(i int) []criterion { return []criterion{words(some(i).cve)} }},
		{"words that are nowhere", func(int) []criterion { return []criterion{words("qqqqzzzzqqqq")} }},
	}
}

// page is the answer to a search.
type page struct {
	Items []json.RawMessage `json:"items"`
	Next  json.RawMessage   `json:"nextCursor"`
}

// searches measures pages of 50 sorted by date, every second one a page that
// follows another.
func (b *bench) searches(ctx context.Context, s *server) error {
	b.say("search of %d pages", b.Searches)
	looks := b.looks()
	times := make([][]time.Duration, len(looks))
	var all []time.Duration
	for n := 0; len(all) < b.Searches; n++ {
		kind := n % len(looks)
		request := map[string]any{
			"criteria": looks[kind].of(n / len(looks)), "limit": 50,
			"sort": []any{map[string]any{"field": []string{"meta.creation_date", "meta.last_update"}[n/len(looks)%2], "order": "desc"}},
		}
		for {
			took, next, err := s.search(ctx, request)
			if err != nil {
				return fmt.Errorf("search for %s: %w", looks[kind].name, err)
			}
			all, times[kind] = append(all, took), append(times[kind], took)
			if next == nil || request["cursor"] != nil {
				break
			}
			request["cursor"] = next
		}
	}
	rows := count(b.parts() * batch)
	for i, look := range looks {
		if len(times[i]) > 0 {
			b.report.below("search for "+look.name+", p99", millis(quantile(times[i], 0.99)), 0, "ms", fmt.Sprintf("p50 %.1f ms", millis(quantile(times[i], 0.5))))
		}
	}
	b.report.below("search in "+rows+" rows, p50", millis(quantile(all, 0.5)), 0, "ms", "all of these")
	b.report.below("search in "+rows+" rows, p99", millis(quantile(all, 0.99)), 50, "ms", "all of these")
	b.report.below("memory of the server after these", mebibytes(s.peak()), 0, "MiB", "largest resident set")
	return nil
}

// search returns the time of a page, and the cursor of the next one if there is.
func (s *server) search(ctx context.Context, request map[string]any) (time.Duration, any, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return 0, nil, err
	}
	start := time.Now()
	resp, err := s.request(ctx, http.MethodPost, "/artefacts/metadata/query/by-search-expression", body, nil, http.StatusOK)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	took := time.Since(start)
	if err != nil {
		return 0, nil, err
	}
	var p page
	if err := json.Unmarshal(text, &p); err != nil || string(p.Next) == "null" {
		return took, nil, err
	}
	return took, p.Next, nil
}
