package vex

import (
	"strings"

	openvex "github.com/openvex/go-vex/pkg/vex"
	packageurl "github.com/package-url/packageurl-go"

	"github.com/opendeliverygear/odg/artefact"
)

// identifier is one name of a product or package, taken apart once.
type identifier struct {
	scope *artefact.ID // of an IRI of [ScopeID]
	purl  string       // the package URL as written
	image *image       // of a package URL of an image
	names []named      // what the identifier can mean as name and version
}

// named is a name with a version; without one, all versions are meant.
type named struct{ name, version string }

// image is what a package URL says of an OCI image.
type image struct {
	name string // the last part of the repository, in lower case
	tag  string
	// digest is that of one image. Findings do not have it, unless it is the
	// version of the artefact.
	digest string
}

func isImage(purl string) bool {
	return strings.HasPrefix(purl, "pkg:oci/") || strings.HasPrefix(purl, "pkg:docker/")
}

func identify(s string) identifier {
	if isScopeID(s) {
		if id, err := ParseScopeID(s); err == nil {
			return identifier{scope: &id}
		}
		return identifier{}
	}
	if !strings.HasPrefix(s, "pkg:") {
		return identifier{names: splits(s)}
	}
	p, err := packageurl.FromString(s)
	if err != nil {
		return identifier{}
	}
	if p.Type == packageurl.TypeOCI || p.Type == packageurl.TypeDocker {
		return identifier{image: imageOf(p)}
	}
	return identifier{purl: s, names: purlNames(p)}
}

// splits are the readings of NAME, NAME@VERSION and NAME:VERSION.
func splits(s string) []named {
	list := []named{{name: s}}
	if i := strings.LastIndexByte(s, '@'); i > 0 && i < len(s)-1 {
		list = append(list, named{s[:i], s[i+1:]})
	}
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, '/') && i > 0 && i < len(s)-1 {
		list = append(list, named{s[:i], s[i+1:]})
	}
	return list
}

// unspaced are types whose namespace says who distributes a package, and is no
// part of the name by which scanners call it.
var unspaced = map[string]bool{
	packageurl.TypeDebian: true, packageurl.TypeRPM: true, packageurl.TypeApk: true, packageurl.TypeAlpm: true,
}

// purlNames are the names by which scanners call the package, and components.
func purlNames(p packageurl.PackageURL) []named {
	switch {
	case p.Namespace == "" || unspaced[p.Type]:
		return []named{{p.Name, p.Version}}
	case p.Type == packageurl.TypeGithub:
		return []named{{"github.com/" + p.Namespace + "/" + p.Name, p.Version}}
	}
	return []named{{p.Namespace + "/" + p.Name, p.Version}, {p.Namespace + ":" + p.Name, p.Version}}
}

func imageOf(p packageurl.PackageURL) *image {
	i := &image{name: strings.ToLower(p.Name), tag: p.Qualifiers.Map()["tag"]}
	switch {
	case strings.Contains(p.Version, ":"):
		i.digest = p.Version
	case i.tag == "":
		i.tag = p.Version
	}
	return i
}

// matchesArtefact tells if the identifier means an artefact, or all of its component.
// The package URL of a package never means an artefact that has its name by chance.
func (i identifier) matchesArtefact(id artefact.ID) bool {
	local := id.Local()
	switch {
	case i.scope != nil:
		return i.within(id)
	case i.image != nil:
		return i.image.matches(local)
	}
	for _, n := range i.names {
		if n.matchesComponent(id) || i.purl == "" && n.matchesLocal(local) {
			return true
		}
	}
	return false
}

// within tells if an artefact is in the scope of an IRI of [ScopeID].
func (i identifier) within(id artefact.ID) bool {
	scope, wanted, local := i.scope, i.scope.Local(), id.Local()
	return anyOr(scope.ComponentName, id.ComponentName) &&
		(artefact.Text(id.ComponentVersion) == "" || anyOr(scope.ComponentVersion, id.ComponentVersion)) &&
		(scope.Kind == "" || scope.Kind == id.Kind) &&
		anyOr(wanted.Name, local.Name) && anyOr(wanted.Version, local.Version) && anyOr(wanted.Type, local.Type) &&
		(len(wanted.ExtraID) == 0 || artefact.NormaliseExtraID(wanted.ExtraID) == artefact.NormaliseExtraID(local.ExtraID))
}

func anyOr(wanted, s *string) bool {
	return wanted == nil || artefact.Text(s) == *wanted
}

// matchesComponent counts entries that all versions of a component share as any.
func (n named) matchesComponent(id artefact.ID) bool {
	version := artefact.Text(id.ComponentVersion)
	return artefact.Text(id.ComponentName) == n.name && (n.version == "" || version == "" || version == n.version)
}

// matchesLocal compares with the artefact itself, and takes REGISTRY/PATH:TAG for
// the image that is named by the end of PATH.
func (n named) matchesLocal(local artefact.LocalID) bool {
	name, version := artefact.Text(local.Name), artefact.Text(local.Version)
	if name == "" {
		return false
	}
	if name == n.name {
		return n.version == "" || n.version == version
	}
	return n.version != "" && n.version == version && isImageType(local) && lastSegment(n.name) == lastSegment(name)
}

func isImageType(local artefact.LocalID) bool {
	return strings.HasPrefix(artefact.Text(local.Type), "ociImage")
}

func (i *image) matches(local artefact.LocalID) bool {
	version := artefact.Text(local.Version)
	if !isImageType(local) || strings.ToLower(lastSegment(artefact.Text(local.Name))) != i.name {
		return false
	}
	if i.digest != "" && version == i.digest {
		return true
	}
	if i.tag != "" {
		return version == i.tag
	}
	return i.digest == ""
}

// pkg is a package as findings name it.
type pkg struct{ name, version, purl string }

// matchesPackage tells if the identifier means a package. Package URLs are compared
// if the finding has one, else names and versions.
func (i identifier) matchesPackage(p pkg) bool {
	if i.purl != "" && p.purl != "" {
		return openvex.PurlMatches(i.purl, p.purl)
	}
	for _, n := range i.names {
		if n.name == p.name && (n.version == "" || n.version == p.version) {
			return true
		}
	}
	return false
}
