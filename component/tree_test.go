package component_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
)

// family makes descriptors from lines such as "a: b c", whose versions are all 1.
func family(lines ...string) *component.Memory {
	var all []*component.Descriptor
	for _, line := range lines {
		from, targets, _ := strings.Cut(line, ":")
		d := &component.Descriptor{ID: component.ID{Name: from, Version: "1"}}
		for name := range strings.FieldsSeq(targets) {
			d.References = append(d.References, component.Reference{
				ComponentName: name, Element: component.Element{Name: name, Version: "1"},
			})
		}
		all = append(all, d)
	}
	return component.NewMemory(all...)
}

func rootsOf(names ...string) (all []component.ID) {
	for _, name := range names {
		all = append(all, component.ID{Name: name, Version: "1"})
	}
	return all
}

func TestTree(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		repository []string
		roots      []string
		want       []string
	}{
		"leaf":  {[]string{"a:"}, []string{"a"}, []string{"a"}},
		"none":  {nil, nil, nil},
		"chain": {[]string{"a: b", "b: c", "c:"}, []string{"a"}, []string{"a", "└─ b", "   └─ c"}},
		"last and others": {
			[]string{"a: b c", "b: d e", "c: f", "d:", "e:", "f:"},
			[]string{"a"}, []string{"a", "├─ b", "│  ├─ d", "│  └─ e", "└─ c", "   └─ f"},
		},
		"expanded once": {
			[]string{"a: b c", "b: d", "c: b d", "d: e", "e:"},
			[]string{"a"}, []string{"a", "├─ b", "│  └─ d", "│     └─ e", "└─ c", "   ├─ b above", "   └─ d above"},
		},
		"leaves are no repeats": {[]string{"a: b c", "b: c", "c:"}, []string{"a"}, []string{"a", "├─ b", "│  └─ c", "└─ c"}},
		"cycle":                 {[]string{"a: b", "b: a c", "c:"}, []string{"a"}, []string{"a", "└─ b", "   ├─ a cycle", "   └─ c"}},
		"itself":                {[]string{"a: a"}, []string{"a"}, []string{"a", "└─ a cycle"}},
		"no cycle, only a repeat": {
			[]string{"a: b c", "b: d", "c: b", "d:"}, []string{"a"}, []string{"a", "├─ b", "│  └─ d", "└─ c", "   └─ b above"},
		},
		"faults in their places": {[]string{"a: x b", "b: x"}, []string{"a"}, []string{"a", "├─ x missing", "└─ b", "   └─ x missing"}},
		"missing root":           {nil, []string{"a"}, []string{"a missing"}},
		"several roots":          {[]string{"a: c", "b: c", "c: d", "d:"}, []string{"a", "b"}, []string{"a", "└─ c", "   └─ d", "b", "└─ c above"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			graph, err := component.Walk(t.Context(), family(c.repository...), component.WalkConfig{}, rootsOf(c.roots...)...)
			is.NoErr(err)
			var got []string
			for line := range graph.Tree() {
				text := line.Branch + line.ID.Name
				switch {
				case line.Cycle:
					text += " cycle"
				case line.Above:
					text += " above"
				case errors.Is(line.Err, component.ErrNotFound):
					text += " missing"
				}
				is.Equal(line.Depth, len([]rune(line.Branch))/3) // three characters each
				got = append(got, text)
			}
			is.Equal(cmp.Diff(c.want, got), "")
		})
	}
}

func TestTreeEndsEarly(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	graph, err := component.Walk(t.Context(), family("a: b c", "b:", "c:"), component.WalkConfig{}, rootsOf("a")...)
	is.NoErr(err)
	for stop := range 3 {
		seen := 0
		for range graph.Tree() {
			if seen++; seen > stop {
				break
			}
		}
		is.Equal(seen, stop+1)
	}
}

// TestTreeOfAChain draws what is 20,000 references deep, although each component
// version is next to the root.
func TestTreeOfAChain(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	const n = 20_000
	lines := []string{"root: c0 " + numbered(n)}
	for i := range n {
		lines = append(lines, fmt.Sprintf("c%d: c%d", i, i+1))
	}
	lines = append(lines, fmt.Sprintf("c%d:", n))
	graph, err := component.Walk(t.Context(), family(lines...), component.WalkConfig{}, rootsOf("root")...)
	is.NoErr(err)
	count, deepest, size := 0, 0, 0
	for line := range graph.Tree() {
		count++
		deepest = max(deepest, line.Depth)
		size += len(line.Branch)
		is.True(len([]rune(line.Branch)) <= 160)
	}
	is.Equal(count, 2*n+2) // lines: every reference, and the root
	is.Equal(deepest, n+1)
	is.True(size < count*400) // bytes
}

func numbered(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "c%d ", i)
	}
	return b.String()
}
