package findingcfg_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/pyregexp"
	"github.com/opendeliverygear/odg/internal/vectors"
	"github.com/opendeliverygear/odg/metadata"
)

// parseOne reads a finding configuration that was recorded as JSON.
func parseOne(finding json.RawMessage) (*findingcfg.Finding, error) {
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte("["+string(finding)+"]"), findingcfg.Options{})
	if err != nil {
		return nil, err
	}
	return &cfg.Findings[0], nil
}

// refused tells if configuration that the peer takes is refused on purpose: for a
// regular expression that cannot be matched in linear time (D28), or a duration
// whose number is split (D18).
func refused(err error) bool {
	var pattern *pyregexp.Error
	if errors.As(err, &pattern) {
		return pattern.Construct != ""
	}
	return errors.Is(err, findingcfg.ErrDuration) && strings.Contains(err.Error(), "fraction or separator")
}

type recordedCategory struct {
	Property       json.RawMessage         `json:"finding_property"`
	Labels         []string                `json:"labels"`
	Categorisation vectors.Result[*string] `json:"categorisation"`
}

// property makes the property of a recorded case, false if the peer got one that
// its own scanners never give: a text for a score, null for a name, and so on.
func (r recordedCategory) property(t metadata.Type) (findingcfg.Property, bool) {
	var score float64
	var text *string
	isScore := json.Unmarshal(r.Property, &score) == nil && string(r.Property) != "null"
	isText := json.Unmarshal(r.Property, &text) == nil
	switch {
	case t == metadata.TypeIP && isText:
		return findingcfg.Violation(text, r.Labels...), true
	case isScore:
		return findingcfg.Score(score), t == metadata.TypeVulnerability
	case text == nil:
		return findingcfg.NoText(), t == metadata.TypeGHAS
	}
	return findingcfg.Text(*text), t != metadata.TypeVulnerability
}

func TestCategoriseVectors(t *testing.T) {
	t.Parallel()
	var recorded struct {
		Groups []struct {
			Name        string                             `json:"name"`
			FindingCfg  json.RawMessage                    `json:"finding_cfg"`
			Load        vectors.Result[bool]               `json:"load"`
			None        *string                            `json:"none_categorisation"`
			AllowedTime map[string]vectors.Result[*string] `json:"allowed_processing_time_raw"`
			Automatic   map[string]bool                    `json:"automatic_rescoring"`
			Cases       []recordedCategory                 `json:"cases"`
		} `json:"groups"`
	}
	vectors.Load(t, "categorise.json", &recorded)
	for _, group := range recorded.Groups {
		t.Run(group.Name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			finding, err := parseOne(group.FindingCfg)
			is.Equal(err != nil, group.Load.Failed() || refused(err)) // loads if the peer does
			if err != nil {
				return
			}
			if none, ok := finding.NoneCategorisation(); ok || group.None != nil {
				is.True(ok && group.None != nil)
				is.Equal(none.ID, *group.None)
			}
			for id, want := range group.AllowedTime {
				category, ok := finding.Category(id)
				is.True(ok)
				is.Equal(cmp.Diff(want.Value, category.AllowedProcessingTime.Raw()), "")
				is.Equal(category.Automatic(), group.Automatic[id])
			}
			for _, c := range group.Cases {
				property, usual := c.property(finding.Type)
				category, ok := finding.Categorise(property)
				switch {
				case c.Categorisation.Failed(): // no property of this type: we report nothing
					is.True(!usual)
					is.True(!ok)
				case c.Categorisation.Value == nil:
					is.True(!ok)
				default:
					is.True(ok)
					is.Equal(category.ID, *c.Categorisation.Value)
				}
			}
		})
	}
}

