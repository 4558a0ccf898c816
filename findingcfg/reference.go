package findingcfg

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/metadata"
)

// DefaultsPath is the path under which configuration refers to the set that
// comes with ODG.
const DefaultsPath = "odg/defaults.yaml"

//go:embed odg/defaults.yaml
var defaults []byte

// Ref names a file with shared configuration. It has either Path, Repository and
// Path, or the component's fields.
type Ref struct {
	// Path is a file of the ODG distribution, or of Repository.
	Path string `yaml:"path"`
	// Repository is a GitHub repository, whose default branch is meant.
	Repository string `yaml:"repository"`
	// ComponentName, ComponentVersion and ArtefactName name a resource of an OCM
	// component whose content is the file.
	ComponentName    string `yaml:"component_name"`
	ComponentVersion string `yaml:"component_version"`
	ArtefactName     string `yaml:"artefact_name"`
	// ArtefactVersion and ArtefactExtraID tell resources of one name apart.
	ArtefactVersion string            `yaml:"artefact_version,nullable"`
	ArtefactExtraID map[string]string `yaml:"artefact_extra_id,nullable"`
	// OCMRepoURL is the repository of the component, or empty.
	OCMRepoURL string `yaml:"ocm_repo_url,nullable"`
}

// String names the file for messages.
func (r Ref) String() string {
	switch {
	case r.ComponentName != "":
		return r.ComponentName + ":" + r.ComponentVersion + "/" + r.ArtefactName
	case r.Repository != "":
		return strings.TrimSuffix(r.Repository, "/") + "/" + r.Path
	}
	return r.Path
}

// RefResolver reads what configuration refers to. Implementations bound time and
// size themselves.
type RefResolver interface {
	// ReadRef returns the content of the file.
	ReadRef(ref Ref) ([]byte, error)
}

type rawReference struct {
	Name string `yaml:"cfg_name,required"`
	Ref  Ref    `yaml:"ref,required"`
}

// sharedFile is a file that was referred to; root is nil if it cannot be used.
type sharedFile struct{ root *strictyaml.Node }

// referred returns the value that the reference n leads to: the set with its
// name for type t in section of the file. Without one it records a fault and
// returns nil.
func (r *reader) referred(n *strictyaml.Node, t metadata.Type, section string) *strictyaml.Node {
	var raw rawReference
	if !r.d.Decode(n, &raw) {
		return nil
	}
	at := n.Get("ref")
	if raw.Ref.Path == "" && (raw.Ref.ComponentName == "" || raw.Ref.ComponentVersion == "" || raw.Ref.ArtefactName == "") {
		r.d.Fault(at, "the reference names no file", "give path, or repository and path, or component_name, component_version and artefact_name")
		return nil
	}
	root := r.sharedRoot(at, raw.Ref)
	if root == nil {
		return nil
	}
	var names []string
	if sets := root.Get(section); sets != nil {
		for _, set := range sets.Items {
			if of := set.Get("type"); of == nil || of.Text != string(t) {
				continue
			}
			if found := set.Get(raw.Name); found != nil {
				return found
			}
			names = append(names, otherKeys(set)...)
		}
	}
	remedy := fmt.Sprintf("write the %s into this file", section)
	if len(names) > 0 {
		remedy = "choose one of " + strings.Join(names, ", ")
	}
	r.d.Fault(n.Get("cfg_name"), fmt.Sprintf("%s has no %s %q for type %s", raw.Ref, section, raw.Name, t), remedy)
	return nil
}

func otherKeys(set *strictyaml.Node) []string {
	var keys []string
	for _, m := range set.Members {
		if m.Key != "type" {
			keys = append(keys, m.Key)
		}
	}
	return keys
}

func (r *reader) sharedRoot(at *strictyaml.Node, ref Ref) *strictyaml.Node {
	name := ref.String()
	if known, ok := r.shared[name]; ok {
		return known.root
	}
	r.shared[name] = sharedFile{}
	data, err := r.readRef(ref)
	if err != nil {
		r.d.FaultFrom(at, err, fmt.Sprintf("cannot read %s: %v", name, err), "correct the reference, or refer to "+DefaultsPath)
		return nil
	}
	root, err := strictyaml.Parse(name, data)
	if err != nil {
		r.d.Add(err)
		return nil
	}
	r.shared[name] = sharedFile{root}
	return root
}

func (r *reader) readRef(ref Ref) ([]byte, error) {
	builtIn := ref.Repository == "" && ref.ComponentName == ""
	switch {
	case builtIn && ref.Path == DefaultsPath:
		return defaults, nil
	case r.resolver != nil:
		return r.resolver.ReadRef(ref)
	case builtIn:
		return nil, fmt.Errorf("only %s comes with ODG", DefaultsPath)
	}
	return nil, fmt.Errorf("references to other places are not available here")
}
