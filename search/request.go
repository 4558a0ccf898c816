package search

import (
	"fmt"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// The bounds of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 200
)

// MaxCriteria limits how much one request may ask for.
const MaxCriteria = 1000

// Request asks for a page of entries. The zero Request asks for the newest ones.
type Request struct {
	Criteria []Criterion
	// Limit is the size of the page, from 1 to [MaxLimit], [DefaultLimit] if 0.
	Limit int
	// Sort is the order; all keys have the same direction. Empty means by
	// meta.creation_date, newest first. The id decides between equals.
	Sort []Sort
	// Effective asks for [Item.Effective] also if nothing is selected or sorted by it.
	Effective bool
	// Cursor is where the page before ended, nil for the first one.
	Cursor Cursor
}

// Kind says what a criterion looks at.
type Kind string

// The kinds of criteria.
const (
	KindOCM       Kind = "ocm"
	KindAttribute Kind = "artefact-metadata"
	KindFulltext  Kind = "fulltext"
)

// Criterion is a condition. Which fields count depends on Kind.
type Criterion struct {
	Kind Kind
	// Exclude turns the condition round.
	Exclude bool
	// Value is a component ("name" or "name:version"), a text or a token.
	Value string
	// Recursive includes all components that the one of Value refers to.
	Recursive bool
	// Attr and Op say how an attribute is compared.
	Attr string
	Op   Op
	// Values are those of [OpIn].
	Values []string
	// GTE and LTE are the ends of [OpRange], empty ones are open.
	GTE, LTE string
	// Cmp is the sign of [OpCompare].
	Cmp string
	// Fields are where a token is looked for, [DefaultFields] if empty.
	Fields []string
}

// Op compares an attribute.
type Op string

// The operators.
const (
	OpEqual   Op = "eq"
	OpIn      Op = "in"
	OpRange   Op = "range"
	OpCompare Op = "cmp"
)

// Error says what is wrong with a request, in one sentence for whoever sent it.
type Error string

// Error returns the sentence.
func (e Error) Error() string { return string(e) }

func fault(format string, args ...any) error { return Error(fmt.Sprintf(format, args...)) }

// Parse reads a request from JSON. Unknown keys are ignored. All errors that the
// request itself shows are [Error] values.
func Parse(body []byte) (Request, error) {
	members, err := rawjson.Members(body)
	if err != nil {
		return Request{}, fault("search request: %v", err)
	}
	var r Request
	for _, m := range members {
		if rawjson.IsNull(m.Value) {
			continue
		}
		switch m.Key {
		case "criteria":
			r.Criteria, err = parseCriteria(m.Value)
		case "limit":
			r.Limit, err = parseLimit(m.Value)
		case "sort":
			r.Sort, err = parseSort(m.Value)
		case "effective":
			r.Effective, err = parseBool(m.Key, m.Value)
		case "cursor":
			r.Cursor, err = parseCursor(m.Value)
		}
		if err != nil {
			return Request{}, err
		}
	}
	return r, nil
}
