package search

import (
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// Condition is what a [Query] demands of an entry: one of Any holds, or, if Not,
// none of them. All conditions of a query have to hold. Whoever filters elsewhere,
// as a database does, translates them and lets [Query.Matches] decide about what
// could not be said there.
//
// A condition that is unknown does not hold, whether Not or not.
type Condition struct {
	Not bool
	Any []Test
}

// Test compares an entry with fixed values. It is an [Among], [Like], [Between],
// [Compare], [Severity] or [InScope]. Attributes have their first name: ocm.name,
// not component_name. What an entry lacks makes a test of it unknown.
type Test interface {
	holds(e *Item) truth
}

// Among holds if the text of an attribute is one of Values.
type Among struct {
	Attr   string
	Values []string
	get    getter
}

// Like holds if the text of an attribute, in lower case as of [strings.ToLower],
// consists of Parts in this order and of anything between them. There are at least
// two; the first and the last are the beginning and the end, and may be empty.
type Like struct {
	Attr  string
	Parts []string
	get   getter
}

// Between holds if an attribute is a time from From to To, both included; nil is
// open. It is unknown for texts that are no time, see [metadata.Timestamp.Time].
type Between struct {
	Attr     string
	From, To *time.Time
	get      getter
}

// Compare holds if the text of an attribute stands in relation Sign to Value, byte
// by byte. Sign is one of < <= = != >= >.
type Compare struct {
	Attr, Sign, Value string
	get               getter
}

// Severity holds if the category of a finding, its data.severity, is one of Yes,
// and, if Rest, for all that are not one of No. Each is one of the known
// categories, in no order.
type Severity struct {
	Yes, No []Category
	Rest    bool
	known   map[Category]bool
}

// Category is a category of a finding type.
type Category struct {
	Type metadata.Type
	ID   string
}

// InScope holds for the entries of some component versions, and for those without
// a version, or with an empty one, about one of their artefacts.
type InScope struct {
	Versions []Version
	names    map[string]bool
	versions map[[2]string]bool
	shared   map[string]bool // by versionless
}

func (c *Condition) holds(e *Item) bool {
	result := no
	for _, t := range c.Any {
		if result = max(result, t.holds(e)); result == yes {
			break
		}
	}
	if c.Not {
		result = -result
	}
	return result == yes
}
