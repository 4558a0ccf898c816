package corecfg

import (
	"encoding/json"
	"fmt"

	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// SpecialComponent is a component that the landing page of the web UI shows. Its
// JSON is that of ODG's API, except for a Version that is in a file, which the API
// answers resolved.
type SpecialComponent struct {
	// ID tells special components apart, also after they are gone: users' settings
	// refer to it.
	ID string `json:"id"`
	// Name is that of the component, such as acme.org/shop.
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
	// Type groups special components.
	Type string `json:"type"`
	// Version is shown first; it may be greatest.
	Version Version `json:"version"`
	// Icon and ReleasePipelineURL are nil if there are none.
	Icon               *string `json:"icon"`
	ReleasePipelineURL *string `json:"releasePipelineUrl"`
	// SprintRules say when releases are frozen; nil means never.
	SprintRules *SprintRules `json:"sprintRules"`
	// OCMRepo is where the component is looked up; nil means the default.
	OCMRepo *string `json:"ocmRepo"`
	// CurrentVersion is where the version is written that will be published next;
	// nil means nowhere.
	CurrentVersion *Version `json:"currentVersion"`
	// Dependencies belong to the current version.
	Dependencies []Dependency `json:"dependencies"`
}

// Dependency is a dependency of a special component.
type Dependency struct {
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
	// CurrentVersion is where its version is written; nil means nowhere.
	CurrentVersion *Version `json:"currentVersion"`
}

// SprintRules name dates of a sprint between which releases are frozen.
type SprintRules struct {
	FrozenFrom  string `yaml:"frozenFrom,required" json:"frozenFrom"`
	FrozenUntil string `yaml:"frozenUntil,required" json:"frozenUntil"`
	// WarningDays is how many days ahead users are warned; nil means that they are not.
	WarningDays *int `yaml:"frozenWarningOffsetDays" json:"frozenWarningOffsetDays"`
}

// Version is a version, or where it is written.
type Version struct {
	// Name is the version itself, or greatest. It is empty if Source is set.
	Name string
	// Source is the file that holds the version, or nil.
	Source *VersionSource
}

// VersionSource is a file that holds a version.
type VersionSource struct {
	// Type is github.
	Type string `yaml:"type,required" json:"type" oneof:"github"`
	// Repo is a repository, such as github.com/acme/shop.
	Repo string `yaml:"repo,required" json:"repo"`
	// Path leads to the file: each element but the last is the path of a git
	// submodule, to be followed.
	Path []string `json:"relpath"`
	// Postprocess appends the commit: version-<sha>.
	Postprocess bool `yaml:"postprocess" default:"false" json:"postprocess"`
}

// MarshalJSON writes the version as text, or the source as configured.
func (v Version) MarshalJSON() ([]byte, error) {
	if v.Source == nil {
		return json.Marshal(v.Name)
	}
	return json.Marshal(map[string]*VersionSource{"source": v.Source})
}

// text is a text that may be written as a number without quotes.
type text string

func readText(d *strictyaml.Decoder, n *strictyaml.Node) text {
	switch n.Kind {
	case strictyaml.Text, strictyaml.Int, strictyaml.Float:
		return text(n.Text)
	}
	d.WrongType(n, "text")
	return ""
}

type rawSpecial struct {
	ID                 text            `yaml:"id,required"`
	Name               text            `yaml:"name,required"`
	DisplayName        text            `yaml:"displayName,required"`
	Type               text            `yaml:"type,required"`
	Version            Version         `yaml:"version,required"`
	Icon               *string         `yaml:"icon"`
	ReleasePipelineURL *string         `yaml:"releasePipelineUrl"`
	SprintRules        *SprintRules    `yaml:"sprintRules"`
	OCMRepo            *string         `yaml:"ocmRepo"`
	CurrentVersion     *Version        `yaml:"currentVersion"`
	Dependencies       []rawDependency `yaml:"dependencies,nullable"`
}

type rawDependency struct {
	Name           text     `yaml:"name,required"`
	DisplayName    text     `yaml:"displayName,required"`
	CurrentVersion *Version `yaml:"currentVersion"`
}

func (r *reader) specialComponents(n *strictyaml.Node) []SpecialComponent {
	var raw []rawSpecial
	if !r.d.Decode(n, &raw) {
		return nil
	}
	lines := map[string]int{}
	all := make([]SpecialComponent, len(raw))
	for i := range raw {
		all[i] = raw[i].component()
		at, id := n.Items[i], all[i].ID
		if line, twice := lines[id]; twice {
			r.d.Warn(at.Get("id"), fmt.Sprintf("the id %q is there already, in line %d, which wins", id, line))
			continue
		}
		lines[id] = at.Line
	}
	return all
}

func (c *rawSpecial) component() SpecialComponent {
	s := SpecialComponent{
		ID: string(c.ID), Name: string(c.Name), DisplayName: string(c.DisplayName), Type: string(c.Type), Version: c.Version,
		Icon: c.Icon, ReleasePipelineURL: c.ReleasePipelineURL, SprintRules: c.SprintRules, OCMRepo: c.OCMRepo,
		CurrentVersion: c.CurrentVersion, Dependencies: make([]Dependency, len(c.Dependencies)),
	}
	for i, d := range c.Dependencies {
		s.Dependencies[i] = Dependency{string(d.Name), string(d.DisplayName), d.CurrentVersion}
	}
	return s
}
