package component_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"
	"go.uber.org/goleak"

	"github.com/opendeliverygear/odg/component"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestWalk(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tree                 []string
		roots                string
		nodes, paths, cycles string
		missing              string
	}{
		"alone":            {[]string{"a"}, "a", "a", "a", "", ""},
		"chain":            {[]string{"a -> b", "b -> c", "c"}, "a", "a b c", "a|a b|a b c", "", ""},
		"diamond":          {[]string{"a -> b c", "b -> d", "c -> d", "d"}, "a", "a b d c", "a|a b|a b d|a c|a c d", "", ""},
		"twice":            {[]string{"a -> b b", "b"}, "a", "a b", "a|a b", "", ""},
		"self":             {[]string{"a -> a"}, "a", "a", "a", "a", ""},
		"cycle":            {[]string{"a -> b", "b -> c", "c -> b d", "d"}, "a", "a b c d", "a|a b|a b c|a b c d", "b c", ""},
		"two cycles":       {[]string{"a -> a b", "b -> a"}, "a", "a b", "a|a b", "a|a b", ""},
		"other version":    {[]string{"a@2 -> a@1", "a@1"}, "a@2", "a@2 a@1", "a@2|a@2 a@1", "", ""},
		"missing":          {[]string{"a -> x b", "b -> x"}, "a", "a x b", "a|a x|a b|a b x", "", "a x"},
		"missing, deep":    {[]string{"a -> b", "b -> x"}, "a", "a b x", "a|a b|a b x", "", "a b x"},
		"missing root":     {nil, "a", "a", "a", "", "a"},
		"two roots":        {[]string{"a -> c", "b -> c", "c"}, "a b", "a c b", "a|a c|b|b c", "", ""},
		"root below other": {[]string{"a -> b", "b"}, "a b a", "a b", "a|a b|b|a|a b", "", ""},
		"none":             {nil, "", "", "", "", ""},
	} {
		for _, parallel := range []int{0, 1, 3} {
			t.Run(fmt.Sprint(name, parallel), func(t *testing.T) {
				is := is.New(t)
				m := tree(c.tree...)
				g := walk(t, m, component.WalkConfig{Parallel: parallel}, strings.Fields(c.roots)...)
				is.Equal(nodes(g), c.nodes)
				var paths, cycles, missing []string
				for path := range g.Paths() {
					paths = append(paths, names(path))
				}
				if all := g.Cycles(); len(all) > 0 {
					is.Equal(g.Cycle(), all[0])
				} else {
					is.Equal(len(g.Cycle()), 0)
				}
				for _, cycle := range g.Cycles() {
					cycles = append(cycles, names(cycle))
				}
				for _, fault := range g.Missing() {
					missing = append(missing, names(fault.Path))
				}
				is.Equal(strings.Join(paths, "|"), c.paths)
				is.Equal(strings.Join(cycles, "|"), c.cycles)
				is.Equal(strings.Join(missing, "|"), c.missing)
				is.Equal(g.Err() != nil, c.missing != "")
				for id, times := range m.resolved {
					is.Equal(times, 1) // each once
					is.True(g.Node(id) != nil)
				}
			})
		}
	}
}

func TestWalkFaults(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	broken := errors.New("registry down")
	m := tree("a -> b c d", "b", "c -> x", "d")
	m.faults[node("b")] = broken
	m.descriptors[node("d")] = &component.Descriptor{ID: node("other")}
	g := walk(t, m, component.WalkConfig{}, "a")
	faults := g.Faults()
	is.Equal(len(faults), 3)
	is.True(errors.Is(faults[0], broken))
	is.True(errors.Is(faults[1], component.ErrNotFound))
	is.Equal(faults[1].Error(), "component version x:1.0.0: not found (referred to by a:1.0.0 -> c:1.0.0 -> x:1.0.0)")
	is.True(strings.Contains(faults[2].Error(), "got the descriptor of other:1.0.0"))
	is.Equal(len(g.Missing()), 1)
	is.True(errors.Is(g.Err(), broken))
	is.True(g.Node(node("b")).Descriptor == nil)

	count := 0
	for range g.Descriptors() {
		count++
	}
	is.Equal(count, 2) // a and c
	var edges []string
	for from, to := range g.Edges() {
		edges = append(edges, from.Name+to.Name)
	}
	is.Equal(edges, []string{"ab", "ac", "ad", "cx"})
	is.Equal(g.Path(node("elsewhere")), nil)
	is.Equal(walk(t, tree(), component.WalkConfig{}, "gone").Faults()[0].Error(), "component version gone:1.0.0: not found")
}

