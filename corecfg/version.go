package corecfg

import (
	"strings"

	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// readVersion reads a version, or {source: …}.
func readVersion(d *strictyaml.Decoder, n *strictyaml.Node) Version {
	if n.Kind != strictyaml.Mapping {
		return Version{Name: string(readText(d, n))}
	}
	var raw struct {
		Source struct {
			VersionSource
			Path []pathStep `yaml:"relpath,required,scalar"`
		} `yaml:"source,required"`
	}
	if d.Decode(n, &raw) && len(raw.Source.Path) == 0 {
		d.Fault(n.Get("source").Get("relpath"), "the path is empty", "name the file")
	}
	source := raw.Source.VersionSource
	source.Path = joined(raw.Source.Path)
	return Version{Source: &source}
}

// pathStep is a folder or file, or a git submodule, within a repository.
type pathStep struct {
	name      string
	submodule bool
}

func readPathStep(d *strictyaml.Decoder, n *strictyaml.Node) pathStep {
	if n.Kind == strictyaml.Text {
		return pathStep{name: n.Text}
	}
	var raw struct {
		Type string `yaml:"type,required" oneof:"submodule"`
		Name string `yaml:"name,required"`
	}
	d.Decode(n, &raw)
	return pathStep{raw.Name, true}
}

// joined returns the paths of the submodules, and that of the file in the last.
func joined(steps []pathStep) []string {
	var (
		paths []string
		names []string
	)
	for _, step := range steps {
		names = append(names, step.name)
		if step.submodule {
			paths, names = append(paths, strings.Join(names, "/")), nil
		}
	}
	return append(paths, strings.Join(names, "/"))
}
