package search

import (
	"slices"
	"strconv"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Env is what the meaning of a request depends on besides the entries.
type Env struct {
	// Categories holds the value of each category of each finding type, by its id.
	Categories map[metadata.Type]map[string]int
	// Scopes holds what each criterion of kind ocm stands for, by its index in
	// [Request.Criteria]; see [Criterion.Component]. Without a scope, a component
	// stands for itself.
	Scopes map[int][]Version
}

// Version is a component version and the artefacts that belong to it.
type Version struct {
	Name, Version string
	Artefacts     []artefact.ID
}

// Query is a request that can be answered. It is safe for concurrent use.
type Query struct {
	all       []Condition
	order     order
	limit     int
	cursor    []Key // nil for the first page
	effective bool
}

// Compile checks r and prepares its answer. Errors are [Error] values.
func Compile(r Request, env Env) (*Query, error) {
	order, err := newOrder(r.Sort)
	if err != nil {
		return nil, err
	}
	q := &Query{order: order, limit: r.Limit}
	if q.limit == 0 {
		q.limit = DefaultLimit
	}
	q.limit = min(max(q.limit, 1), MaxLimit)
	if q.cursor, err = order.position(r.Cursor); err != nil {
		return nil, err
	}
	if q.all, err = compile(r.Criteria, env); err != nil {
		return nil, err
	}
	q.effective = r.Effective || q.looksAtEffective()
	return q, nil
}

// group is what ORs together: all components, one attribute, one token.
type group struct {
	kind    Kind
	exclude bool
	attr    string // or the number of the token
}

func compile(criteria []Criterion, env Env) ([]Condition, error) {
	index := map[group]int{}
	var all []Condition
	for i, c := range criteria {
		tests, err := c.tests(i, criteria, env)
		if err != nil {
			return nil, err
		}
		g := group{c.Kind, c.Exclude, c.Attr}
		if c.Kind == KindFulltext {
			g.attr = strconv.Itoa(i) // tokens are ANDed
		}
		at, ok := index[g]
		if !ok {
			at = len(all)
			index[g], all = at, append(all, Condition{Not: c.Exclude})
		}
		all[at].Any = append(all[at].Any, tests...)
	}
	return all, nil
}

// Effective tells if whoever offers items has to know [Item.Effective], because q
// selects or sorts by it, or because it is asked for.
func (q *Query) Effective() bool { return q.effective }

func (q *Query) looksAtEffective() bool {
	for _, c := range q.all {
		if slices.ContainsFunc(c.Any, needsEffective) {
			return true
		}
	}
	return slices.ContainsFunc(q.order.keys, func(s Sort) bool { return isEffective(s.Field) })
}

// Matches tells if q selects e, whatever the page.
func (q *Query) Matches(e Item) bool { return q.matches(&e) }

func (q *Query) matches(e *Item) bool {
	for i := range q.all {
		if !q.all[i].holds(e) {
			return false
		}
	}
	return true
}

// Conditions returns what all has to hold for an entry that q selects. The caller
// must not change them.
func (q *Query) Conditions() []Condition { return q.all }

// Limit returns how many entries make a full page.
func (q *Query) Limit() int { return q.limit }

// Order returns the keys of the order of q. All have the same direction, and the
// id is among them, so no two entries are equal. Nulls come last in either
// direction; so do texts that are no time where times are compared.
func (q *Query) Order() []Sort { return q.order.keys }

// Start returns the place behind which the page begins: a key for each of
// [Query.Order], or nil for the beginning.
func (q *Query) Start() []Key { return q.cursor }

// Compare is negative if a comes before b in the order of q, and 0 only if they have
// the same id.
func (q *Query) Compare(a, b Item) int { return q.order.compare(q.order.of(&a), q.order.of(&b)) }

// Place returns the keys of e, one for each of [Query.Order].
func (q *Query) Place(e Item) []Key { return q.order.of(&e) }
