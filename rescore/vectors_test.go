package rescore_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/vectors"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// recorded is rescoring.json.
type recorded struct {
	CVE    []recordedCVE    `json:"cve"`
	Broken []recordedBroken `json:"broken_rulesets"`
	SAST   struct {
		Config writtenConfig  `json:"finding_cfg"`
		Cases  []recordedSAST `json:"cases"`
	} `json:"sast"`
	Specificity []recordedOrder `json:"specificity"`
	Parsing     struct {
		CategoryValues []struct {
			Text      string                 `json:"category_value"`
			Attribute vectors.Result[string] `json:"attr"`
			Parsed    vectors.Result[any]    `json:"parsed"`
		} `json:"category_values"`
		CVEValues []struct {
			Texts  []string                            `json:"cve_values"`
			Parsed vectors.Result[map[string][]string] `json:"parsed"`
		} `json:"cve_values"`
		Vectors []struct {
			Text   string                          `json:"vector"`
			Parsed vectors.Result[json.RawMessage] `json:"parsed"`
			String vectors.Result[string]          `json:"str"`
		} `json:"cvss_vectors"`
	} `json:"parsing"`
}

type recordedCVE struct {
	Name   string        `json:"name"`
	Config writtenConfig `json:"finding_cfg"`
	Cases  []struct {
		Case           string                         `json:"case"`
		Categorisation json.RawMessage                `json:"cve_categorisation"`
		CVSS           json.RawMessage                `json:"cvss"`
		Text           string                         `json:"cvss_str"`
		Current        string                         `json:"current_categorisation"`
		Matching       vectors.Result[[]recordedRule] `json:"matching_rules"`
		Rescored       vectors.Result[string]         `json:"rescored_categorisation"`
	} `json:"cases"`
}

type recordedRule struct {
	Name          string   `json:"name"`
	Operation     string   `json:"operation"`
	CategoryValue string   `json:"category_value"`
	CVEValues     []string `json:"cve_values"`
}

type recordedBroken struct {
	Name    string               `json:"name"`
	Config  writtenConfig        `json:"finding_cfg"`
	Load    vectors.Result[bool] `json:"load"`
	Applied vectors.Result[struct {
		Matching []string `json:"matching_rules"`
		Rescored string   `json:"rescored_categorisation"`
	}] `json:"apply_to_CRITICAL_AV:N_public_auth"`
}

type recordedSAST struct {
	Component *string                  `json:"component_name"`
	SubType   string                   `json:"sub_type"`
	Current   *string                  `json:"current_categorisation"`
	Matching  vectors.Result[[]string] `json:"matching_rules"`
	Rescoring vectors.Result[*struct {
		Key   string          `json:"key"`
		ID    string          `json:"id"`
		Entry json.RawMessage `json:"entry"`
	}] `json:"rescoring"`
}

type recordedOrder struct {
	Case       string            `json:"case"`
	Finding    json.RawMessage   `json:"finding"`
	Rescorings []json.RawMessage `json:"rescorings"`
	Ordered    vectors.Result[[]struct {
		Index       int    `json:"index"`
		Specificity string `json:"specificity"`
	}] `json:"ordered"`
}

func load(t *testing.T) recorded {
	t.Helper()
	var r recorded
	vectors.Load(t, "rescoring.json", &r)
	return r
}

func TestCVEVectors(t *testing.T) {
	t.Parallel()
	for _, group := range load(t).CVE {
		rs, err := group.Config.ruleset()
		is.New(t).NoErr(err)
		is.New(t).True(len(group.Cases) > 0)
		for _, c := range group.Cases {
			t.Run(group.Name+" "+c.Case, func(t *testing.T) {
				t.Parallel()
				is := is.New(t)
				categorisation, err := rescore.ParseCategorisation(c.Categorisation)
				is.NoErr(err)
				var v rescore.Vector
				is.NoErr(json.Unmarshal(c.CVSS, &v))
				is.Equal(v.String(), c.Text)
				rules := rs.Matching(categorisation, v)
				is.Equal(cmp.Diff(c.Matching.Value, written(rules)), "")
				got := rs.Apply(rules, c.Current)
				if c.Rescored.Failed() {
					// D27: the peer raises where an order lacks the category.
					is.Equal(got, applyKnown(rs, rules, c.Current))
					return
				}
				is.Equal(got, c.Rescored.Value)
			})
		}
	}
}

