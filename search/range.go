package search

import (
	"cmp"
	"strconv"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

func (c Criterion) between(attr string, get getter) (Test, error) {
	from, err := c.bound("gte", c.GTE)
	if err != nil {
		return nil, err
	}
	to, err := c.bound("lte", c.LTE)
	if err != nil {
		return nil, err
	}
	return Between{attr, from, to, get}, nil
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
	"=":  func(n int) bool { return n == 0 },
}

func (c Criterion) sign() (holds func(int) bool, sign string, err error) {
	sign = c.Cmp
	if sign == "==" {
		sign = "="
	}
	holds, ok := signs[sign]
	if !ok {
		return nil, "", fault("unsupported cmp op='%s'", c.Cmp)
	}
	return holds, sign, nil
}

// compareSeverity compares the values of categories. The right side is a number,
// or a category of the one finding type that the request is about.
func (c Criterion) compareSeverity(all []Criterion, env Env) (Test, error) {
	holds, _, err := c.sign()
	if err != nil {
		return nil, err
	}
	right, err := c.severityValue(all, env)
	if err != nil {
		return nil, err
	}
	// What is no category has the value 0.
	t := Severity{Rest: holds(cmp.Compare(0, right)), known: map[Category]bool{}}
	for about, categories := range env.Categories {
		for id, value := range categories {
			category := Category{about, id}
			t.known[category] = holds(cmp.Compare(value, right))
			if t.known[category] {
				t.Yes = append(t.Yes, category)
			} else {
				t.No = append(t.No, category)
			}
		}
	}
	return t, nil
}

// severityValue is the number that a severity is compared with: a number, or that of
// a category of the one finding type that all are about.
func (c Criterion) severityValue(all []Criterion, env Env) (int, error) {
	right, err := strconv.Atoi(c.Value)
	if err == nil {
		return right, nil
	}
	about, ok := soleType(all)
	if !ok {
		if c.Attr == effectiveSeverity {
			return 0, fault("effective.severity: %q is the severity of one finding type; say which, by one criterion type = …, or compare effective.value with a number", c.Value)
		}
		return 0, fault("data.severity symbolic comparisons require exactly one finding type")
	}
	if right, ok = env.Categories[about][c.Value]; !ok {
		return 0, fault("invalid severity value: %q is no category of %s", c.Value, about)
	}
	return right, nil
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
