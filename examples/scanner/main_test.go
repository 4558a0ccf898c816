package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
)

// clock begins at noon of a certain day and advances.
func clock() func() time.Time {
	noon, began := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), time.Now()
	return func() time.Time { return noon.Add(time.Since(began)) }
}

const want = `COMPONENT                    ARTEFACT     SEVERITY             DISCOVERED  DUE
example.org/shop/api:v3.1.0  batch:0.9.0  initial-development  2026-11-20  2027-02-18
example.org/shop:2026.11.0   tool:0.3.0   initial-development  2026-11-20  2027-02-18
artefacts: 12, scans due: 9, findings: 2
`

func TestRun(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var stdout bytes.Buffer
	is.NoErr(run(t.Context(), []string{"../quickstart/delivery.tgz"}, clock(), &stdout))
	is.Equal(cmp.Diff(want, stdout.String()), "")
}

func TestRunWithoutArchive(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	err := run(t.Context(), []string{"missing.tgz"}, clock(), t.Output())
	is.True(errors.Is(err, component.ErrNotFound))
	is.True(strings.Contains(err.Error(), "missing.tgz"))
}

func TestScan(t *testing.T) {
	t.Parallel()
	_, findings, err := load()
	is.New(t).NoErr(err)
	s, err := newScanner(findings)
	is.New(t).NoErr(err)
	for _, c := range []struct {
		version string
		data    string // "" if there is no finding
		allowed string
	}{
		{"1.0.0", "", ""},
		{"v2.3", "", ""},
		{"1.0.0+build.7", "", ""},
		{"trixie", "", ""},
		{"", "", ""},
		{"0.9.0", `{"severity":"initial-development","stage":"initial-development","version":"0.9.0"}`, "7776000s"},
		{"v1.0.0-rc.1", `{"severity":"pre-release","stage":"pre-release","version":"v1.0.0-rc.1"}`, "2592000s"},
		{"0.1.0-dev", `{"severity":"pre-release","stage":"pre-release","version":"0.1.0-dev"}`, "2592000s"},
	} {
		t.Run(c.version, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			result, err := s.Scan(t.Context(), artefact.ID{Artefact: &artefact.LocalID{Version: &c.version}})
			is.NoErr(err)
			if c.data == "" {
				is.Equal(len(result.Entries), 0)
				return
			}
			is.Equal(len(result.Entries), 1)
			e := result.Entries[0]
			is.Equal(string(e.Data.Raw()), c.data)
			is.Equal(*e.AllowedProcessingTime, c.allowed)
			_, keyed := e.DataKey()
			is.True(keyed) // the configured key counts
		})
	}
}

func TestNotConfigured(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, err := newScanner(&findingcfg.Config{})
	is.Equal(err.Error(), "findings-cfg.yaml does not list finding/unstable-version; add it")
}

// The key leaves the version out, so that a new release does not buy more time.
func TestNewReleaseIsSameFinding(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, findings, err := load()
	is.NoErr(err)
	s, err := newScanner(findings)
	is.NoErr(err)
	reuseKey := func(version string) string {
		id := artefact.ID{Artefact: &artefact.LocalID{Name: new("batch"), Version: &version}}
		result, err := s.Scan(t.Context(), id)
		is.NoErr(err)
		result.Entries[0].Artefact = id
		return metadata.ReuseKey(result.Entries[0])
	}
	is.Equal(reuseKey("0.9.0"), reuseKey("0.9.1"))
	is.True(reuseKey("0.9.0") != reuseKey("1.0.0-rc.1"))
}
