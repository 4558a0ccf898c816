package search

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/opendeliverygear/odg/metadata"
)

// The attributes of [Item.Effective]. They are unknown for what has none. A finding
// without a due date, or without a rescoring, has an empty one.
const (
	effectiveSeverity  = "effective.severity"
	effectiveValue     = "effective.value"
	effectiveDue       = "effective.due"
	effectiveRescoring = "effective.rescoring"
)

var effective = map[string]getter{
	effectiveSeverity:  func(e *Item) (string, bool) { return e.Effective.Severity, true },
	effectiveValue:     func(e *Item) (string, bool) { return strconv.Itoa(e.Effective.Value), true },
	effectiveDue:       func(e *Item) (string, bool) { return string(e.Effective.Due), true },
	effectiveRescoring: func(e *Item) (string, bool) { return e.Effective.Rescoring, true },
}

// ofEffective is get for items that have effective values.
func ofEffective(get getter) getter {
	return func(e *Item) (string, bool) {
		if e.Effective == nil {
			return "", false
		}
		return get(e)
	}
}

// EffectiveValue holds if the value of the effective severity stands in relation
// Sign to Value. It is unknown for what has no effective severity. Sign is one of
// < <= = != >= >.
type EffectiveValue struct {
	Sign  string
	Value int
}

func (t EffectiveValue) holds(e *Item) truth {
	if e.Effective == nil {
		return unknown
	}
	return truthOf(signs[t.Sign](cmp.Compare(e.Effective.Value, t.Value)))
}

// EffectiveDue holds if the effective due date stands in relation Sign to Date. It
// is unknown for what has no due date. Sign is one of < <= = != >= >.
type EffectiveDue struct {
	Sign string
	Date metadata.Date
}

func (t EffectiveDue) holds(e *Item) truth {
	if e.Effective == nil || e.Effective.Due == "" {
		return unknown
	}
	return truthOf(signs[t.Sign](strings.Compare(string(e.Effective.Due), string(t.Date))))
}

// compareEffective returns the tests of a criterion that needs more than its text,
// none if there is nothing special about it.
func (c Criterion) compareEffective(all []Criterion, env Env) ([]Test, error) {
	switch {
	case c.Attr == effectiveSeverity && c.Op == OpCompare:
		_, sign, err := c.sign()
		if err != nil {
			return nil, err
		}
		right, err := c.severityValue(all, env)
		return []Test{EffectiveValue{sign, right}}, err
	case c.Attr == effectiveValue:
		return c.compareValue()
	case c.Attr == effectiveDue && c.Op != OpRange:
		return c.compareDue()
	}
	return nil, nil
}

func (c Criterion) compareValue() ([]Test, error) {
	sign, values, err := c.operands()
	if err != nil {
		return nil, err
	}
	var tests []Test
	for _, v := range values {
		n, err := strconv.Atoi(v)
		if err != nil {
			return nil, fault("%s: %q is no integer; it is the value of a category", c.Attr, v)
		}
		tests = append(tests, EffectiveValue{sign, n})
	}
	return tests, nil
}

func (c Criterion) compareDue() ([]Test, error) {
	sign, values, err := c.operands()
	if err != nil {
		return nil, err
	}
	var tests []Test
	for _, v := range values {
		if v == "" && c.Op != OpCompare {
			tests = append(tests, Among{c.Attr, []string{""}, ofEffective(effective[c.Attr])}) // none
			continue
		}
		if _, err := metadata.Date(v).Time(); err != nil {
			return nil, fault("%s: %q is no date; write it as 2026-12-31", c.Attr, v)
		}
		if c.Op == OpCompare {
			tests = append(tests, EffectiveDue{sign, metadata.Date(v)})
		} else {
			tests = append(tests, Among{c.Attr, []string{v}, ofEffective(effective[c.Attr])})
		}
	}
	return tests, nil
}

// operands returns what an attribute is compared with, one by one.
func (c Criterion) operands() (sign string, values []string, err error) {
	switch c.Op {
	case "", OpEqual:
		return "=", []string{c.Value}, nil
	case OpCompare:
		_, sign, err = c.sign()
		return sign, []string{c.Value}, err
	case OpIn:
		if len(c.Values) == 0 {
			return "", nil, fault("%s: op in needs values", c.Attr)
		}
		return "=", c.Values, nil
	}
	return "", nil, fault("%s: unsupported op='%s'", c.Attr, c.Op)
}

// Effective tells if c looks at [Item.Effective]; always then says that it can hold
// only for what has one.
func (c Condition) Effective() (some, always bool) {
	some, all := false, true
	for _, t := range c.Any {
		needs := needsEffective(t)
		some, all = some || needs, all && needs
	}
	return some, some && (all || c.Not) // the opposite of what is unknown is unknown
}

func isEffective(attr string) bool { _, ok := effective[attr]; return ok }

// needsEffective tells if t looks at effective values.
func needsEffective(t Test) bool {
	switch t := t.(type) {
	case Among:
		return isEffective(t.Attr)
	case Like:
		return isEffective(t.Attr)
	case Between:
		return isEffective(t.Attr)
	case Compare:
		return isEffective(t.Attr)
	case EffectiveValue, EffectiveDue:
		return true
	}
	return false
}
