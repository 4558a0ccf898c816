package metadata_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/matryer/is"
	"pgregory.net/rapid"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

func TestReuse(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 10, 12, 0, 0, 0, time.UTC)
	week := metadata.Retention{MaxReuse: 7 * 24 * time.Hour}
	c := func(updated, discovered string) metadata.Candidate {
		return metadata.Candidate{LastUpdate: metadata.Timestamp(updated), DiscoveryDate: metadata.Date(discovered)}
	}
	list := func(list ...metadata.Candidate) []metadata.Candidate { return list }
	for name, k := range map[string]struct {
		retention     metadata.Retention
		batch, stored []metadata.Candidate
		want          metadata.Date
	}{
		"nothing earlier":              {},
		"disabled":                     {retention: metadata.Retention{Disabled: true}, stored: list(c("2025-06-10", "2025-01-01"))},
		"stored":                       {stored: list(c("", "2025-01-01")), want: "2025-01-01"},
		"batch before stored":          {batch: list(c("", "2025-03-03")), stored: list(c("2025-06-10", "2025-01-01")), want: "2025-03-03"},
		"first of the batch":           {batch: list(c("1", "2025-03-03"), c("2", "2025-01-01")), want: "2025-03-03"},
		"latest update":                {stored: list(c("2025-01-01", "2025-01-01"), c("2025-02-02", "2025-02-02")), want: "2025-02-02"},
		"updates compare as text":      {stored: list(c("2025-01-01T00:00:00+00:00", "2025-01-01"), c("2025-01-01T00:00:00", "2025-02-02")), want: "2025-01-01"},
		"without update last":          {stored: list(c("", "2025-01-01"), c("0", "2025-02-02")), want: "2025-02-02"},
		"without date passed over":     {batch: list(c("2025-06-10", "")), stored: list(c("2025-06-10", ""), c("2025-01-01", "2025-01-01")), want: "2025-01-01"},
		"earlier date of equals":       {stored: list(c("1", "2025-02-02"), c("1", "2025-01-01")), want: "2025-01-01"},
		"just young enough":            {retention: week, stored: list(c("2025-06-03T12:00:00", "2025-01-01")), want: "2025-01-01"},
		"too old":                      {retention: week, stored: list(c("2025-06-03T11:59:59", "2025-01-01"))},
		"too old by its offset (D29)":  {retention: week, stored: list(c("2025-06-03T12:00:00+00:01", "2025-01-01"))},
		"no time is too old (D29)":     {retention: week, stored: list(c("whenever", "2025-01-01"), c("", "2025-01-01"))},
		"no time is fine without rule": {stored: list(c("whenever", "2025-01-01")), want: "2025-01-01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is.New(t).Equal(k.retention.Reuse(now, k.batch, k.stored), k.want)
		})
	}
}

