package search

import (
	"cmp"
	"strconv"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// between compares times, both ends included. Texts that are no times match none.
func (c Criterion) between(get getter) (condition, error) {
	from, err := c.bound("gte", c.GTE)
	if err != nil {
		return nil, err
	}
	to, err := c.bound("lte", c.LTE)
	if err != nil {
		return nil, err
	}
	return func(e *metadata.Entry) truth {
		text, ok := get(e)
		if !ok {
			return unknown
		}
		at, err := metadata.Timestamp(text).Time()
		if err != nil {
			return unknown
		}
		return truthOf((from == nil || !at.Before(*from)) && (to == nil || !at.After(*to)))
	}, nil
}

func (c Criterion) bound(name, text string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	at, err := metadata.Timestamp(text).Time()
	if err != nil {
		return nil, fault("invalid %s for %s: %s", name, c.Attr, text)
	}
	return &at, nil
}

var signs = map[string]func(int) bool{
	">=": func(n int) bool { return n >= 0 },
	">":  func(n int) bool { return n > 0 },
	"<=": func(n int) bool { return n <= 0 },
	"<":  func(n int) bool { return n < 0 },
	"!=": func(n int) bool { return n != 0 },
	"==": func(n int) bool { return n == 0 },
	"=":  func(n int) bool { return n == 0 },
}

func (c Criterion) sign() (func(int) bool, error) {
	holds, ok := signs[c.Cmp]
	if !ok {
		return nil, fault("unsupported cmp op='%s'", c.Cmp)
	}
	return holds, nil
}

// compareSeverity compares the values of categories. The right side is a number,
// or a category of the one finding type that the request is about.
func (c Criterion) compareSeverity(all []Criterion, env Env) (condition, error) {
	holds, err := c.sign()
	if err != nil {
		return nil, err
	}
	if env.Category == nil {
		env.Category = func(metadata.Type, string) (int, bool) { return 0, false }
	}
	right, err := strconv.Atoi(c.Value)
	if err != nil {
		about, ok := soleType(all)
		if !ok {
			return nil, fault("data.severity symbolic comparisons require exactly one finding type")
		}
		if right, ok = env.Category(about, c.Value); !ok {
			return nil, fault("invalid severity value: %q is no category of %s", c.Value, about)
		}
	}
	severity := dataPath([]string{"severity"})
	return func(e *metadata.Entry) truth {
		id, ok := severity(e)
		if !ok {
			return unknown
		}
		value, _ := env.Category(e.Meta.Type, id)
		return truthOf(holds(cmp.Compare(value, right)))
	}, nil
}

func soleType(all []Criterion) (metadata.Type, bool) {
	var types []string
	for _, c := range all {
		if c.Kind != KindAttribute || c.Attr != "type" || c.Exclude {
			continue
		}
		if c.Op == OpIn {
			types = append(types, c.Values...)
		} else {
			types = append(types, c.Value)
		}
	}
	if len(types) != 1 {
		return "", false
	}
	return metadata.Type(types[0]), true
}
