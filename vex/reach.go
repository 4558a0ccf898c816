package vex

import (
	"errors"
	"slices"
	"strings"

	packageurl "github.com/package-url/packageurl-go"

	"github.com/opendeliverygear/odg/artefact"
)

// MaxComparisons limits how often names of documents are compared with what is known, and
// findings with statements about them: a small document can ask for a lot of that, by
// naming the same again and again.
const MaxComparisons = 100_000_000

var errTooMuch = errors.New("this and what is before it names so much that it cannot be compared with all that is known; split the document")

// work counts comparisons.
type work struct{ left int }

// spend tells if so many more may be made.
func (w *work) spend(n int) bool {
	w.left -= n
	return w.left >= 0
}

// reach is the findings of one vulnerability by the names that products can have for them.
type reach map[string][]int

// add notes a finding under all names by which [wanted.matches] can find it.
func (r reach) add(number int, f finding) {
	id := f.entry.Artefact
	names := []string{
		artefact.Text(id.ComponentName), strings.ToLower(lastSegment(artefact.Text(id.Local().Name))), f.pkg.name, purlName(f.pkg.purl),
	}
	for i, name := range names {
		if !slices.Contains(names[:i], name) {
			r[name] = append(r[name], number)
		}
	}
}

// of are the findings that a product can mean, in no order, and maybe some of them twice.
func (r reach) of(w wanted) []int {
	var list []int
	for _, i := range w.product {
		for _, name := range i.reaches() {
			list = append(list, r[name]...)
		}
	}
	return list
}

// reaches are the names under which a reach has what i can mean, each once.
func (i identifier) reaches() []string {
	names := i.artefactNames()
	if i.purl != "" {
		names = append(names, purlName(i.purl))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// purlName is the name in a package URL, which equal ones share; empty if it has none.
func purlName(purl string) string {
	if purl == "" {
		return ""
	}
	p, err := packageurl.FromString(purl)
	if err != nil {
		return ""
	}
	return p.Name
}

// reachesOf are those of the vulnerability of s, by its id and its aliases.
func (m *matcher) reachesOf(s Statement) []reach {
	keys := []string{vulnerabilityKey(s.Vulnerability)}
	for _, alias := range s.Aliases {
		keys = append(keys, vulnerabilityKey(alias))
	}
	slices.Sort(keys)
	var list []reach
	for _, key := range slices.Compact(keys) {
		if r, ok := m.byID[key]; ok {
			list = append(list, r)
		}
	}
	return list
}

// candidates are the findings that a product can mean, each once, in their order.
func (m *matcher) candidates(reaches []reach, w wanted) ([]int, bool) {
	var list []int
	for _, r := range reaches {
		list = append(list, r.of(w)...)
	}
	slices.Sort(list)
	return slices.Compact(list), m.work.spend(len(reaches) + len(list))
}
