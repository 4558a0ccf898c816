package findingcfg

import (
	"crypto/sha3"
	"encoding/hex"
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Issues says how findings become tracking issues.
type Issues struct {
	// Enabled is false if there are no issues at all.
	Enabled bool `yaml:"enable_issues" default:"true" json:"enable_issues"`
	// Template is the body, a Python format string with the variables summary,
	// rescoring_url, component_name and others.
	Template string `yaml:"template" default:"{summary}" json:"template"`
	// TitleTemplate is the title, see [Issues.Title].
	TitleTemplate string `yaml:"title_template" json:"title_template"`
	// Assignees is false if nobody is assigned.
	Assignees bool `yaml:"enable_assignees" default:"true" json:"enable_assignees"`
	// PerFinding asks for an issue per finding instead of one per group and sprint.
	PerFinding bool `yaml:"enable_per_finding" default:"false" json:"enable_per_finding"`
	// Labels are put on each issue in addition.
	Labels []string `yaml:"labels" json:"labels"`
	// GroupBy are the attributes of an artefact whose findings share an issue.
	// Their order is part of the issue's identity.
	GroupBy []artefact.Attribute `yaml:"attrs_to_group_by" json:"attrs_to_group_by"`
	// AssigneeMode is for findings that name none.
	AssigneeMode AssigneeMode `yaml:"default_assignee_mode" default:"skip" json:"default_assignee_mode"`
}

// DefaultTitleTemplate is the title of issues if configuration names none.
const DefaultTitleTemplate = "[{meta.type}] - {artefact.component_name}:{artefact.artefact.artefact_name}"

// DefaultGroupBy returns the attributes by which artefacts are grouped if
// configuration names none.
func DefaultGroupBy() []artefact.Attribute {
	return []artefact.Attribute{
		artefact.AttrComponentName, artefact.AttrKind, artefact.AttrName, artefact.AttrType,
	}
}

func (i Issues) withDefaults() Issues {
	if i.TitleTemplate == "" {
		i.TitleTemplate = DefaultTitleTemplate
	}
	if i.GroupBy == nil {
		i.GroupBy = DefaultGroupBy()
	}
	if i.Labels == nil {
		i.Labels = []string{}
	}
	return i
}

// known tells if attr is an attribute of an artefact.
func known(attr artefact.Attribute) bool {
	switch attr {
	case artefact.AttrComponentName, artefact.AttrComponentVersion, artefact.AttrKind, artefact.AttrName,
		artefact.AttrVersion, artefact.AttrType, artefact.AttrExtraID:
		return true
	}
	return false
}

// AssigneeMode says what happens to those who are assigned already.
type AssigneeMode string

// The modes of assignment.
const (
	AssigneeExtend    AssigneeMode = "extend"
	AssigneeOverwrite AssigneeMode = "overwrite"
	AssigneeSkip      AssigneeMode = "skip"
)

// Validate returns an error that names the modes if m is none of them.
func (m AssigneeMode) Validate() error {
	switch m {
	case AssigneeExtend, AssigneeOverwrite, AssigneeSkip:
		return nil
	}
	return fmt.Errorf("assignee mode %q is unknown, want one of extend, overwrite, skip", string(m))
}

// GroupID is what artefacts whose findings share an issue have in common, see
// [artefact.GroupID].
func (i Issues) GroupID(id artefact.ID) (string, error) { return artefact.GroupID(id, i.GroupBy) }

// IssueID identifies the tracking issue of a group of artefacts for a date: the
// sprint's release decision if it has one, else its due date. It is "v1/" and 46
// hexadecimal characters (SHAKE128 of group and date), and serves as label.
func IssueID(group string, date metadata.Date) string {
	return "v1/" + digest(group+string(date), 23)
}

// FindingDigest is the label of an issue for a single finding: 50 hexadecimal
// characters, SHAKE128 of the finding's data key.
func FindingDigest(dataKey string) string { return digest(dataKey, 25) }

func digest(text string, bytes int) string {
	return hex.EncodeToString(sha3.SumSHAKE128([]byte(text), bytes))
}
