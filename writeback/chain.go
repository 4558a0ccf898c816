package writeback

// rule is what a write-back says of a version or a licence.
type rule struct {
	about *string // nil is any
	to    *string // nil: it is removed
	adds  bool    // to is added, and stays
}

func (r rule) speaksOf(value *string) bool {
	return r.about == nil || value != nil && *value == *r.about
}

// chain are the rules about the versions, or the licences, of a package, best first.
type chain []rule

// find returns the place of the rule that counts for a value, -1 if there is none.
func (c chain) find(value *string) int {
	for i := range c {
		if c[i].speaksOf(value) {
			return i
		}
	}
	return -1
}

// follow returns what becomes of a value, false if it is removed. What is returned stays
// as it is if it is followed again.
func (c chain) follow(value *string) (result *string, stays bool) {
	var taken []int // places of rules, in the order in which they were taken
	at := map[string]int{}
	for {
		i := c.find(value)
		if i < 0 || c[i].adds {
			return value, true
		}
		if value != nil {
			if from, circle := at[*value]; circle {
				return c[best(taken[from:])].to, true
			}
			at[*value] = len(taken)
		}
		taken = append(taken, i)
		if c[i].to == nil {
			return nil, false
		}
		value = c[i].to
	}
}

// best is the place of the best rule of a circle.
func best(taken []int) int {
	first := taken[0]
	for _, i := range taken[1:] {
		first = min(first, i)
	}
	return first
}

// added returns what comes in although it was not seen.
func (c chain) added() []string {
	var list []string
	for _, r := range c {
		if !r.adds {
			continue
		}
		if result, stays := c.follow(r.to); stays {
			list = append(list, *result)
		}
	}
	return list
}
