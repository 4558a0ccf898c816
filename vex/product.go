package vex

import (
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// wanted is a product with its names taken apart.
type wanted struct {
	product  []identifier
	packages map[string][]identifier // by the names that they can mean; none: all packages
}

func wantedOf(p Product) wanted {
	var w wanted
	for _, id := range p.IDs {
		if isScopeID(id) { // exact, so that other names add nothing
			w.product = []identifier{identify(id)}
			break
		}
		w.product = append(w.product, identify(id))
	}
	for _, pkg := range p.Packages {
		for _, id := range pkg.IDs {
			w.addPackage(identify(id))
		}
	}
	return w
}

func (w *wanted) addPackage(i identifier) {
	if w.packages == nil {
		w.packages = map[string][]identifier{}
	}
	names := []string{purlName(i.purl)}
	for _, n := range i.names {
		names = append(names, n.name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		w.packages[name] = append(w.packages[name], i)
	}
}

// matches tells if a package of an artefact is meant: any of the packages in the
// product, or, if none is named, the product itself.
func (w wanted) matches(id artefact.ID, p pkg) bool {
	for _, i := range w.product {
		if i.matchesArtefact(id) && (len(w.packages) == 0 || w.anyPackage(p)) || len(w.packages) == 0 && i.matchesPackage(p) {
			return true
		}
	}
	return false
}

func (w wanted) anyPackage(p pkg) bool {
	for _, name := range []string{p.name, purlName(p.purl)} {
		for _, i := range w.packages[name] {
			if i.matchesPackage(p) {
				return true
			}
		}
	}
	return false
}

// Knowledge is which artefacts and packages there are, by their names, so that
// products that nobody knows are told apart from those that are fine. It keeps each
// once, however many entries name it. The zero Knowledge knows nothing.
type Knowledge struct {
	artefacts map[string][]artefact.ID
	packages  map[string][]pkg
	seen      map[string]bool
}

func newKnowledge(in *Input) *Knowledge {
	k := &Knowledge{}
	for _, id := range in.Artefacts {
		k.addArtefact(id)
	}
	for _, e := range in.Packages {
		if e.Meta.Type == metadata.TypeStructureInfo {
			k.Add(e)
		}
	}
	return k
}

// Add takes in the artefact of an entry, and the package that it is about if it is a
// structure info or a vulnerability.
func (k *Knowledge) Add(e metadata.Entry) {
	k.addArtefact(e.Artefact)
	switch e.Meta.Type {
	case metadata.TypeStructureInfo:
		var info metadata.BDBA
		if e.Data.Decode(&info) == nil {
			k.add(pkg{name: info.PackageName, version: artefact.Text(info.PackageVersion)}, e.Artefact)
		}
	case metadata.TypeVulnerability:
		if f, ok := findingOf(e); ok {
			k.add(f.pkg, e.Artefact)
		}
	}
}

func (k *Knowledge) add(p pkg, id artefact.ID) {
	k.addArtefact(id)
	if k.packages == nil {
		k.packages = map[string][]pkg{}
	}
	if key := strings.Join([]string{"p", p.name, p.version, p.purl}, "\x00"); !k.seen[key] {
		k.seen[key] = true
		k.packages[p.name] = append(k.packages[p.name], p)
	}
}

func (k *Knowledge) addArtefact(id artefact.ID) {
	if k.seen == nil {
		k.artefacts, k.seen = map[string][]artefact.ID{}, map[string]bool{}
	}
	if key := "a\x00" + id.Key(); k.seen[key] {
		return
	} else {
		k.seen[key] = true
	}
	for _, name := range []string{artefact.Text(id.ComponentName), strings.ToLower(lastSegment(artefact.Text(id.Local().Name)))} {
		if name != "" {
			k.artefacts[name] = append(k.artefacts[name], id)
		}
	}
}

// has tells if the product is known, and its packages are as far as it names any.
func (k *Knowledge) has(w wanted, by *work) bool {
	for _, i := range w.product {
		if k.hasArtefact(i, by) || len(w.packages) == 0 && k.hasPackage(i, by) {
			return true
		}
	}
	return false
}

func (k *Knowledge) hasArtefact(i identifier, by *work) bool {
	for _, name := range i.artefactNames() {
		by.spend(len(k.artefacts[name]))
		for _, id := range k.artefacts[name] {
			if i.matchesArtefact(id) {
				return true
			}
		}
	}
	return false
}

// artefactNames are the names under which knowledge has what i can mean.
func (i identifier) artefactNames() []string {
	switch {
	case i.scope != nil:
		return []string{artefact.Text(i.scope.ComponentName)}
	case i.image != nil:
		return []string{i.image.name}
	}
	var names []string
	for _, n := range i.names {
		names = append(names, n.name, strings.ToLower(lastSegment(n.name)))
	}
	return names
}

func (k *Knowledge) hasPackage(i identifier, by *work) bool {
	for _, n := range i.names {
		by.spend(len(k.packages[n.name]))
		for _, p := range k.packages[n.name] {
			if i.matchesPackage(p) {
				return true
			}
		}
	}
	return false
}