// applyKnown applies one rule after the other and skips those whose order lacks
// the present category (D27).
func applyKnown(rs *rescore.Ruleset, rules []rescore.Rule, current string) string {
	for _, rule := range rules {
		operation, ok := rs.Operations[rule.Operation]
		if ok && operation.SetTo == "" && !slices.Contains(operation.Order, current) {
			continue
		}
		current = rs.Apply([]rescore.Rule{rule}, current)
	}
	return current
}

// written returns rules as they are recorded.
func written(rules []rescore.Rule) []recordedRule {
	list := []recordedRule{}
	for _, rule := range rules {
		r := recordedRule{Name: rule.Name, Operation: rule.Operation, CategoryValue: rule.CategoryValue.String(), CVEValues: []string{}}
		for _, value := range rule.CVEValues {
			r.CVEValues = append(r.CVEValues, value.String())
		}
		list = append(list, r)
	}
	return list
}

func TestBrokenRulesetVectors(t *testing.T) {
	t.Parallel()
	for _, c := range load(t).Broken {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rs, err := c.Config.ruleset()
			is.Equal(err != nil, c.Load.Failed()) // refused as recorded
			if err != nil {
				return
			}
			rules := rs.Matching(
				rescore.Categorisation{NetworkExposure: "public", AuthenticationEnforced: new(true)},
				rescore.Vector{AccessVector: "N"},
			)
			is.Equal(cmp.Diff(c.Applied.Value.Matching, rescore.RuleNames(rules)), "")
			is.Equal(rs.Apply(rules, "CRITICAL"), c.Applied.Value.Rescored)
		})
	}
}

func TestSASTVectors(t *testing.T) {
	t.Parallel()
	r := load(t).SAST
	rs, err := r.Config.ruleset()
	is.New(t).NoErr(err)
	is.New(t).True(len(r.Cases) > 0)
	for _, c := range r.Cases {
		t.Run(artefact.Text(c.Component)+" "+c.SubType+" "+artefact.Text(c.Current), func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rules := rs.MatchingSAST(artefact.Text(c.Component), c.SubType)
			if c.Matching.Failed() {
				is.True(c.Component == nil) // the peer raises (D4), a component without a name matches nothing
				is.Equal(len(rules), 0)
				return
			}
			names := []string{}
			for _, rule := range rules {
				names = append(names, rule.Name)
			}
			is.Equal(cmp.Diff(c.Matching.Value, names), "")
			if c.Rescoring.Value == nil {
				// Nothing to do: no rule, or a category that is not rescored automatically.
				is.True(len(rules) == 0 || !r.Config.automatic(c.Current))
				return
			}
			is.True(r.Config.automatic(c.Current))
			checkAutomatic(t, rs, rules, c)
		})
	}
}

// automatic tells if a category may be rescored by rules.
func (c writtenConfig) automatic(id *string) bool {
	for _, category := range c.Categorisations {
		if id != nil && category.ID == *id {
			return strings.Contains(string(category.Rescoring), `"automatic"`)
		}
	}
	return false
}

func checkAutomatic(t *testing.T, rs *rescore.Ruleset, rules []rescore.SASTRule, c recordedSAST) {
	is := is.New(t)
	want, err := metadata.ParseEntry(c.Rescoring.Value.Entry)
	is.NoErr(err)
	created, err := want.Meta.CreationDate.Time()
	is.NoErr(err)
	var recorded metadata.CustomRescoring
	is.NoErr(want.Data.Decode(&recorded))
	got, err := rescore.AutomaticSAST{
		Artefact: want.Artefact,
		Finding:  metadata.SASTRef{SASTStatus: rules[0].SASTStatus, SubType: c.SubType},
		Rules:    rules,
		Severity: rs.ApplySAST(rules, *c.Current),
		// That of the new category, which the ruleset does not know.
		AllowedProcessingTime: recorded.AllowedProcessingTime,
	}.Entry(created)
	is.NoErr(err)
	is.Equal(string(got.AppendJSON(nil)), string(want.AppendJSON(nil)))
	is.Equal(got.Key(), c.Rescoring.Value.Key)
	is.Equal(got.ID(), c.Rescoring.Value.ID)
}

