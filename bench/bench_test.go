package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
)

// The program that is measured in a process of its own is this one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == walkCommand {
		main()
		return
	}
	os.Exit(m.Run())
}

// The smallest run measures everything; how fast it is, is not held against anything.
func TestRun(t *testing.T) {
	pgtest.URL(t) // skips without PostgreSQL
	is := is.New(t)
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"--rows=10000", "--versions=2", "--repeat=1", "--searches=20", "--output=json"}, &stdout, &stderr)
	t.Logf("%s", &stderr)
	is.Equal(code, 0)
	var said struct{ Measurements []measurement }
	is.NoErr(json.Unmarshal(stdout.Bytes(), &said))
	var aims []string
	for _, m := range said.Measurements {
		if m.Value <= 0 {
			t.Errorf("%s: nothing was measured", m.Name)
		}
		if m.Aim != "" {
			aims = append(aims, m.Name)
		}
	}
	is.Equal(aims, []string{
		"PUT 5,000, empty table", "PUT 5,000 of a new version, 10,000 rows", "PUT the same 5,000 again, scanned later",
		"query 5,000, JSON", "query 5,000, NDJSON", "first byte of these",
		"search in 10,000 rows, p99", "memory, answer of 5,000", "first byte, answer of 5,000",
	})
}

const testTree = "--tree=../component/ctf/testdata/fixtures/large/large.tgz"

// So does that of many findings.
func TestRunFindings(t *testing.T) {
	pgtest.URL(t) // skips without PostgreSQL
	is := is.New(t)
	var stdout, stderr bytes.Buffer
	args := []string{"findings", "--rows=10000", "--artefact=100,200", "--repeat=2", "--output=json", testTree}
	code := run(t.Context(), args, &stdout, &stderr)
	t.Logf("%s", &stderr)
	is.Equal(code, 0)
	var said struct{ Measurements []measurement }
	is.NoErr(json.Unmarshal(stdout.Bytes(), &said))
	var aims []string
	for _, m := range said.Measurements {
		if m.Value <= 0 {
			t.Errorf("%s: nothing was measured", m.Name)
		}
		if m.Aim != "" {
			aims = append(aims, m.Name)
		}
	}
	is.Equal(aims, []string{
		"compliance summary of 300 components, p95", "statements for a summary",
		"time of a row of the largest to one of the smallest", "page by effective due date, p95",
		"decision about 1,000 findings, until it is seen", "the same, until it is kept for all",
		"PUT of 5,000 with effective values, and without",
	})
}

// The findings of the estate are rows of their own, in as many groups as said.
func TestEstate(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	e, err := newEstate(100_000)
	is.NoErr(err)
	is.Equal(e.versions*e.each*components, 100_000)
	all, err := e.decisions(2000)
	is.NoErr(err)
	ids, famous := map[string]bool{}, 0
	for _, entry := range append(append(all, e.release(7, 0)...), e.release(7, 1)...) {
		ids[entry.ID()] = true
		if bytes.Contains(entry.Data.Raw(), []byte("CVE-2021-44228")) {
			famous++
		}
	}
	is.Equal(len(ids), 2000+2*(100+13)) // each a row of its own
	is.Equal(famous, 2*10)
}

// So does that of component lookup.
func TestRunOCM(t *testing.T) {
	pgtest.URL(t) // skips without PostgreSQL
	if _, err := exec.LookPath(registryName); err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	is := is.New(t)
	var stdout, stderr bytes.Buffer
	args := []string{"ocm", "--repeat=1", "--latency=1ms", "--output=json", testTree}
	code := run(t.Context(), args, &stdout, &stderr)
	t.Logf("%s", &stderr)
	is.Equal(code, 0)
	var said struct{ Measurements []measurement }
	is.NoErr(json.Unmarshal(stdout.Bytes(), &said))
	var aims []string
	for _, m := range said.Measurements {
		if m.Value <= 0 {
			t.Errorf("%s: nothing was measured", m.Name)
		}
		if m.Aim != "" {
			aims = append(aims, m.Name)
		}
		if m.Name == "requests sent" {
			is.Equal(m.Value, 600.0) // a manifest and a descriptor each
		}
	}
	is.Equal(aims, []string{
		"tree of 300, 1ms away", "requests sent", "the same, kept in SQLite",
		"again, from memory", "again, from SQLite", "again, from PostgreSQL",
		"the same, and the official command line", "memory of a process that does",
	})
}