// TestIterators stops each of them after the first.
func TestIterators(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	g := walk(t, tree("a -> b", "b -> a"), component.WalkConfig{}, "a")
	first := 0
	for range g.Descriptors() {
		first++
		break
	}
	for range g.Edges() {
		first++
		break
	}
	for range g.Paths() {
		first++
		break
	}
	for path := range g.Paths() {
		if first++; len(path) == 2 {
			break
		}
	}
	is.Equal(first, 5)
}

func TestWalkExtraReferences(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ value, nodes, says string }{
		"followed":  {`[{"component_reference":{"name":"b","version":"1.0.0"}},{"component_reference":{"name":"c","version":"1.0.0"}}]`, "a b c", ""},
		"malformed": {`{"name":"b"}`, "a b", "read label ocm.software/ocm-gear/extra-component-references of component version a:1.0.0"},
		"half":      {`[{"component_reference":{"name":"c","version":"1.0.0"}},{"component_reference":{"name":"d"}}]`, "a b c", "entry 1 lacks name or version"},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			m := tree("a -> b", "b", "c")
			m.descriptors[node("a")].Labels = []component.Label{{Name: component.LabelExtraReferences, Value: []byte(c.value)}}
			g := walk(t, m, component.WalkConfig{}, "a")
			is.Equal(nodes(g), c.nodes)
			if c.says == "" {
				is.NoErr(g.Err())
				return
			}
			is.True(strings.Contains(g.Err().Error(), c.says))
			is.True(g.Node(node("a")).Descriptor != nil) // which is there all the same
		})
	}
}

func TestWalkLimits(t *testing.T) {
	t.Parallel()
	var chain []string
	for i := range 50 {
		chain = append(chain, fmt.Sprintf("n%d -> n%d", i, i+1))
	}
	t.Run("count", func(t *testing.T) {
		is := is.New(t)
		_, err := component.Walk(t.Context(), tree(chain...), component.WalkConfig{MaxComponents: 20}, node("n0"))
		is.True(errors.Is(err, component.ErrLimit))
		is.True(strings.Contains(err.Error(), "more than 20 component versions at … -> "))
		is.True(strings.Contains(err.Error(), node("n18").String()+" -> "+node("n19").String()+": limit exceeded"))
	})
	t.Run("depth", func(t *testing.T) {
		is := is.New(t)
		m := tree(chain...)
		g := walk(t, m, component.WalkConfig{MaxDepth: 10}, "n0")
		is.Equal(len(g.Nodes), 12) // the root, 10 below, and the one that is too far away
		is.True(errors.Is(g.Err(), component.ErrLimit))
		is.Equal(len(m.resolved), 11)
	})
	t.Run("short cut", func(t *testing.T) {
		is := is.New(t)
		m := tree("a -> b e", "b -> c", "c -> d", "d -> f", "e -> d", "f -> g", "g")
		for range 20 { // whichever path is walked first
			g := walk(t, m, component.WalkConfig{MaxDepth: 4}, "a")
			is.NoErr(g.Err()) // g is 5 steps away by b, 4 by e
			is.Equal(nodes(g), "a b c d f g e")
		}
	})
}

// TestWalkIsBounded holds how many resolutions run at a time.
func TestWalkIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		m := tree("a -> b c d e f g h i", "b", "c", "d", "e", "f", "g", "h", "i")
		m.hold = time.Second
		start := time.Now()
		walk(t, m, component.WalkConfig{Parallel: 4}, "a")
		is.Equal(m.most.Load(), int32(4))
		is.Equal(time.Since(start), 3*time.Second) // the root, then twice four
	})
}

func TestWalkEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		m := tree("a -> b c", "b", "c")
		m.hold = time.Minute
		ctx, cancel := context.WithTimeoutCause(t.Context(), 90*time.Second, errors.New("too late"))
		defer cancel()
		_, err := component.Walk(ctx, m, component.WalkConfig{}, node("a"))
		is.True(err != nil)
		is.Equal(err.Error(), "walk components: too late")
		is.Equal(m.running.Load(), int32(0)) // nothing runs on
	})
}
