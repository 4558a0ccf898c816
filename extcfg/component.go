package extcfg

import (
	"fmt"

	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// ArtefactEnumerator finds the artefacts of the watched components.
type ArtefactEnumerator struct {
	Connected
	// Components are those that are watched.
	Components []Component `yaml:"components,required"`
	// GracePeriodSeconds says how long the snapshot of an artefact that is gone is
	// kept, in seconds.
	GracePeriodSeconds int    `yaml:"compliance_snapshot_grace_period" default:"86400"`
	Schedule           string `yaml:"schedule" default:"*/5 * * * *"`
	History
}

// Component is a watched component.
type Component struct {
	Name string `yaml:"component_name,required"`
	// Version says which versions; the zero Version means the greatest.
	Version Version `yaml:"version"`
	// OCMRepoURL is where the component is, empty for the default repository.
	OCMRepoURL string `yaml:"ocm_repo_url,nullable"`
	// MaxVersions is how many of the greatest versions are watched, if Version
	// names none.
	MaxVersions int `yaml:"max_versions_limit" default:"1"`
	// TimeRange restricts versions by their creation date; nil means all.
	TimeRange *TimeRange `yaml:"time_range"`
	// Position says where the component is written, as file:line:column.
	Position string
}

func readComponent(d *strictyaml.Decoder, n *strictyaml.Node) Component {
	type fields Component // without a reader of its own
	var c fields
	if d.Decode(n, &c) && c.Name == "" {
		d.Fault(n.Get("component_name"), "the name is empty", "write the name of a component, such as acme.org/shop")
	}
	c.Position = fmt.Sprintf("%s:%d:%d", n.File, n.Line, n.Column)
	return Component(c)
}

// TimeRange is a range of days around today, both included.
type TimeRange struct {
	DaysFrom int `yaml:"days_from" default:"-365"`
	DaysTo   int `yaml:"days_to" default:"0"`
}

// Version says which version of a component is meant.
type Version struct {
	// Name is an explicit version, or empty.
	Name string
	// Source is where the version is written, or nil.
	Source *VersionSource
}

// Greatest tells if the greatest versions are meant.
func (v Version) Greatest() bool { return v.Name == "" && v.Source == nil }

// VersionSource is a file that holds a version.
type VersionSource struct {
	// Type is "github".
	Type string `yaml:"type,required"`
	Repo string `yaml:"repo,required"`
	// RelPath leads to the file: names of folders and files, and submodules.
	RelPath []PathStep `yaml:"relpath,scalar,required"`
	// Ref is a branch or tag, empty for the default branch.
	Ref string `yaml:"ref,nullable"`
	// Postprocess appends the commit: version-<sha>.
	Postprocess bool `yaml:"postprocess" default:"false"`
}

// PathStep is a part of a path within a repository.
type PathStep struct {
	Name string
	// Submodule tells that Name is a git submodule, to be followed.
	Submodule bool
}

func readVersion(d *strictyaml.Decoder, n *strictyaml.Node) Version {
	switch n.Kind {
	case strictyaml.Null:
		return Version{}
	case strictyaml.Text:
		if n.Text == "greatest" {
			return Version{}
		}
		if n.Text == "" {
			d.Fault(n, "the version is empty", "write a version, or greatest")
		}
		return Version{Name: n.Text}
	case strictyaml.Mapping:
		var raw struct {
			Source VersionSource `yaml:"source,required"`
		}
		if d.Decode(n, &raw) && raw.Source.Type != "github" {
			d.Fault(n.Get("source").Get("type"), "source type "+raw.Source.Type+" is unknown", "write github")
		}
		return Version{Source: &raw.Source}
	}
	d.WrongType(n, "text")
	return Version{}
}

func readPathStep(d *strictyaml.Decoder, n *strictyaml.Node) PathStep {
	if n.Kind == strictyaml.Text {
		return PathStep{Name: n.Text}
	}
	var raw struct {
		Type string `yaml:"type,required"`
		Name string `yaml:"name,required"`
	}
	if d.Decode(n, &raw) && raw.Type != "submodule" {
		d.Fault(n.Get("type"), "path step of type "+raw.Type+" is unknown", "write submodule, or the name alone")
	}
	return PathStep{Name: raw.Name, Submodule: true}
}