func TestPrecedenceVectors(t *testing.T) {
	t.Parallel()
	cases := load(t).Specificity
	is.New(t).True(len(cases) > 0)
	for _, c := range cases {
		t.Run(c.Case, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			finding, err := metadata.ParseEntry(c.Finding)
			is.NoErr(err)
			rescorings := make([]metadata.Entry, len(c.Rescorings))
			for i, raw := range c.Rescorings {
				rescorings[i], err = metadata.ParseEntry(raw)
				is.NoErr(err)
			}
			peer := rescore.Options{PeerScopes: true}
			checkOrder(t, c, rescorings, rescore.Applicable(finding, rescorings, peer))
			checkOrder(t, c, rescorings, rescore.NewIndex(rescorings, peer).For(finding))
			checkD2(t, c, finding, rescorings)
		})
	}
}

func checkOrder(t *testing.T, c recordedOrder, all []metadata.Entry, got []*metadata.Entry) {
	t.Helper()
	is := is.New(t)
	wanted := c.wanted(t, all)
	is.Equal(len(got), len(wanted)) // number that applies
	for i, want := range wanted {
		is.Equal(got[i].ID(), want.ID()) // order
		is.Equal(got[i].Specificity().String(), c.Ordered.Value[i].Specificity)
	}
}

// wanted is the recorded order, in which those that are as specific and were created
// at the same time go by their ids, not by the order of arrival (D31).
func (c recordedOrder) wanted(t *testing.T, all []metadata.Entry) []*metadata.Entry {
	t.Helper()
	var list []*metadata.Entry
	for _, recorded := range c.Ordered.Value {
		list = append(list, &all[recorded.Index])
	}
	slices.SortStableFunc(list, func(a, b *metadata.Entry) int {
		at, errA := a.Meta.CreationDate.Time()
		bt, errB := b.Meta.CreationDate.Time()
		if a.Specificity() != b.Specificity() || (errA == nil) != (errB == nil) || errA == nil && !at.Equal(bt) {
			return 0
		}
		return strings.Compare(a.ID(), b.ID())
	})
	return list
}

// checkD2: with wildcards, the recorded ones apply too, and besides them only
// such that leave the kind or the type of the artefact null.
func checkD2(t *testing.T, c recordedOrder, finding metadata.Entry, all []metadata.Entry) {
	t.Helper()
	is := is.New(t)
	wanted := map[*metadata.Entry]bool{}
	for _, want := range c.Ordered.Value {
		wanted[&all[want.Index]] = true
	}
	for _, r := range rescore.Applicable(finding, all, rescore.Options{}) {
		is.True(wanted[r] || r.Artefact.Kind == "" || r.Artefact.Local().Type == nil)
		delete(wanted, r)
	}
	is.Equal(len(wanted), 0) // all that applied before
}

func TestParsingVectors(t *testing.T) {
	t.Parallel()
	p := load(t).Parsing
	for _, c := range p.CategoryValues {
		is := is.New(t)
		got, err := rescore.ParseCategoryValue(c.Text)
		is.NoErr(err)
		is.Equal(string(got.Attribute), c.Attribute.Value)
		want, err := json.Marshal(c.Parsed.Value)
		is.NoErr(err)
		is.Equal(got.Value, strings.Trim(string(want), `"`))
	}
	for _, c := range p.CVEValues {
		is := is.New(t)
		got := map[string][]string{}
		for _, text := range c.Texts {
			value, err := rescore.ParseCVEValue(text)
			is.NoErr(err)
			name := jsonNames[value.Metric]
			got[name] = append(got[name], value.Value)
			slices.Sort(got[name])
		}
		is.Equal(cmp.Diff(c.Parsed.Value, got), "")
	}
	for _, c := range p.Vectors {
		is := is.New(t)
		v, err := rescore.ParseVector(c.Text)
		is.Equal(err != nil, c.Parsed.Failed())
		if err != nil {
			is.True(errors.Is(err, rescore.ErrVector))
			continue
		}
		is.Equal(v.String(), c.String.Value)
		var want rescore.Vector
		is.NoErr(json.Unmarshal(c.Parsed.Value, &want))
		is.Equal(v, want)
	}
}

var jsonNames = map[rescore.Metric]string{
	"AV": "access_vector", "AC": "attack_complexity", "PR": "privileges_required", "UI": "user_interaction",
	"C": "confidentiality", "I": "integrity", "A": "availability",
}
