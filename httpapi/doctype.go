package httpapi

import (
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// typeOf says in words what a schema allows.
func typeOf(s *huma.Schema) typeView {
	switch {
	case s == nil:
		return typeView{}
	case s.Ref != "":
		return typeView{Form: s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]}
	case len(s.AnyOf) > 0:
		first := typeOf(s.AnyOf[0])
		for _, other := range s.AnyOf[1:] {
			t := typeOf(other)
			first.After += " or " + t.Before + t.Form + t.After
		}
		return first
	case s.Type == huma.TypeArray:
		items := typeOf(s.Items)
		items.Before = "list of " + items.Before
		return nullable(items, s)
	case s.Type == huma.TypeObject:
		if values, ok := s.AdditionalProperties.(*huma.Schema); ok {
			t := typeOf(values)
			t.Before = "object of " + t.Before
			return nullable(t, s)
		}
	case s.Type == "":
		return typeView{Before: "any JSON"}
	}
	return nullable(typeView{Before: s.Type}, s)
}

func nullable(t typeView, s *huma.Schema) typeView {
	if s.Nullable {
		t.After += " or null"
	}
	return t
}

// hintOf says what else a schema demands.
func hintOf(s *huma.Schema) string {
	if s == nil {
		return ""
	}
	var hints []string
	add := func(format string, args ...any) { hints = append(hints, fmt.Sprintf(format, args...)) }
	if s.Format != "" && s.Type == huma.TypeString {
		add("%s", s.Format)
	}
	if s.Minimum != nil && s.Maximum != nil {
		add("%g to %g", *s.Minimum, *s.Maximum)
	}
	if len(s.Enum) > 0 {
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			values[i] = fmt.Sprintf("%q", v)
		}
		add("one of %s", strings.Join(values, ", "))
	}
	if s.Default != nil {
		add("default %v", s.Default)
	}
	return strings.Join(hints, "; ")
}