// So does that of the backlog in a cluster.
func TestRunKube(t *testing.T) {
	is := is.New(t)
	var stdout, stderr bytes.Buffer
	args := []string{"kube", "--items=100", "--drained=50", "--workers=4", "--filled=150", "--bursts=1", "--repeat=1", "--crds=../deploy/crds", "--output=json"}
	code := run(t.Context(), args, &stdout, &stderr)
	t.Logf("%s", &stderr)
	if strings.Contains(stderr.String(), kubetest.ErrNotBuilt.Error()) && os.Getenv("CI") == "" {
		t.Skip(kubetest.ErrNotBuilt)
	}
	is.Equal(code, 0)
	var said struct{ Measurements []measurement }
	is.NoErr(json.Unmarshal(stdout.Bytes(), &said))
	var aims []string
	for _, m := range said.Measurements {
		if m.Value <= 0 {
			t.Errorf("%s: nothing was measured", m.Name)
		}
		if m.Aim != "" {
			aims = append(aims, m.Name)
		}
	}
	is.Equal(aims, []string{
		"creating 100", "claims and completions, 4 workers", "32 claimers, a watch each",
		"memory of the controller, idle", "decision after the last event of a burst", "requests for a burst",
		"99 % of decisions within", "the same, 150 items",
	})
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	m := metrics("# HELP x\nx{a=\"1\"} 2\nx{a=\"2\"} 3.5\ny_bucket{le=\"0.5\"} 98\ny_bucket{le=\"1\"} 99\ny_bucket{le=\"+Inf\"} 100\ny_count 100\n")
	is.Equal(m.sum("x{"), 5.5)
	is.True(m.has(`x{a="2"}`))
	is.True(!m.has(`x{a="3"}`))
	is.Equal(m.within("y", 0.99), 1.0)
	is.Equal(m.within("y", 0.98), 0.5)
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"unknown flag": {"--nope"}, "too few rows": {"--rows=1"}, "no tree": {"ocm", "--tree=none"}, "too few findings": {"findings", "--rows=1"}, "no items": {"kube", "--items=1"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			var stderr bytes.Buffer
			is.True(run(t.Context(), args, io.Discard, &stderr) != 0)
			is.True(strings.Contains(stderr.String(), "--"))
		})
	}
}

func TestWorkload(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	body := release("2.0.0", day(11, 1)).body(halfAndHalf)
	is.Equal(body, release("2.0.0", day(11, 1)).body(halfAndHalf)) // the same in every run
	entries, err := metadata.BuiltinTypes().ParseEntries(body)
	is.NoErr(err)
	ids := map[string]bool{}
	for _, e := range entries {
		ids[e.ID()] = true
	}
	is.Equal(len(ids), batch) // each a row of its own
	rendered, err := rows(body)
	is.NoErr(err)
	is.Equal(bytes.Count(rendered, []byte("\n")), batch)
}

func TestCell(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(cell(nil), `\N`)
	is.Equal(cell(text("a\\b\tc\nd\re")), `a\\b\tc\nd\re`)
}

func TestReport(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var r report
	r.atLeast("put", 60, 100, 0.5, "")
	r.atMost("query", 3*time.Millisecond, 2*time.Millisecond, 1.4)
	r.below("memory", 12, 0, "MiB", "of all")
	r.faster("again", time.Millisecond, 60*time.Millisecond, 50, "")
	is.Equal(r.missed(), []string{"query"})
	var out bytes.Buffer
	is.NoErr(r.write(&out, "table"))
	is.Equal(out.String(), ""+
		"MEASUREMENT  ODG-CORE   LIMIT       RATIO    AIM             MET  NOTE\n"+
		"put          60 rows/s  100 rows/s  60 %     >= 50 %         yes  \n"+
		"query        3.0 ms     2.0 ms      1.50 x   <= 1.4 x        NO   \n"+
		"memory       12 MiB     -           -        -               -    of all\n"+
		"again        1.0 ms     60 ms       60.00 x  >= 50 x faster  yes  \n")
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	times := []time.Duration{5, 1, 4, 2, 3}
	is.Equal(quantile(times, 0.5), time.Duration(3))
	is.Equal(quantile(times, 0.99), time.Duration(5))
	is.Equal(quantile(times[:1], 0.5), time.Duration(5))
}