func TestDueDateVectors(t *testing.T) {
	t.Parallel()
	var recorded struct {
		DueDates []struct {
			Categorisation json.RawMessage `json:"categorisation"`
			Finding        struct {
				Discovered metadata.Date `json:"discovery_date"`
				Allowed    *string       `json:"allowed_processing_time"`
			} `json:"finding"`
			Rescoring *struct {
				DueDate *metadata.Date `json:"due_date"`
				Allowed *string        `json:"allowed_processing_time"`
			} `json:"rescoring"`
			DueDate   vectors.Result[*metadata.Date] `json:"due_date"`
			Effective vectors.Result[*metadata.Date] `json:"effective_due_date"`
		} `json:"due_dates"`
	}
	vectors.Load(t, "categorise.json", &recorded)
	is := is.New(t)
	is.True(len(recorded.DueDates) > 0)
	for _, c := range recorded.DueDates {
		finding, err := parseOne([]byte(`{"type": "finding/license", "categorisations": [` + string(c.Categorisation) + `]}`))
		if refused(err) {
			continue
		}
		is.NoErr(err)
		category := &finding.Categorisations[0]
		open := findingcfg.Open{Discovered: c.Finding.Discovered, AllowedProcessingTime: c.Finding.Allowed}
		stored := c.Finding.Allowed
		if c.Rescoring != nil {
			open.Rescoring = &findingcfg.Rescored{AllowedProcessingTime: c.Rescoring.Allowed}
			if c.Rescoring.DueDate != nil {
				open.Rescoring.DueDate = *c.Rescoring.DueDate
			}
			stored = c.Rescoring.Allowed
		}

		// D1: a category whose time is zero is due at once, not never.
		duration, within := category.AllowedProcessingTime.Duration()
		d1 := within && duration == 0
		byCategory := artefact.Text(stored) == "" && (open.Rescoring == nil || open.Rescoring.DueDate == "")

		due, err := category.DueDate(open.Discovered)
		compareDue(is, due, err, c.DueDate, d1, open.Discovered)
		due, err = category.EffectiveDueDate(open)
		if refused(err) {
			continue
		}
		compareDue(is, due, err, c.Effective, d1 && byCategory, open.Discovered)
	}
}

func compareDue(is *is.I, due metadata.Date, err error, want vectors.Result[*metadata.Date], d1 bool, discovered metadata.Date) {
	is.Helper()
	switch {
	case want.Failed():
		is.True(err != nil)
	case d1 && discovered == "":
		is.True(err != nil) // as for every other allowed time
	case d1:
		is.NoErr(err)
		is.True(want.Value == nil)
		is.Equal(due, discovered)
	case want.Value == nil:
		is.NoErr(err)
		is.Equal(due, metadata.Date(""))
	default:
		is.NoErr(err)
		is.Equal(due, *want.Value)
	}
}

func TestFilterVectors(t *testing.T) {
	t.Parallel()
	var recorded struct {
		Artefacts []artefact.ID `json:"artefacts"`
		Groups    []struct {
			Group  string               `json:"group"`
			Filter json.RawMessage      `json:"filter"`
			Load   vectors.Result[bool] `json:"load"`
			Cases  []struct {
				Artefact int                    `json:"artefact"`
				Matches  vectors.Result[bool]   `json:"matches"`
				Allows   vectors.Result[bool]   `json:"ruleset_allows"`
				Each     []vectors.Result[bool] `json:"each_filter_matches"`
			} `json:"cases"`
		} `json:"groups"`
	}
	vectors.Load(t, "filters.json", &recorded)
	for _, group := range recorded.Groups {
		t.Run(group.Group, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			finding, err := parseOne([]byte(`{"type": "finding/license", "categorisations": [], "filter": ` + string(group.Filter) + `}`))
			is.Equal(err != nil, group.Load.Failed() || refused(err)) // loads if the peer does
			if err != nil {
				return
			}
			for _, c := range group.Cases {
				id := recorded.Artefacts[c.Artefact]
				if c.Matches.Failed() { // without an artefact the peer fails; we: all its attributes are null
					is.True(id.Artefact == nil)
					null := id
					null.Artefact = &artefact.LocalID{}
					is.Equal(finding.Matches(id), finding.Matches(null))
					continue
				}
				is.Equal(finding.Matches(id), c.Matches.Value)
				for i, want := range c.Each {
					if !want.Failed() {
						is.Equal(finding.Filters[i].Matches(id), want.Value)
					}
				}
			}
		})
	}
}

