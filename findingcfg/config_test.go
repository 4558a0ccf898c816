package findingcfg_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/vectors"
	"github.com/opendeliverygear/odg/metadata"
)

func parse(t *testing.T, text string, o findingcfg.Options) *findingcfg.Config {
	t.Helper()
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := parse(t, "- {type: finding/license, categorisations: []}", findingcfg.Options{})
	want := findingcfg.Finding{
		Type: metadata.TypeLicense, Categorisations: []findingcfg.Categorisation{}, DefaultScope: findingcfg.ScopeArtefact,
		Issues: findingcfg.Issues{
			Enabled: true, Template: "{summary}", TitleTemplate: findingcfg.DefaultTitleTemplate, Assignees: true,
			Labels: []string{}, GroupBy: findingcfg.DefaultGroupBy(), AssigneeMode: findingcfg.AssigneeSkip,
		},
	}
	is.Equal(cmp.Diff(want, cfg.Findings[0]), "")
	is.Equal(cfg.Findings[0].Retention, metadata.DefaultRetention)
	_, ok := cfg.For(metadata.TypeSAST)
	is.True(!ok)
	_, ok = cfg.Findings[0].Category("x")
	is.True(!ok)
}

func TestEveryKey(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := parse(t, `
- type: finding/license
  categorisations:
    - {id: a, display_name: A, value: 1, rescoring: null, allowed_processing_time: null, selector: null}
    - {id: b, display_name: B, value: 1, rescoring: automatic, allowed_processing_time: 2w}
  default_scope: single
  reuse_discovery_date: {enabled: false, max_reuse_time: 1y}
  sprint_assignment_offset: -1
  issues:
    enable_issues: false
    template: "{summary}!"
    title_template: "{data.key}"
    enable_assignees: false
    enable_per_finding: true
    labels: [x]
    attrs_to_group_by: []
    default_assignee_mode: extend
- type: finding/license
  categorisations: []
- type: finding/sast
  categorisations: []
  filter: null
  rescoring_ruleset: null
  reuse_discovery_date: {max_reuse_time: 4000y}
`, findingcfg.Options{})
	finding, ok := cfg.For(metadata.TypeLicense)
	is.True(ok)
	is.Equal(len(finding.Categorisations), 2) // the first of a type wins
	is.Equal(finding.DefaultScope, findingcfg.ScopeSingle)
	is.Equal(finding.Retention, metadata.Retention{Disabled: true, MaxReuse: 365 * 24 * time.Hour})
	is.Equal(finding.SprintOffset, -1)
	is.Equal(cmp.Diff(findingcfg.Issues{
		Template: "{summary}!", TitleTemplate: "{data.key}", PerFinding: true, Labels: []string{"x"},
		GroupBy: []artefact.Attribute{}, AssigneeMode: findingcfg.AssigneeExtend,
	}, finding.Issues), "")
	is.Equal(*finding.Categorisations[1].AllowedProcessingTime.Raw(), "1209600s")
	is.True(finding.Categorisations[1].Automatic())
	sast, _ := cfg.For(metadata.TypeSAST)
	is.True(sast.Retention.MaxReuse > 290*365*24*time.Hour) // as long as Go can
}

