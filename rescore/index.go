package rescore

import (
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Index finds the rescorings of many findings. It does not change and is safe
// for concurrent use.
type Index struct {
	options Options
	buckets map[bucket][]placed
}

// bucket holds the rescorings that refer to one subject and one component and
// artefact name, where empty names stand for any.
type bucket struct {
	about               metadata.Type
	subject             string
	component, artefact string
}

// placed is a rescoring with its place in the order of all.
type placed struct {
	place int
	entry *metadata.Entry
}

// NewIndex makes an index of rescorings, which must not change afterwards.
// Entries of other types are left out.
func NewIndex(rescorings []metadata.Entry, o Options) *Index {
	list := make([]*ranked, 0, len(rescorings))
	for i := range rescorings {
		list = append(list, rank(&rescorings[i]))
	}
	slices.SortStableFunc(list, (*ranked).compare)
	ix := &Index{options: o, buckets: map[bucket][]placed{}}
	for place, r := range list {
		subject, ok := r.resolved.Subject()
		if !ok || r.entry.Meta.Type != metadata.TypeRescoring {
			continue
		}
		id := r.entry.Artefact
		b := bucket{r.resolved.ReferencedType(), subject, artefact.Text(id.ComponentName), artefact.Text(id.Local().Name)}
		ix.buckets[b] = append(ix.buckets[b], placed{place, r.entry})
	}
	return ix
}

// For returns the rescorings that apply to a finding, best first. The result is
// the same as that of [Applicable].
func (ix *Index) For(finding metadata.Entry) []*metadata.Entry {
	subject, ok := finding.Subject()
	if !ok {
		return nil
	}
	var found []placed
	for _, b := range buckets(finding, subject) {
		for _, p := range ix.buckets[b] {
			if ix.options.Covers(p.entry.Artefact, finding.Artefact) {
				found = append(found, p)
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	slices.SortFunc(found, func(a, b placed) int { return a.place - b.place })
	out := make([]*metadata.Entry, len(found))
	for i, p := range found {
		out[i] = p.entry
	}
	return out
}

// buckets lists where rescorings of a finding can be, each once.
func buckets(finding metadata.Entry, subject string) []bucket {
	component, name := artefact.Text(finding.Artefact.ComponentName), artefact.Text(finding.Artefact.Local().Name)
	list := []bucket{{finding.Meta.Type, subject, component, name}}
	if name != "" {
		list = append(list, bucket{finding.Meta.Type, subject, component, ""})
	}
	if component != "" {
		list = append(list, bucket{finding.Meta.Type, subject, "", name})
	}
	if component != "" && name != "" {
		list = append(list, bucket{finding.Meta.Type, subject, "", ""})
	}
	return list
}