func TestIssueVectors(t *testing.T) {
	t.Parallel()
	var recorded struct {
		Cases []struct {
			Case     string                                   `json:"case"`
			Attrs    []artefact.Attribute                     `json:"attrs_to_group_by"`
			Artefact artefact.ID                              `json:"artefact"`
			GroupID  vectors.Result[string]                   `json:"group_id"`
			IDs      map[metadata.Date]vectors.Result[string] `json:"issue_ids"`
			Keep     vectors.Result[artefact.ID]              `json:"strip_keep_group_attributes"`
			Drop     vectors.Result[artefact.ID]              `json:"strip_drop_group_attributes"`
		} `json:"cases"`
	}
	vectors.Load(t, "issue_ids.json", &recorded)
	is := is.New(t)
	is.True(len(recorded.Cases) > 0)
	for _, c := range recorded.Cases {
		issues := findingcfg.Issues{GroupBy: c.Attrs}
		if c.Attrs == nil {
			issues.GroupBy = findingcfg.DefaultGroupBy()
		}
		group, err := issues.GroupID(c.Artefact)
		is.Equal(err != nil, c.GroupID.Failed()) // group id
		if err == nil {
			is.Equal(group, c.GroupID.Value)
			for date, want := range c.IDs {
				is.Equal(findingcfg.IssueID(group, date), want.Value)
			}
		}
		kept, err := artefact.Keep(c.Artefact, issues.GroupBy)
		is.Equal(err != nil, c.Keep.Failed()) // keep
		if err == nil {
			is.True(artefact.Equal(kept, c.Keep.Value))
		}
		dropped, err := artefact.Drop(c.Artefact, issues.GroupBy)
		is.Equal(err != nil, c.Drop.Failed()) // drop
		if err == nil {
			is.True(artefact.Equal(dropped, c.Drop.Value))
		}
	}
}

func TestTitleVectors(t *testing.T) {
	t.Parallel()
	var recorded struct {
		Titles []struct {
			Case     string                 `json:"case"`
			Template *string                `json:"title_template"`
			Finding  json.RawMessage        `json:"finding"`
			Title    vectors.Result[string] `json:"title"`
		} `json:"titles"`
	}
	vectors.Load(t, "issue_ids.json", &recorded)
	is := is.New(t)
	is.True(len(recorded.Titles) > 0)
	for _, c := range recorded.Titles {
		entry, err := metadata.ParseEntry(c.Finding)
		is.NoErr(err)
		issues := findingcfg.Issues{TitleTemplate: findingcfg.DefaultTitleTemplate}
		if c.Template != nil {
			issues.TitleTemplate = *c.Template
		}
		title, err := issues.Title(entry)
		if (err != nil) != c.Title.Failed() || err == nil && title != c.Title.Value {
			t.Errorf("%s: %s: got %q, %v, want %+v", c.Case, issues.TitleTemplate, title, err, c.Title)
		}
	}
}

func TestDurationVectors(t *testing.T) {
	t.Parallel()
	var recorded struct {
		Cases []struct {
			Input   json.RawMessage         `json:"input"`
			Unit    *string                 `json:"default_unit"`
			Seconds vectors.Result[float64] `json:"seconds"`
		} `json:"cases"`
	}
	vectors.Load(t, "durations.json", &recorded)
	is := is.New(t)
	is.True(len(recorded.Cases) > 0)
	for _, c := range recorded.Cases {
		text := string(c.Input)
		if text[0] == '"' {
			is.NoErr(json.Unmarshal(c.Input, &text))
		} else if text == "true" || text == "false" || text == "null" {
			continue // no text and no number, which config.md 1.1 asks for; see TestBadInput
		}
		unit := "d"
		if c.Unit != nil {
			unit = *c.Unit
		}
		got, err := findingcfg.ParseDurationUnit(text, unit)
		switch {
		case splitNumber(text): // D18
			is.True(err != nil)
		case c.Seconds.Failed():
			is.True(err != nil)
		default:
			is.NoErr(err)
			is.Equal(float64(got), c.Seconds.Value)
		}
	}
}

// splitNumber tells if a number goes on behind what the peer reads of it, as that
// of 1.5h and 1_000 does (D18).
func splitNumber(text string) bool {
	digits := strings.TrimLeft(strings.TrimSpace(text), "0123456789")
	return len(digits) > 1 && digits != strings.TrimSpace(text) &&
		strings.Contains(".,_", digits[:1]) && strings.Contains("0123456789", digits[1:2])
}