// TestBuiltIn holds the set that comes with ODG against the recorded one.
func TestBuiltIn(t *testing.T) {
	t.Parallel()
	var recorded struct {
		Groups []struct {
			Name       string          `json:"name"`
			FindingCfg json.RawMessage `json:"finding_cfg"`
		} `json:"groups"`
	}
	vectors.Load(t, "categorise.json", &recorded)
	for _, group := range recorded.Groups {
		kind, ok := strings.CutPrefix(group.Name, "default ")
		if !ok {
			continue
		}
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			want, err := parseOne(group.FindingCfg)
			is.NoErr(err)
			cfg := parse(t, "- type: "+kind+"\n  categorisations: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}\n", findingcfg.Options{})
			opaque := cmp.Comparer(func(a, b *findingcfg.Selector) bool { return asJSON(t, a) == asJSON(t, b) })
			times := cmp.Comparer(func(a, b findingcfg.ProcessingTime) bool { return a == b })
			is.Equal(cmp.Diff(want.Categorisations, cfg.Findings[0].Categorisations, opaque, times), "")
		})
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestRulesets(t *testing.T) {
	t.Parallel()
	var recorded struct {
		CVE []struct {
			Name       string          `json:"name"`
			FindingCfg json.RawMessage `json:"finding_cfg"`
		} `json:"cve"`
		Broken []struct {
			Name       string               `json:"name"`
			FindingCfg json.RawMessage      `json:"finding_cfg"`
			Load       vectors.Result[bool] `json:"load"`
		} `json:"broken_rulesets"`
		SAST struct {
			FindingCfg json.RawMessage `json:"finding_cfg"`
			Cases      []struct {
				Component string                   `json:"component_name"`
				SubType   string                   `json:"sub_type"`
				Matching  vectors.Result[[]string] `json:"matching_rules"`
			} `json:"cases"`
		} `json:"sast"`
	}
	vectors.Load(t, "rescoring.json", &recorded)
	is := is.New(t)
	for _, c := range recorded.CVE {
		finding, err := parseOne(c.FindingCfg)
		is.NoErr(err)
		is.True(len(finding.Ruleset.Rules) > 0)
		is.True(len(finding.Ruleset.Operations) > 0)
		if c.Name == "gardener default" {
			cfg := parse(t, `
- type: finding/vulnerability
  categorisations: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}
  rescoring_ruleset: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}
`, findingcfg.Options{})
			is.Equal(cmp.Diff(finding.Ruleset, cfg.Findings[0].Ruleset), "")
		}
	}
	for _, c := range recorded.Broken {
		_, err := parseOne(c.FindingCfg)
		is.Equal(err != nil, c.Load.Failed()) // broken ruleset
	}
	sast, err := parseOne(recorded.SAST.FindingCfg)
	is.NoErr(err)
	for _, c := range recorded.SAST.Cases {
		var names []string
		for _, rule := range sast.Ruleset.MatchingSAST(c.Component, c.SubType) {
			names = append(names, rule.Name)
		}
		is.Equal(strings.Join(names, " "), strings.Join(c.Matching.Value, " "))
	}
}

func TestDeclaredTypes(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := parse(t, "- {type: finding/acme, datasource: acme, key: [rule, file?], categorisations: []}\n"+
		"- {type: finding/acme, datasource: other, categorisations: []}", findingcfg.Options{})
	is.Equal(cfg.Declared, []metadata.TypeSpec{{Name: "finding/acme", Datasource: "acme", Key: []string{"rule", "file?"}}})
	types, err := cfg.Types()
	is.NoErr(err)
	is.True(types.Known("finding/acme"))
	cfg.Declared[0].Name = metadata.TypeSAST
	_, err = cfg.Types()
	is.True(err != nil)
}

// shared serves files by their reference.
type shared map[string]string

func (s shared) ReadRef(ref findingcfg.Ref) ([]byte, error) {
	if text, ok := s[ref.String()]; ok {
		return []byte(text), nil
	}
	return nil, fs.ErrNotExist
}

