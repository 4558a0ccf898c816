package search

// opposites of signs.
var opposites = map[string]string{"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}

// conjoined returns criteria that hold together if all conditions hold. In a search,
// criteria on one attribute are alternatives, and those that exclude are not. So of
// several conditions on one attribute one is included, and of the others the opposite
// is excluded, which is the same, also for what is unknown. Only comparisons have an
// opposite.
func conjoined(found []placedCriterion) ([]Criterion, error) {
	included := map[string]int{} // the one that is, by attribute
	for i, c := range found {
		if c.Exclude || c.Kind == KindFulltext {
			continue
		}
		other, ok := included[c.Attr]
		switch {
		case !ok || c.group != 0 && c.group == found[other].group:
			included[c.Attr] = i
		case c.hasOpposite():
		case found[other].hasOpposite():
			included[c.Attr] = i
		default:
			return nil, twice(c)
		}
	}
	criteria := make([]Criterion, len(found))
	for i, c := range found {
		if at, ok := included[c.Attr]; ok && at != i && !c.Exclude && c.hasOpposite() {
			c.Exclude, c.Cmp = true, opposites[c.Cmp]
		}
		criteria[i] = c.Criterion
	}
	return criteria, nil
}

// hasOpposite tells if c can be said by excluding another one.
func (c placedCriterion) hasOpposite() bool { return c.Op == OpCompare && c.group == 0 }

func twice(c placedCriterion) error {
	if c.Kind == KindOCM {
		return faultAt(c.at, "ocm = … stands twice; for alternatives write (ocm = A or ocm = B)")
	}
	return faultAt(c.at, "%s is compared twice; for alternatives write %s in (A, B) or (… or …), for a range %s in FROM..TO", c.Attr, c.Attr, c.Attr)
}