// vulnerability is an entry of a package in a version of an artefact.
func vulnerability(t testing.TB, artefactVersion, packageVersion, cve string) metadata.Entry {
	data, err := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		PackageName: "openssl", PackageVersion: &packageVersion, CVE: cve, CVSSScore: new(metadata.Number(5)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return metadata.Entry{
		Artefact: artefact.ID{ComponentName: new("c"), ComponentVersion: &artefactVersion, Artefact: &artefact.LocalID{Name: new("a"), Version: &artefactVersion}},
		Meta:     metadata.Meta{Datasource: metadata.SourceBDBA, Type: metadata.TypeVulnerability},
		Data:     data,
	}
}

func TestReuseKeyOfVulnerabilities(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	first := vulnerability(t, "1.0", "3.0.1", "CVE-1")
	key := metadata.ReuseKey(first)
	is.Equal(metadata.ReuseKey(vulnerability(t, "2.0", "3.0.2", "CVE-1")), key) // in whichever version
	is.True(metadata.ReuseKey(vulnerability(t, "1.0", "3.0.1", "CVE-2")) != key)
	other := first
	other.Meta.Datasource = "trivy"
	is.Equal(metadata.ReuseKey(other), key) // the datasource is compared by the store
	other.Artefact.Kind = artefact.KindSource
	is.True(metadata.ReuseKey(other) != key)
	other = first
	other.Artefact.ComponentName = nil
	is.True(metadata.ReuseKey(other) != key)
}

func TestReuseKeyByType(t *testing.T) {
	t.Parallel()
	key := func(typ metadata.Type, data string) string {
		t.Helper()
		p, err := metadata.NewPayload(typ, json.RawMessage(data))
		if err != nil {
			t.Fatal(err)
		}
		return metadata.ReuseKey(metadata.Entry{Meta: metadata.Meta{Type: typ}, Data: p})
	}
	license := `{"package_name":"p","package_version":"%s","base_url":"","report_url":"","product_id":1,"group_id":1,"severity":"s","license":{"name":"%s"}}`
	ip := `{"severity":"s","package_name":"p","package_version":"%s","license":{"name":"l"},"policy_violation":{"name":"%s"},"labels":%s,"host":"h"}`
	osid := `{"severity":"s","os_status":"x","osid":{"NAME":"%s","ID":"%s","VERSION_ID":"1"}}`
	for name, c := range map[string]struct {
		typ       metadata.Type
		a, b      string
		sameClass bool
	}{
		"licence in another version": {metadata.TypeLicense, fmt.Sprintf(license, "1", "l"), fmt.Sprintf(license, "2", "l"), true},
		"another licence":            {metadata.TypeLicense, fmt.Sprintf(license, "1", "l"), fmt.Sprintf(license, "1", "m"), false},
		"labels in another order":    {metadata.TypeIP, fmt.Sprintf(ip, "1", "v", `["a","b"]`), fmt.Sprintf(ip, "2", "v", `["b","a"]`), true},
		"other labels":               {metadata.TypeIP, fmt.Sprintf(ip, "1", "v", `["a","b"]`), fmt.Sprintf(ip, "1", "v", `["a,b"]`), false},
		"another violation":          {metadata.TypeIP, fmt.Sprintf(ip, "1", "v", `[]`), fmt.Sprintf(ip, "1", "w", `[]`), false},
		"system with another id":     {metadata.TypeOSIDFinding, fmt.Sprintf(osid, "n", "i"), fmt.Sprintf(osid, "n", "j"), true},
		"system of another name":     {metadata.TypeOSIDFinding, fmt.Sprintf(osid, "n", "i"), fmt.Sprintf(osid, "m", "i"), false},
		"same data key":              {metadata.TypeSAST, `{"severity":"s","sast_status":"a","sub_type":"b"}`, `{"severity":"t","sast_status":"a","sub_type":"b"}`, true},
		"other data key":             {metadata.TypeSAST, `{"severity":"s","sast_status":"a","sub_type":"b"}`, `{"severity":"s","sast_status":"a","sub_type":"c"}`, false},
		"keyless":                    {metadata.TypeUUID, `{"uuid4":"a"}`, `{"uuid4":"b"}`, true},
		"plain objects":              {"my/type", `{"key":"a"}`, `{"key":"b"}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is.New(t).Equal(key(c.typ, c.a) == key(c.typ, c.b), c.sameClass)
		})
	}
}

// row is what the test's own store keeps of an entry.
type row struct {
	reuseKey   string
	source     metadata.Datasource
	updated    metadata.Timestamp
	discovered metadata.Date
}

// put stores a batch by the rules of http-api 4.1.
func put(rows map[string]row, batch []metadata.Entry, retention metadata.Retention, now time.Time) {
	var inserted []row
	for _, e := range batch {
		id := e.ID()
		if known, ok := rows[id]; ok {
			known.updated = e.Meta.LastUpdate
			rows[id] = known
			continue
		}
		r := row{metadata.ReuseKey(e), e.Meta.Datasource, e.Meta.LastUpdate, e.DiscoveryDate}
		if date := retention.Reuse(now, candidates(inserted, r, true), candidates(stored(rows), r, false)); date != "" {
			r.discovered = date
		}
		inserted = append(inserted, r)
		rows[id] = r
	}
}

func stored(rows map[string]row) (list []row) {
	for _, r := range rows {
		list = append(list, r)
	}
	return list
}

func candidates(rows []row, of row, anySource bool) (list []metadata.Candidate) {
	for _, r := range rows {
		if r.reuseKey == of.reuseKey && (anySource || r.source == of.source) {
			list = append(list, metadata.Candidate{LastUpdate: r.updated, DiscoveryDate: r.discovered})
		}
	}
	return list
}

// First seen stays first seen: whatever scanners write, in whichever order and
// batches, the date of a stored entry never changes, and all entries of a class
// have the date of the first one.
func TestFirstSeenStaysFirstSeen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := map[string]row{}
		first := map[string]metadata.Date{}
		now := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
		for range rapid.IntRange(1, 8).Draw(t, "scans") {
			now = now.AddDate(0, 0, rapid.IntRange(0, 40).Draw(t, "days"))
			batch := rapid.SliceOfN(scanned(now), 0, 6).Draw(t, "batch")
			put(rows, batch, metadata.DefaultRetention, now)
			for id, r := range rows {
				class := r.reuseKey
				if _, ok := first[class]; !ok {
					first[class] = r.discovered
				}
				if r.discovered != first[class] {
					t.Fatalf("entry %s of class %s was first seen %s, now %s", id, class, first[class], r.discovered)
				}
			}
		}
	})
}

// scanned draws an entry as a scanner writes it at a time, with today's date or
// any other one.
func scanned(now time.Time) *rapid.Generator[metadata.Entry] {
	return rapid.Custom(func(t *rapid.T) metadata.Entry {
		version := rapid.SampledFrom([]string{"1", "2", "3"})
		data, err := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
			PackageName:    "openssl",
			PackageVersion: new(version.Draw(t, "package version")),
			CVE:            rapid.SampledFrom([]string{"CVE-1", "CVE-2"}).Draw(t, "cve"),
			CVSSScore:      new(metadata.Number(5)),
		})
		if err != nil {
			t.Fatal(err)
		}
		artefactVersion := version.Draw(t, "artefact version")
		at := now.AddDate(0, 0, rapid.IntRange(-3, 3).Draw(t, "off by"))
		return metadata.Entry{
			Artefact:      artefact.ID{ComponentName: new("c"), Artefact: &artefact.LocalID{Name: new("a"), Version: &artefactVersion}},
			Meta:          metadata.Meta{Datasource: metadata.SourceBDBA, Type: metadata.TypeVulnerability, LastUpdate: metadata.TimestampOf(at)},
			Data:          data,
			DiscoveryDate: metadata.DateOf(at),
		}
	})
}
