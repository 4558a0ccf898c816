package component_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	first, last := &component.Descriptor{ID: node("shop@1.9.0")}, &component.Descriptor{ID: node("shop@1.9.0")}
	m := component.NewMemory(&component.Descriptor{ID: node("shop@1.10.0")}, first, last)
	versions, err := m.Versions(t.Context(), "shop")
	is.NoErr(err)
	is.Equal(versions, []string{"1.9.0", "1.10.0"})
	versions[0] = "" // the caller's own
	versions, err = m.Versions(t.Context(), "shop")
	is.NoErr(err)
	is.Equal(versions[0], "1.9.0")
	none, err := m.Versions(t.Context(), "other")
	is.NoErr(err)
	is.Equal(len(none), 0)
	got, err := m.Descriptor(t.Context(), node("shop@1.9.0"))
	is.NoErr(err)
	is.True(got == last)
	_, err = m.Descriptor(t.Context(), node("shop@2.0.0"))
	is.True(errors.Is(err, component.ErrNotFound))
}

// memory is a component.Memory that can fail and be slow, and counts.
type memory struct {
	*component.Memory
	descriptors map[component.ID]*component.Descriptor // for tests to change
	faults      map[component.ID]error
	hold        time.Duration // how long a resolution takes, or until ctx ends

	mu       sync.Mutex
	resolved map[component.ID]int
	running  atomic.Int32
	most     atomic.Int32 // resolutions at a time
}

// tree makes a repository of "a -> b c" lines; versions follow an @, 1.0.0 if absent.
func tree(lines ...string) *memory {
	descriptors := map[component.ID]*component.Descriptor{}
	for _, line := range lines {
		from, to, _ := strings.Cut(line, " -> ")
		d := &component.Descriptor{ID: node(from)}
		for i, target := range strings.Fields(to) {
			ref := component.Reference{ComponentName: node(target).Name}
			ref.Name, ref.Version = fmt.Sprintf("ref-%d", i), node(target).Version
			d.References = append(d.References, ref)
		}
		descriptors[d.ID] = d
	}
	return &memory{
		Memory:      component.NewMemory(slices.Collect(maps.Values(descriptors))...),
		descriptors: descriptors, faults: map[component.ID]error{}, resolved: map[component.ID]int{},
	}
}

func node(text string) component.ID {
	name, version, found := strings.Cut(text, "@")
	if !found {
		version = "1.0.0"
	}
	return component.ID{Name: name, Version: version}
}

func (m *memory) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	now := m.running.Add(1)
	defer m.running.Add(-1)
	m.mu.Lock()
	m.resolved[id]++
	m.most.Store(max(m.most.Load(), now))
	m.mu.Unlock()
	if m.hold > 0 {
		select {
		case <-time.After(m.hold):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if err := m.faults[id]; err != nil {
		return nil, err
	}
	if d := m.descriptors[id]; d != nil {
		return d, nil
	}
	return m.Memory.Descriptor(ctx, id)
}

func (m *memory) Versions(ctx context.Context, name string) ([]string, error) {
	if err := m.faults[component.ID{Name: name}]; err != nil {
		return nil, err
	}
	return m.Memory.Versions(ctx, name)
}

func walk(t *testing.T, m *memory, cfg component.WalkConfig, roots ...string) *component.Graph {
	t.Helper()
	var ids []component.ID
	for _, root := range roots {
		ids = append(ids, node(root))
	}
	graph, err := component.Walk(t.Context(), m, cfg, ids...)
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

// names writes component versions as in [tree].
func names(ids []component.ID) string {
	var all []string
	for _, id := range ids {
		all = append(all, strings.TrimSuffix(id.Name+"@"+id.Version, "@1.0.0"))
	}
	return strings.Join(all, " ")
}

func nodes(g *component.Graph) string {
	var ids []component.ID
	for _, node := range g.Nodes {
		ids = append(ids, node.ID)
	}
	return names(ids)
}
