package search

import (
	"strconv"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Env is what the meaning of a request depends on besides the entries.
type Env struct {
	// Category returns the value of a category of a finding type. Known tells if
	// the type has such a category. Nil means that there are no categories.
	Category func(t metadata.Type, id string) (value int, known bool)
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
	all    []condition
	order  order
	limit  int
	cursor []key // nil for the first page
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
	q.all, err = compile(r.Criteria, env)
	return q, err
}

// group is what ORs together: all components, one attribute, one token.
type group struct {
	kind    Kind
	exclude bool
	attr    string // or the number of the token
}

func compile(criteria []Criterion, env Env) ([]condition, error) {
	groups := map[group][]condition{}
	var order []group
	for i, c := range criteria {
		condition, err := c.condition(i, criteria, env)
		if err != nil {
			return nil, err
		}
		g := group{c.Kind, c.Exclude, c.Attr}
		if c.Kind == KindFulltext {
			g.attr = strconv.Itoa(i) // tokens are ANDed
		}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], condition)
	}
	var all []condition
	for _, g := range order {
		c := anyOf(groups[g])
		if g.exclude {
			c = not(c)
		}
		all = append(all, c)
	}
	return all, nil
}

// Matches tells if q selects e, whatever the page.
func (q *Query) Matches(e metadata.Entry) bool { return q.matches(&e) }

func (q *Query) matches(e *metadata.Entry) bool {
	for _, c := range q.all {
		if c(e) != yes {
			return false
		}
	}
	return true
}
