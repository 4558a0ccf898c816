package store

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
)

// SeverityCounter is a store that knows which severities its entries have, and need not
// hand out every entry to tell it. Those of this module do.
type SeverityCounter interface {
	// CountSeverities is [CountSeverities] of all entries in one consistent state.
	CountSeverities(ctx context.Context, types []metadata.Type) ([]SeverityCount, error)
}

// SeverityCount says how many entries have a severity.
type SeverityCount struct {
	// Type is that of the findings.
	Type metadata.Type
	// Severity is the id of a category as it is stored, whether it is configured or not;
	// empty if an entry has none. Of one that is very long, stores may tell the beginning.
	Severity string
	// Findings and Rescorings are how many have it.
	Findings, Rescorings int
}

// CountSeverities counts the findings of the given types, and the rescorings that are about
// such findings, by type and severity, in the order of these. It is what [SeverityCounter]
// means, and works with every store.
func CountSeverities(entries iter.Seq2[metadata.Entry, error], types []metadata.Type) ([]SeverityCount, error) {
	t := SeverityTally{}
	for e, err := range entries {
		if err != nil {
			return nil, err
		}
		about := e.Meta.Type
		if about == metadata.TypeRescoring {
			about = e.ReferencedType()
		}
		if slices.Contains(types, about) {
			t.Add(e.Meta.Type, about, severityOf(e), 1)
		}
	}
	return t.Counts(), nil
}

func severityOf(e metadata.Entry) string {
	value, ok := rawjson.Lookup(e.Data.Raw(), "severity")
	if !ok {
		return ""
	}
	text, _ := rawjson.String(value) // what is no text is no severity
	return text
}

// SeverityTally adds up what a store counts. The zero SeverityTally is empty.
type SeverityTally struct {
	counts map[severityKey]*SeverityCount
}

type severityKey struct {
	about    metadata.Type
	severity string
}

// Add adds n entries of a type that are about findings of a type: themselves, or what a
// rescoring refers to.
func (t *SeverityTally) Add(of, about metadata.Type, severity string, n int) {
	if t.counts == nil {
		t.counts = map[severityKey]*SeverityCount{}
	}
	key := severityKey{about, severity}
	if t.counts[key] == nil {
		t.counts[key] = &SeverityCount{Type: about, Severity: severity}
	}
	if of == metadata.TypeRescoring {
		t.counts[key].Rescorings += n
	} else {
		t.counts[key].Findings += n
	}
}

// Counts returns the sums, ordered by type and severity.
func (t *SeverityTally) Counts() []SeverityCount {
	list := make([]SeverityCount, 0, len(t.counts))
	for _, c := range t.counts {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b SeverityCount) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Severity, b.Severity))
	})
	return list
}
