package extcfg_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/metadata"
)

func parse(t *testing.T, text string) *extcfg.Config {
	t.Helper()
	cfg, warnings, err := extcfg.Parse("extensions-cfg.yaml", []byte(text), extcfg.Options{})
	if err != nil || len(warnings) > 0 {
		t.Fatalf("%v %v", err, warnings)
	}
	return cfg
}

func everyKey(t *testing.T) *extcfg.Config {
	t.Helper()
	data, err := os.ReadFile("testdata/every-key.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(data)) // without warnings: each key is known
}

func TestQuickstart(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg, warnings, err := extcfg.Load(os.DirFS("../examples/quickstart"), "extensions-cfg.yaml", extcfg.Options{Local: true})
	is.NoErr(err)
	is.Equal(len(warnings), 0)
	is.Equal(cfg.Active(), []extcfg.Extension{{
		Service: "osid", Kinds: []artefact.Kind{artefact.KindResource},
		FindingTypes: []metadata.Type{metadata.TypeOSIDFinding}, Interval: 24 * time.Hour,
	}})
}

func TestAbsentAndNull(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := parse(t, "{}")
	is.Equal(len(cfg.Active()), 0)
	is.True(cfg.OSID == nil && cfg.ArtefactEnumerator == nil)
	is.Equal(cfg.BacklogController, extcfg.BacklogController{
		Common: extcfg.Common{Enabled: true, Service: "backlogController"}, MaxReplicas: 5, ItemsPerReplica: 3, RemoveClaimAfter: 30 * time.Minute,
	})
	cfg = parse(t, "defaults: {delivery_service_url: x}\nosid:\nsast: {}\nclamav: {mappings: [], enabled: false}")
	is.True(cfg.OSID.Enabled && cfg.SAST.Enabled && !cfg.ClamAV.Enabled)
	is.Equal(len(cfg.Active()), 2)
	is.Equal(cfg.OSID.DeliveryServiceURL, "x")
}

func TestSectionWinsOverDefaults(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := everyKey(t)
	is.Equal(cfg.BDBA.DeliveryServiceURL, "http://own")
	is.Equal(cfg.OSID.DeliveryServiceURL, "http://odg")
	is.Equal(cfg.IssueReplicator.DeliveryDashboardURL, "http://ui")
}

func TestActive(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	resources := []artefact.Kind{artefact.KindResource}
	want := []extcfg.Extension{
		{Service: "bdba", Kinds: resources, FindingTypes: []metadata.Type{metadata.TypeVulnerability, metadata.TypeLicense}, Interval: time.Minute},
		{Service: "blackduck", Kinds: resources, Interval: 24 * time.Hour},
		{Service: "clamav", Kinds: resources, FindingTypes: []metadata.Type{metadata.TypeMalware}, Interval: 24 * time.Hour},
		{Service: "crypto", Kinds: resources, FindingTypes: []metadata.Type{metadata.TypeCrypto}, Interval: 24 * time.Hour},
		{Service: "issueReplicator", Interval: 5 * time.Second, CountsScans: true},
		{Service: "responsibles", Interval: 12 * time.Hour},
		{Service: "sast", Kinds: []artefact.Kind{artefact.KindSource}, FindingTypes: []metadata.Type{metadata.TypeSAST}, Interval: 24 * time.Hour},
		{Service: "osid", Kinds: resources, FindingTypes: []metadata.Type{metadata.TypeOSIDFinding}, Interval: 24 * time.Hour},
		{Service: "sbomGenerator", Kinds: resources, Interval: 24 * time.Hour},
		{Service: "my-scanner", Kinds: resources, FindingTypes: []metadata.Type{"finding/acme"}, Interval: 5 * time.Second},
	}
	active := everyKey(t).Active()
	is.Equal(cmp.Diff(want, active), "")
	is.True(active[0].Works(artefact.KindResource))
	is.True(!active[0].Works(artefact.KindSource))
	is.True(active[4].Works(artefact.KindRuntime))
}

func TestScaling(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := everyKey(t)
	is.Equal(cfg.Scaling("bdba"), extcfg.Scaling{
		MaxReplicas: 7, ItemsPerReplica: 2, RemoveClaimAfter: 10 * time.Minute, ScaleDownAfter: 300 * time.Second,
	})
	is.Equal(cfg.Scaling("osid"), extcfg.Scaling{
		MinReplicas: 1, MaxReplicas: 20, ItemsPerReplica: 1, RemoveClaimAfter: 10 * time.Minute, ScaleDownAfter: 300 * time.Second,
	})
	is.Equal(cfg.Scaling("clamav").MaxReplicas, 7) // its rules do not say
	is.Equal(cfg.Scaling("clamav").MinReplicas, 2)
	is.Equal(parse(t, "scaling: {extensions: [{service: issueReplicator, max_replicas: 4, min_replicas: 2}]}").
		Scaling("issueReplicator").MinReplicas, 1) // two would open issues twice
	is.Equal(parse(t, "{}").Scaling("osid"), extcfg.Scaling{
		MaxReplicas: 5, ItemsPerReplica: 3, RemoveClaimAfter: 30 * time.Minute, ScaleDownAfter: 2 * time.Minute,
	})
	is.Equal(cfg.Scaling("issueReplicator").MaxReplicas, 1)
	is.Equal(cfg.Scaling("blackduck").MaxReplicas, 2)
	is.Equal(cfg.Scaling("my-scanner").MaxReplicas, 9)
	cfg.BacklogController.MaxReplicas = 0
	is.Equal(cfg.Scaling("issueReplicator").MaxReplicas, 0)
}

func TestComponents(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	enumerator := everyKey(t).ArtefactEnumerator
	is.Equal(enumerator.GracePeriodSeconds, 5)
	is.Equal(enumerator.SuccessfulJobs, 1)
	want := []extcfg.Component{
		{Name: "a", MaxVersions: 1},
		{Name: "b", OCMRepoURL: "./b.ctf", MaxVersions: 3, TimeRange: &extcfg.TimeRange{DaysFrom: -7, DaysTo: 1}},
		{Name: "c", Version: extcfg.Version{Name: "1.0"}, MaxVersions: 1, TimeRange: &extcfg.TimeRange{DaysFrom: -365}},
		{Name: "d", MaxVersions: 1, Version: extcfg.Version{Source: &extcfg.VersionSource{
			Type: "github", Repo: "github.com/acme/d", Ref: "main", Postprocess: true,
			RelPath: []extcfg.PathStep{{Name: "lib", Submodule: true}, {Name: "VERSION"}},
		}}},
		{Name: "e", MaxVersions: 1, Version: extcfg.Version{Source: &extcfg.VersionSource{
			Type: "github", Repo: "github.com/acme/e", RelPath: []extcfg.PathStep{{Name: "VERSION"}},
		}}},
	}
	for i, c := range enumerator.Components {
		is.True(strings.HasPrefix(c.Position, "extensions-cfg.yaml:")) // where it is written
		enumerator.Components[i].Position = ""
	}
	is.Equal(enumerator.Components, want)
	is.True(want[0].Version.Greatest())
	is.True(!want[2].Version.Greatest() && !want[3].Version.Greatest())
	is.True(parse(t, `{defaults: {delivery_service_url: x}, sla_violation_profiler: {components: [{component_name: a, version: null}]}}`).
		SLAViolationProfiler.Components[0].Version.Greatest())
}

func TestMappings(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := everyKey(t)
	bdba, err := cfg.BDBA.Mapping("a/b")
	is.NoErr(err)
	is.Equal(bdba, extcfg.BDBAMapping{Prefixed: extcfg.Prefixed{Prefix: "a/"}, GroupID: 1, ProcessingMode: "rescan"})
	bdba, err = cfg.BDBA.Mapping("b")
	is.NoErr(err)
	is.Equal(bdba.GroupID, 2)
	blackduck, err := cfg.BlackDuck.Mapping("x")
	is.NoErr(err)
	is.Equal(blackduck.Targets[0].GroupID, extcfg.ID("5"))
	crypto, err := cfg.Crypto.Mapping("x")
	is.NoErr(err)
	is.Equal(crypto.Libraries[0], "openssl")
	sbom, err := cfg.SBOMGenerator.Mapping("x")
	is.NoErr(err)
	is.Equal(*sbom.GroupID, 3)
	_, err = cfg.ClamAV.Mapping("x")
	is.True(errors.Is(err, extcfg.ErrNoMapping))
	is.Equal(err.Error(), "clamav: component x: no mapping for this component, add one with its prefix")
	issues, err := cfg.IssueReplicator.Mapping("a")
	is.NoErr(err)
	is.True(issues.LabelsToPreserve[0].Match("keep-me"))
	is.True(!issues.LabelsToPreserve[0].Match("Keep-me"))
	is.Equal(issues.LabelsToPreserve[0].String(), "keep-.*")
	is.True(cfg.BlackDuck.LabelRules[0].Selector.LicenseName.Match("gpl-3.0"))
	is.True(!extcfg.Pattern{}.Match(""))
	is.Equal(extcfg.Pattern{}.String(), "")
}

func TestMilestones(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	mappings := everyKey(t).IssueReplicator.Mappings
	is.Equal(mappings[0].Milestones.Title, extcfg.MilestoneTitle{
		Suffix: "x", Sprint: extcfg.MilestoneSprint{ValueType: "date", DateName: "d", DateFormat: "%d"},
	})
	is.Equal(mappings[1].Milestones.Title, extcfg.DefaultMilestoneTitle())
	is.Equal(mappings[2].Milestones.Title, extcfg.DefaultMilestoneTitle())
	is.Equal(mappings[0].ClosedIssues, -1)
	is.Equal(mappings[1].ClosedIssues, 100)
}

func TestCacheManager(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cache := everyKey(t).CacheManager
	is.Equal(cache.Weights, extcfg.CacheWeights{ReadCount: 1.5})
	is.True(cache.SBOMRetention == nil)
	is.Equal(cache.Prefill.Functions, []string{"compliance-summary"})
	cache = parse(t, "cache_manager: {delivery_service_url: x}").CacheManager
	is.Equal(cache.Weights, extcfg.DefaultCacheWeights())
	is.Equal(*cache.SBOMRetention, 7*24*time.Hour)
	is.Equal(cache.Prefill.Functions, extcfg.DefaultPrefillFunctions())
	is.Equal(cache.MaxSizeBytes, int64(1_000_000_000))
	is.Equal(cache.Schedule, "*/10 * * * *")
}

func TestServices(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := everyKey(t)
	is.Equal(cfg.AccessManager.Service, "accessManager")
	is.Equal(cfg.DeliveryDBBackup.Service, "deliveryDbBackup")
	is.Equal(cfg.PPMSReplication.Service, "ppms")
	is.Equal(cfg.PPMSReplication.SCVID, extcfg.ID("5"))
	is.Equal(cfg.ODGOperator.Service, "odg-operator")
	is.Equal(cfg.FindingsReport.Mappings[0].GitHubAppIDForSAF, extcfg.ID("5"))
	is.Equal(cfg.GHAS.OnUnsupported, extcfg.UnsupportedFail)
	is.Equal(len(cfg.Responsibles.Rules[0].Filters), 4)
	is.Equal(cfg.Responsibles.Rules[0].Strategies[1].Responsibles[1].Teamname, "o/t")
	is.Equal(cfg.CustomExtensions[1].Settings, map[string]any{"url": "http://x"})
	cfg = parse(t, "osid: {service: other, delivery_service_url: x}")
	is.Equal(cfg.Active()[0].Service, "other")
}

func TestSupports(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		service     string
		kind        artefact.Kind
		access, typ string
		want        bool
	}{
		{"bdba", artefact.KindResource, "ociRegistry", "helmChart", true},
		{"bdba", artefact.KindResource, "localBlob/v1", "x", true},
		{"bdba", artefact.KindResource, "gitHub", "x", false},
		{"bdba", artefact.KindSource, "ociRegistry", "x", false},
		{"blackduck", artefact.KindResource, "ociRegistry", "ociImage/v1", true},
		{"blackduck", artefact.KindResource, "ociRegistry", "helmChart", false},
		{"blackduck", artefact.KindResource, "localBlob", "directoryTree", true},
		{"sbomGenerator", artefact.KindResource, "s3", "application/x-tar", true},
		{"clamav", artefact.KindResource, "s3", "x", false},
		{"crypto", artefact.KindResource, "localBlob/v1", "x", true},
		{"osid", artefact.KindResource, "ociRegistry", "ociImage", true},
		{"osid", artefact.KindResource, "localBlob/v1", "ociImage", true},
		{"osid", artefact.KindResource, "ociRegistry", "ociArtifact", false},
		{"sast", artefact.KindSource, "gitHub", "git", true},
		{"ghas", artefact.KindResource, "gitHub", "git", false},
		{"issueReplicator", artefact.KindRuntime, "", "", true},
		{"my-scanner", artefact.KindRuntime, "x", "y", true},
	} {
		if got := extcfg.Supports(c.service, c.kind, c.access, c.typ); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/every-key.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(data))
	f.Add("osid:\n")
	f.Add("issue_replicator: {mappings: [{prefix: a, github_repository: b, milestones: {title: }}]}")
	f.Fuzz(func(t *testing.T, text string) {
		cfg, _, err := extcfg.Parse("f.yaml", []byte(text), extcfg.Options{Local: true})
		if (cfg == nil) != (err != nil) {
			t.Errorf("%q: neither configuration nor error, or both", text)
		}
		if cfg != nil {
			cfg.Active()
		}
	})
}
