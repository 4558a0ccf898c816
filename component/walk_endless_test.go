package component_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
)

// endless is a repository in which every component refers to ten others that nobody has
// seen yet, to the root, and to the one before: a graph without end, with as many cycles
// as components. With last, it ends there.
type endless struct{ last int }

func (e endless) Descriptor(_ context.Context, id component.ID) (*component.Descriptor, error) {
	number, err := strconv.Atoi(strings.TrimPrefix(id.Name, "acme.org/n"))
	if err != nil {
		return nil, err
	}
	d := &component.Descriptor{ID: id}
	refer := func(to int) {
		if to < 0 || e.last > 0 && to > e.last {
			return
		}
		d.References = append(d.References, component.Reference{
			Element: component.Element{Name: fmt.Sprint("r", len(d.References)), Version: "1.0.0"}, ComponentName: fmt.Sprint("acme.org/n", to),
		})
	}
	for i := range 10 {
		refer(10*number + i + 1)
	}
	refer(0)
	refer(number - 1)
	return d, nil
}

var endlessRoot = component.ID{Name: "acme.org/n0", Version: "1.0.0"}

// heap is how much memory is in use.
func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// A graph without end is an error that says where, in bounded time and memory.
func TestWalkWithoutEnd(t *testing.T) { // not parallel: it looks at the heap
	is := is.New(t)
	before, start := heap(), time.Now()
	_, err := component.Walk(t.Context(), endless{}, component.WalkConfig{}, endlessRoot)
	took, grown := time.Since(start), heap()-before
	is.True(errors.Is(err, component.ErrLimit))
	is.True(strings.Contains(err.Error(), "acme.org/n0:1.0.0 -> ")) // the way there
	is.True(strings.Contains(err.Error(), "more than 100000"))
	is.True(took < time.Minute)
	is.True(grown < 16<<20) // nothing of it stays
	t.Logf("%s: %v", took, err)
}

// The largest graph there may be, all of it one knot of cycles, can be asked everything.
func TestLargestGraph(t *testing.T) {
	is := is.New(t)
	before, start := heap(), time.Now()
	g, err := component.Walk(t.Context(), endless{last: component.DefaultMaxComponents - 1}, component.WalkConfig{}, endlessRoot)
	is.NoErr(err)
	grown := heap() - before
	is.NoErr(g.Err())
	is.True(len(g.Cycle()) > 1)
	listed := 0
	for _, cycle := range g.Cycles() { // all would list thousands of millions
		listed += len(cycle)
	}
	is.True(listed > 0)
	is.True(listed < 2_000_000)
	count := 0
	for range g.Descriptors() {
		count++
	}
	is.Equal(count, component.DefaultMaxComponents)
	deep := component.ID{Name: fmt.Sprint("acme.org/n", component.DefaultMaxComponents-1), Version: "1.0.0"}
	is.Equal(len(g.Path(deep)), 6) // the shortest, in spite of all
	took := time.Since(start)
	is.True(took < time.Minute)
	is.True(grown < 512<<20)
	t.Logf("%s, %d MiB", took, grown>>20)
}
