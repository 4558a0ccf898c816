package search_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/opendeliverygear/odg/search"
)

// TestWhereRoundTrip writes random criteria as people would, reads them again, and
// finds the same conditions; also through the form of JSON.
func TestWhereRoundTrip(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 11))
	for i := range 5000 {
		var criteria []search.Criterion
		for range r.IntN(6) {
			criteria = append(criteria, randomCriterion(r))
		}
		want, ok := conditions(criteria)
		if !ok {
			continue // such as two types and a severity by its name
		}
		text := search.FormatWhere(criteria)
		read, err := search.ParseWhere(text, noon)
		if err != nil {
			t.Fatalf("%d: %s: %v", i, text, err)
		}
		got, _ := conditions(read)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%d: %s\n%s", i, text, diff)
		}
		form, err := json.Marshal(search.Request{Criteria: read})
		if err != nil {
			t.Fatal(err)
		}
		request, err := search.Parse(form)
		if err != nil {
			t.Fatalf("%d: %s: %v", i, form, err)
		}
		if again := search.FormatWhere(request.Criteria); again != search.FormatWhere(read) {
			t.Fatalf("%d: %s became %s", i, text, again)
		}
	}
}

// conditions are what criteria mean, in an order of their own.
func conditions(criteria []search.Criterion) ([]string, bool) {
	scopes := map[int][]search.Version{}
	for i, c := range criteria {
		if name, version := c.Component(); c.Kind == search.KindOCM && version != "" {
			scopes[i] = []search.Version{{Name: name, Version: fmt.Sprint(version, c.Recursive)}}
		}
	}
	q, err := search.Compile(search.Request{Criteria: criteria}, search.Env{Categories: categories, Scopes: scopes})
	if err != nil {
		return nil, false
	}
	var list []string
	for _, c := range q.Conditions() {
		var tests []string
		for _, test := range c.Any {
			if s, ok := test.(search.Severity); ok {
				slices.SortFunc(s.Yes, func(a, b search.Category) int { return strings.Compare(a.ID, b.ID) })
				test = search.Severity{Yes: s.Yes, Rest: s.Rest}
			}
			text, _ := json.Marshal(test) // what is exported
			tests = append(tests, fmt.Sprintf("%T%s", test, text))
		}
		slices.Sort(tests)
		list = append(list, fmt.Sprint(c.Not, tests))
	}
	slices.Sort(list)
	return list, true
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func randomCriterion(r *rand.Rand) search.Criterion {
	c := search.Criterion{Exclude: r.IntN(3) == 0, Value: randomText(r)}
	switch r.IntN(9) {
	case 0:
		c.Kind, c.Value = search.KindOCM, pick(r, "a", "a b:1", "x:and", "today:1.0.", `"q":'`)
		c.Recursive = strings.Contains(c.Value, ":") && r.IntN(2) == 0
		return c
	case 1:
		c.Kind = search.KindFulltext
		if r.IntN(2) == 0 {
			c.Fields = []string{pick(r, "type", "data.a b"), pick(r, "ocm.name", "data.not", "data.`\\")}
		}
		return c
	}
	c.Kind, c.Attr, c.Op = search.KindAttribute, pick(r, "type", "data.cve", "data.x y", "component_name", "meta.in", "effective.rescoring"), search.OpEqual
	switch r.IntN(7) {
	case 0:
		c.Op, c.Values, c.Value = search.OpIn, []string{randomText(r), randomText(r)}, ""
	case 1:
		c.Op, c.Cmp = search.OpCompare, pick(r, "<", "<=", "=", "==", "!=", ">", ">=")
	case 2:
		c.Op, c.Attr, c.Value = search.OpRange, pick(r, "effective.due", "meta.last_update"), ""
		c.GTE, c.LTE = pick(r, "", "2026-01-01", "2026-01-01 10:00:00Z"), pick(r, "", "2026-12-31")
	case 3:
		c.Op, c.Cmp, c.Value = search.OpCompare, pick(r, "<", "!=", ">="), pick(r, "4", "HIGH", "-1")
		c.Attr = pick(r, "data.severity", "effective.severity")
	case 4:
		c.Attr, c.Value = "effective.due", pick(r, "", "2026-12-01")
	}
	return c
}

// randomText has what means something in an expression.
func randomText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(4) {
		b.WriteString(pick(r, "a", "and", "..", ".", " ", `"`, "'", "`", `\`, "(", ")", ",", "=", "<>", "today", "+1d", "*", "ö", "\n", "not", "-", "/", "acme/check"))
	}
	return b.String()
}