func TestReferences(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	file := "categorisations:\n  - type: finding/license\n    acme:\n      - {id: a, display_name: A, value: 1}\n"
	resolver := findingcfg.Options{Resolver: shared{
		"own.yaml":                     file,
		"github.com/acme/cfg/own.yaml": file,
		"acme.org/cfg:1.0.0/defaults":  file,
		"broken.yaml":                  "a: b: c",
		"fault.yaml":                   "categorisations:\n  - type: finding/license\n    acme:\n      - {id: 1, display_name: A, value: 1}\n",
	}}
	for _, ref := range []string{
		"{path: own.yaml}", "{repository: github.com/acme/cfg/, path: own.yaml}",
		"{component_name: acme.org/cfg, component_version: 1.0.0, artefact_name: defaults}",
	} {
		cfg := parse(t, "- type: finding/license\n  categorisations: {cfg_name: acme, ref: "+ref+"}\n", resolver)
		is.Equal(cfg.Findings[0].Categorisations[0].ID, "a")
	}
	for ref, want := range map[string]string{
		"missing.yaml": "findings-cfg.yaml:2:42: $[0].categorisations.ref: cannot read missing.yaml: file does not exist",
		"broken.yaml":  "broken.yaml:1:4: is no YAML",
		"fault.yaml":   `fault.yaml:4:14: $.categorisations[0].acme[0].id: want text, got the number 1`,
	} {
		text := "- type: finding/license\n  categorisations: {cfg_name: acme, ref: {path: " + ref + "}}\n"
		text += strings.Replace(text, "license", "sast", 1) // each file is read once
		_, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(text), resolver)
		is.True(err != nil)
		is.True(strings.HasPrefix(err.Error(), want))
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	files := fstest.MapFS{"findings-cfg.yaml": {Data: []byte(osid)}}
	cfg, _, err := findingcfg.Load(files, "findings-cfg.yaml", findingcfg.Options{})
	is.NoErr(err)
	is.Equal(len(cfg.Findings), 1)
	_, _, err = findingcfg.Load(files, "other.yaml", findingcfg.Options{})
	is.True(errors.Is(err, fs.ErrNotExist)) // D14: no sample takes its place
}

func TestSelectorJSON(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, c := range []struct{ kind, selector string }{
		{"vulnerability", `{"cve_score_range":{"min":0.5,"max":3.9}}`},
		{"license", `{"license_names":["GPL.*"]}`},
		{"ghas", `{"resolutions":["revoked",null]}`},
		{"ip", `{"labels":["a"],"policy_violation_ids":[]}`},
		{"ip", `{"labels":[],"policy_violation_ids":["a"]}`},
	} {
		finding, err := parseOne([]byte(`{"type": "finding/` + c.kind + `", "categorisations": [{"id": "a", "display_name": "A", "value": 0, "selector": ` + c.selector + `}]}`))
		is.NoErr(err)
		is.Equal(asJSON(t, finding.Categorisations[0].Selector), c.selector)
	}
}

func TestPattern(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	p, err := findingcfg.ParsePattern("A.*")
	is.NoErr(err)
	is.True(p.Match("abc"))
	is.True(!p.Match("xabc"))
	is.True(!findingcfg.Pattern{}.Match(""))
	is.Equal(findingcfg.Pattern{}.String(), "")
	_, err = findingcfg.ParsePattern("(?=a)")
	is.True(errors.Is(err, findingcfg.ErrPattern))
}

func TestNothingPicked(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	selector, err := parseOne([]byte(`{"type": "finding/license", "categorisations": [{"id": "a", "display_name": "A", "value": 1, "selector": {"license_names": [".*"]}}]}`))
	is.NoErr(err)
	_, ok := selector.Categorise(findingcfg.NoText())
	is.True(!ok)
	_, ok = selector.NoneCategorisation()
	is.True(!ok)
}

// TestIssueIDs holds the golden values of ODG's model description.
func TestIssueIDs(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	issues := findingcfg.Issues{GroupBy: findingcfg.DefaultGroupBy()}
	group, err := issues.GroupID(artefact.ID{
		ComponentName: new("example.org/a"), Kind: artefact.KindRuntime, Artefact: &artefact.LocalID{},
	})
	is.NoErr(err)
	is.Equal(group, "example.org/aruntimeNoneNone")
	is.Equal(findingcfg.IssueID(group, "2025-05-01"), "v1/a1d352a50a3de54f2859f814a51ca441a024d2edd8c822")
	is.Equal(findingcfg.IssueID("example.org/aresourceimgociImage", "2025-05-01"), "v1/0822cbb58a601db114b885ee4cde69271228bf0fe2acbf")
	is.Equal(len(findingcfg.FindingDigest("a|b")), 50)
}
