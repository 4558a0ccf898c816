package extcfg

import (
	"time"

	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// IssueReplicator keeps tracking issues on GitHub.
type IssueReplicator struct {
	Connected
	// DeliveryDashboardURL is where people look findings up.
	DeliveryDashboardURL string         `yaml:"delivery_dashboard_url"`
	Mappings             []IssueMapping `yaml:"mappings,required"`
	// Interval is the time between two looks at one artefact.
	Interval time.Duration `yaml:"interval" unit:"s" default:"3600"`
}

func (i *IssueReplicator) interval() time.Duration { return i.Interval }

// IssueMapping says where the issues of some components go.
type IssueMapping struct {
	Prefixed
	GitHubRepository string `yaml:"github_repository,required"`
	// LabelsToPreserve match labels that people set and that must stay.
	LabelsToPreserve []Pattern `yaml:"github_issue_labels_to_preserve"`
	// ClosedIssues is how many closed issues are looked at; -1 means all.
	ClosedIssues int        `yaml:"number_included_closed_issues" default:"100"`
	Milestones   Milestones `yaml:"milestones,nullable"`
}

// Mapping returns the mapping of a component, see [ErrNoMapping].
func (i *IssueReplicator) Mapping(component string) (IssueMapping, error) {
	return first("issue_replicator", i.Mappings, component)
}

// Milestones say how the milestones of sprints are called.
type Milestones struct {
	Title MilestoneTitle `yaml:"title,nullable"`
}

// MilestoneTitle is prefix, sprint and suffix. Without configuration the prefix
// is "sprint-"; with one, a prefix that is not mentioned is empty.
type MilestoneTitle struct {
	Prefix string          `yaml:"prefix,nullable"`
	Suffix string          `yaml:"suffix,nullable"`
	Sprint MilestoneSprint `yaml:"sprint,nullable"`
}

// MilestoneSprint says how a sprint is written.
type MilestoneSprint struct {
	// ValueType is name or date.
	ValueType string `yaml:"value_type" default:"name" oneof:"name date"`
	// DateName is the date of the sprint that is meant, if ValueType is date.
	DateName string `yaml:"date_name" default:"end_date"`
	// DateFormat is in the syntax of strftime.
	DateFormat string `yaml:"date_string_format" default:"%Y-%m-%d"`
}

// DefaultMilestoneTitle returns the title without configuration.
func DefaultMilestoneTitle() MilestoneTitle {
	return MilestoneTitle{
		Prefix: "sprint-",
		Sprint: MilestoneSprint{ValueType: "name", DateName: "end_date", DateFormat: "%Y-%m-%d"},
	}
}

// presetMilestones gives the prefix to mappings without a configured title.
func (i *IssueReplicator) presetMilestones(n *strictyaml.Node) {
	for k, item := range n.Get("mappings").Items {
		var title *strictyaml.Node
		if milestones := item.Get("milestones"); milestones != nil {
			title = milestones.Get("title")
		}
		if title == nil || title.Kind == strictyaml.Null {
			i.Mappings[k].Milestones.Title = DefaultMilestoneTitle()
		}
	}
}

// Responsibles finds out who is responsible for artefacts.
type Responsibles struct {
	Connected
	// Interval is the time between two looks at one artefact.
	Interval time.Duration     `yaml:"interval" unit:"s" default:"43200"`
	Rules    []ResponsibleRule `yaml:"rules,nullable"`
}

func (r *Responsibles) interval() time.Duration { return r.Interval }

// ResponsibleRule names responsibles for some artefacts and finding types.
type ResponsibleRule struct {
	Name string `yaml:"name,nullable"`
	// AssigneeMode is extend, overwrite, skip or empty.
	AssigneeMode string `yaml:"assignee_mode,nullable" oneof:"extend overwrite skip"`
	// Filters must all hold; none means that the rule always holds.
	Filters []ResponsibleFilter `yaml:"filters,required"`
	// Strategies find the responsibles; their results are joined.
	Strategies []ResponsibleStrategy `yaml:"strategies,required"`
}

// ResponsibleFilter restricts a rule. Which fields count depends on Type. Empty
// includes mean everything, excludes win, a missing value counts as "".
type ResponsibleFilter struct {
	// Type is match-all, component-filter, artefact-filter or datatype-filter.
	Type string `yaml:"type,required" oneof:"match-all component-filter artefact-filter datatype-filter"`

	IncludeComponents []Pattern `yaml:"include_component_names" variant:"component-filter"`
	ExcludeComponents []Pattern `yaml:"exclude_component_names" variant:"component-filter"`

	IncludeArtefactNames []Pattern `yaml:"include_artefact_names" variant:"artefact-filter"`
	ExcludeArtefactNames []Pattern `yaml:"exclude_artefact_names" variant:"artefact-filter"`
	IncludeArtefactTypes []Pattern `yaml:"include_artefact_types" variant:"artefact-filter"`
	ExcludeArtefactTypes []Pattern `yaml:"exclude_artefact_types" variant:"artefact-filter"`
	IncludeArtefactKinds []Pattern `yaml:"include_artefact_kinds" variant:"artefact-filter"`
	ExcludeArtefactKinds []Pattern `yaml:"exclude_artefact_kinds" variant:"artefact-filter"`

	IncludeTypes []Pattern `yaml:"include_types" variant:"datatype-filter"`
	ExcludeTypes []Pattern `yaml:"exclude_types" variant:"datatype-filter"`
}

// ResponsibleStrategy finds responsibles.
type ResponsibleStrategy struct {
	// Type is component-responsibles or static-responsibles.
	Type string `yaml:"type,required" oneof:"component-responsibles static-responsibles"`
	// Responsibles are those of static-responsibles.
	Responsibles []Responsible `yaml:"responsibles" variant:"static-responsibles"`
}

// Responsible is a user or a team on GitHub.
type Responsible struct {
	// Type is githubUser or githubTeam.
	Type string `yaml:"type,required" oneof:"githubUser githubTeam"`
	// Username is that of a githubUser.
	Username string `yaml:"username" variant:"githubUser"`
	// Teamname is that of a githubTeam, as org/team.
	Teamname string `yaml:"teamname" variant:"githubTeam"`
	Hostname string `yaml:"github_hostname,required"`
}
