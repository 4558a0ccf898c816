package corecfg

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/metadata"
)

// Profile restricts what the web UI shows. Its JSON is that of ODG's API.
type Profile struct {
	Name string `json:"name"`
	// FindingTypes are those that are shown; none hides all.
	FindingTypes []metadata.Type `json:"finding_types"`
	// SpecialComponents are the ids of those that are shown; none hides all.
	SpecialComponents []string `json:"special_component_ids"`
}

// Profiles are all that are configured; the first is the default.
type Profiles []Profile

// For returns the profile for a request that names one, or the default one if name
// is empty. It returns nil, which restricts nothing, for a name that is unknown
// and if there are no profiles.
func (p Profiles) For(name string) *Profile {
	for i := range p {
		if name == "" || p[i].Name == name {
			return &p[i]
		}
	}
	return nil
}

// Names returns the names of the profiles in their order, never nil.
func (p Profiles) Names() []string {
	names := make([]string, len(p))
	for i := range p {
		names[i] = p[i].Name
	}
	return names
}

// ShowsFinding tells if findings of this type are shown. A nil Profile shows all.
func (p *Profile) ShowsFinding(t metadata.Type) bool {
	return p == nil || slices.Contains(p.FindingTypes, t)
}

// ShowsComponent tells if the special component with this id is shown. A nil
// Profile shows all.
func (p *Profile) ShowsComponent(id string) bool {
	return p == nil || slices.Contains(p.SpecialComponents, id)
}

// ParseProfiles reads profiles: a list of {name, finding_types,
// special_component_ids}, which may be empty. file is its name for messages. The
// error joins all faults ([errors.Join]), each an [*Error].
func ParseProfiles(file string, data []byte) (Profiles, []Warning, error) {
	return parse(file, data, (*reader).profiles)
}

// LoadProfiles reads the profiles in the file name from fsys, see [ParseProfiles].
// A missing file is an [*Error] that wraps [fs.ErrNotExist].
func LoadProfiles(fsys fs.FS, name string) (Profiles, []Warning, error) {
	return load(fsys, name, ParseProfiles)
}

type rawProfile struct {
	Name              string          `yaml:"name,required"`
	FindingTypes      []metadata.Type `yaml:"finding_types"`
	SpecialComponents []text          `yaml:"special_component_ids"`
}

func (r *reader) profiles(root *strictyaml.Node) Profiles {
	if root.Kind == strictyaml.Null {
		return nil
	}
	var raw []rawProfile
	if !r.d.Decode(root, &raw) {
		return nil
	}
	all := make(Profiles, len(raw))
	lines := map[string]int{}
	for i, p := range raw {
		item := root.Items[i]
		all[i] = Profile{p.Name, append([]metadata.Type{}, p.FindingTypes...), make([]string, len(p.SpecialComponents))}
		for k, id := range p.SpecialComponents {
			all[i].SpecialComponents[k] = string(id)
		}
		r.checkProfile(item, all[i], lines)
		lines[p.Name] = item.Line
	}
	return all
}

func (r *reader) checkProfile(n *strictyaml.Node, p Profile, lines map[string]int) {
	if p.Name == "" {
		r.d.Fault(n.Get("name"), "the name is empty", "write a name")
	}
	if line, twice := lines[p.Name]; twice {
		r.d.Warn(n, fmt.Sprintf("profile %q is there already, in line %d, which wins", p.Name, line))
	}
	if n.Get("finding_types") == nil {
		r.d.Warn(n, fmt.Sprintf("profile %q has no finding_types and so hides all findings", p.Name))
	}
}
