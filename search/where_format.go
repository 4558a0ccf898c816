package search

import (
	"slices"
	"strings"
	"unicode"
)

// FormatWhere writes criteria as an expression that [ParseWhere] reads: with the
// result it selects the same entries, whatever the time. Criteria are those of a
// request that [Compile] takes.
func FormatWhere(criteria []Criterion) string {
	var terms []string
	for i, c := range criteria {
		if c.Kind == KindFulltext || c.Exclude {
			terms = append(terms, c.term())
			continue
		}
		same := func(other Criterion) bool { return other.Kind == c.Kind && other.Attr == c.Attr && !other.Exclude }
		if slices.ContainsFunc(criteria[:i], same) {
			continue // it stands among the alternatives of that one
		}
		var alternatives []string
		for _, other := range criteria[i:] {
			if same(other) {
				alternatives = append(alternatives, other.term())
			}
		}
		term := strings.Join(alternatives, " or ")
		if len(alternatives) > 1 {
			term = "(" + term + ")"
		}
		terms = append(terms, term)
	}
	return strings.Join(terms, " and ")
}

// term is c as a condition.
func (c Criterion) term() string {
	switch {
	case c.Kind == KindFulltext && len(c.Fields) > 0:
		return c.not() + quoted(c.Value) + " in " + inList(c.Fields, nameForm)
	case c.Kind == KindFulltext:
		return c.not() + quoted(c.Value)
	case c.Kind == KindOCM:
		recursive := ""
		if c.Recursive {
			recursive = " recursive"
		}
		return "ocm " + c.equal() + " " + valueForm(c.Value) + recursive
	}
	name := nameForm(c.Attr)
	switch c.Op {
	case OpIn:
		return c.not() + name + " in " + inList(c.Values, valueForm)
	case OpRange:
		return c.not() + name + " in " + end(c.GTE) + ".." + end(c.LTE)
	case OpCompare:
		sign := map[string]string{"=": "==", "!=": "<>"}[c.Cmp]
		if sign == "" {
			sign = c.Cmp
		}
		return c.not() + name + " " + sign + " " + valueForm(c.Value)
	}
	return name + " " + c.equal() + " " + valueForm(c.Value)
}

func (c Criterion) not() string {
	if c.Exclude {
		return "not "
	}
	return ""
}

func (c Criterion) equal() string {
	if c.Exclude {
		return "!="
	}
	return "="
}

func inList(list []string, form func(string) string) string {
	forms := make([]string, len(list))
	for i, text := range list {
		forms[i] = form(text)
	}
	return "(" + strings.Join(forms, ", ") + ")"
}

// end is one end of a range, which is open if it is empty.
func end(text string) string {
	if text == "" {
		return ""
	}
	return valueForm(text)
}

func nameForm(name string) string {
	if isBare(name) && name != "ocm" {
		return name
	}
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(name) + "`"
}

// valueForm writes a value as a word if it is one and means itself whenever it is read.
func valueForm(text string) string {
	if isBare(text) && !strings.HasPrefix(text, today) {
		return text
	}
	return quoted(text)
}

func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// isBare tells if text is read as one word, also next to a range.
func isBare(text string) bool {
	return text != "" && !isKeyword(text) && wordLength(text) == len(text) &&
		!strings.HasPrefix(text, ".") && !strings.HasSuffix(text, ".") && strings.IndexFunc(text, unicode.IsControl) < 0
}
