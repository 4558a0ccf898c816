package enumerator_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

// landscape is an OCM repository that a test describes: references by component version.
type landscape map[component.ID][]component.ID

func (l landscape) Repository(_ context.Context, url string) (enumerator.Repository, error) {
	if url == "broken" {
		return nil, errors.New("no such archive")
	}
	return l, nil
}

func (l landscape) Versions(_ context.Context, name string) ([]string, error) {
	var versions []string
	for id := range l {
		if id.Name == name {
			versions = append(versions, id.Version)
		}
	}
	return versions, nil
}

// Descriptor returns a component version with one image and its references.
func (l landscape) Descriptor(_ context.Context, id component.ID) (*component.Descriptor, error) {
	references, ok := l[id]
	if !ok {
		return nil, fmt.Errorf("component version %s: %w", id, component.ErrNotFound)
	}
	d := &component.Descriptor{ID: id, Resources: []component.Resource{{
		Element: component.Element{Name: "image", Version: id.Version}, Type: "ociImage",
	}}}
	for i, to := range references {
		d.References = append(d.References, component.Reference{
			Element: component.Element{Name: fmt.Sprintf("ref%d", i), Version: to.Version}, ComponentName: to.Name,
		})
	}
	return d, nil
}

// core is a Core over a store in memory that counts calls and can fail.
type core struct {
	*memory.Store
	writes int
	fail   error
}

func (c *core) QueryMetadata(ctx context.Context, q store.Query) iter.Seq2[metadata.Entry, error] {
	return c.Query(ctx, q)
}

func (c *core) CountScanInfos(ctx context.Context) (map[string]int, error) {
	return c.CountByArtefact(ctx, store.Query{Types: []metadata.Type{metadata.TypeScanInfo}})
}

func (c *core) PutMetadata(ctx context.Context, entries []metadata.Entry) error {
	if c.fail != nil {
		return c.fail
	}
	c.writes++
	_, err := c.Upsert(ctx, entries, store.UpsertOptions{Now: noon})
	return err
}

func (c *core) DeleteMetadata(ctx context.Context, entries []metadata.Entry) error {
	c.writes++
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.ID())
	}
	_, err := c.Delete(ctx, ids)
	return err
}

// queue is a backlog in memory that can fail.
type queue struct {
	*backlog.Memory
	fail error
}

func (q *queue) Add(ctx context.Context, items ...backlog.Item) (int, error) {
	if q.fail != nil {
		return 0, q.fail
	}
	return q.Memory.Add(ctx, items...)
}

// world is everything that an enumeration works on.
type world struct {
	core  *core
	queue *queue
	repo  landscape
	now   time.Time
	cfg   enumerator.Config
}

func newWorld(repo landscape, components ...enumerator.Component) *world {
	w := &world{core: &core{Store: memory.New()}, repo: repo, now: noon}
	w.queue = &queue{Memory: backlog.NewMemory(backlog.MemoryConfig{Now: func() time.Time { return w.now }})}
	w.cfg = enumerator.Config{
		Components: components, BatchSize: 2, Now: func() time.Time { return w.now },
		Extensions: []enumerator.Extension{
			{Service: "osid", Interval: 24 * time.Hour, Kinds: []artefact.Kind{artefact.KindResource}},
			{Service: "issueReplicator", Interval: time.Hour, CountsScans: true},
		},
	}
	return w
}

func (w *world) run(t *testing.T) enumerator.Report {
	t.Helper()
	r, err := enumerator.New(w.core, w.queue, w.repo, w.cfg).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// active lists the components whose artefacts are active.
func (w *world) active(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for e, err := range w.core.Query(t.Context(), store.Query{Types: []metadata.Type{metadata.TypeSnapshot}}) {
		if err != nil {
			t.Fatal(err)
		}
		s, err := snapshot.Decode(e)
		if err != nil {
			t.Fatal(err)
		}
		names[*e.Artefact.ComponentName] = s.Active()
	}
	return names
}

func (w *world) items(t *testing.T) int {
	t.Helper()
	items, err := w.queue.List(t.Context(), backlog.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return len(items)
}

func v1(name string) component.ID { return component.ID{Name: "acme.org/" + name, Version: "1.0.0"} }

func shop() landscape {
	return landscape{v1("shop"): {v1("web"), v1("api")}, v1("web"): {v1("base")}, v1("api"): {v1("base")}, v1("base"): nil}
}

func watch(name string) enumerator.Component { return enumerator.Component{Name: "acme.org/" + name} }

func TestRunFindsQueuesAndRests(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w := newWorld(shop(), watch("shop"))
	r := w.run(t)
	is.Equal(r.Components, 4)
	is.Equal(r.Active, 4)
	is.Equal(r.Created, 8)     // four artefacts for two extensions
	is.Equal(w.items(t), 8)    // in the backlog
	is.Equal(r.Written, 4+1+4) // active, what the shop consists of, what was triggered

	writes := w.core.writes
	r = w.run(t)
	is.True(r.Empty())
	is.Equal(r.Written+r.Deleted+r.Created, 0)
	is.Equal(w.core.writes, writes) // not even a call that writes

	w.now = w.now.Add(time.Hour)
	r = w.run(t)
	is.Equal(len(r.Items()), 4) // the issue replicator's interval has passed
	is.Equal(r.Created, 0)      // but its items are still there
}

func TestRunSparesWhatDoesNotResolve(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	repo := shop()
	repo[v1("other")] = []component.ID{v1("lib")}
	repo[v1("lib")] = nil
	w := newWorld(repo, watch("shop"), watch("other"))
	w.run(t)

	delete(repo, v1("base")) // the shop is incomplete now
	repo[v1("other")] = nil  // and the other really lost its library
	w.now = w.now.Add(48 * time.Hour)
	r := w.run(t)
	is.Equal(len(r.Problems), 1)
	is.Equal(r.Problems[0].Component, "acme.org/shop")
	is.True(errors.Is(r.Problems[0], component.ErrNotFound))
	is.Equal(r.Kept, 1)
	active := w.active(t)
	is.True(active["acme.org/base"]) // stays as it was
	is.True(!active["acme.org/lib"]) // is gone

	w.now = w.now.Add(48 * time.Hour)
	w.run(t)
	_, stored := w.active(t)["acme.org/lib"]
	is.True(!stored) // deleted after its grace period
	is.True(w.active(t)["acme.org/base"])

	repo[v1("shop")] = []component.ID{v1("web")}
	repo[v1("web")] = nil
	r = w.run(t)
	is.Equal(len(r.Problems), 0)
	is.True(!w.active(t)["acme.org/base"]) // the shop resolves again, without its base
}

func TestRunSparesAllForAComponentThatNeverResolved(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w := newWorld(shop(), watch("shop"))
	w.run(t)
	w.cfg.Components = []enumerator.Component{watch("web"), {Name: "acme.org/new", Repository: "broken"}}
	r := w.run(t)
	is.Equal(len(r.Problems), 1)
	is.True(w.active(t)["acme.org/shop"]) // it may belong to the new one
	is.Equal(r.Kept, 2)                   // shop and api
}

func TestRunRepairsWhatAnEarlierRunLeft(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w := newWorld(shop(), watch("shop"))
	w.queue.fail = errors.New("queue is down")
	_, err := enumerator.New(w.core, w.queue, w.repo, w.cfg).Run(t.Context())
	is.True(errors.Is(err, w.queue.fail))
	is.Equal(w.items(t), 0)
	is.Equal(len(w.active(t)), 4) // snapshots exist, items do not

	w.queue.fail = nil
	is.Equal(w.run(t).Created, 8) // the next run creates them
	is.True(w.run(t).Empty())

	// The same for an artefact that left: the issue replicator is told for sure.
	w.repo[v1("shop")] = nil
	w.now = w.now.Add(time.Minute)
	w.queue.fail = errors.New("queue is down")
	_, err = enumerator.New(w.core, w.queue, w.repo, w.cfg).Run(t.Context())
	is.True(errors.Is(err, w.queue.fail))
	is.True(!w.active(t)["acme.org/web"])
	w.queue.fail = nil
	r := w.run(t)
	is.Equal(len(r.Items()), 3) // web, api and base went
	is.True(w.run(t).Empty())
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w := newWorld(shop(), watch("shop"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := enumerator.New(w.core, w.queue, w.repo, w.cfg).Run(ctx)
	is.True(errors.Is(err, context.Canceled)) // and not "component does not resolve"
	is.Equal(w.core.writes, 0)
}

func TestRunFailsWhenItCannotWrite(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w := newWorld(shop(), watch("shop"))
	w.core.fail = store.ErrFull
	_, err := enumerator.New(w.core, w.queue, w.repo, w.cfg).Run(t.Context())
	is.True(errors.Is(err, store.ErrFull))
	is.Equal(w.items(t), 0) // no item without its snapshot
}

// runtime lists runtime artefacts, "" stands for one that cannot be read.
type runtime []string

func (r runtime) RuntimeArtefacts(context.Context) iter.Seq2[artefact.ID, error] {
	return func(yield func(artefact.ID, error) bool) {
		for _, name := range r {
			var err error
			id := artefact.ID{ComponentName: new(name), Kind: artefact.KindRuntime, Artefact: &artefact.LocalID{Name: new("pod")}}
			if name == "" {
				err = errors.New("malformed")
			}
			if !yield(id, err) {
				return
			}
		}
	}
}

func TestRunWithRuntimeArtefacts(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w := newWorld(shop(), watch("shop"))
	w.cfg.Runtime = runtime{"acme.org/prod", "acme.org/stage"}
	is.Equal(w.run(t).Active, 6)

	w.cfg.Runtime = runtime{"acme.org/prod", ""}
	r := w.run(t)
	is.Equal(len(r.Problems), 1)
	is.Equal(r.Problems[0].Error(), "runtime artefact: malformed")
	is.True(w.active(t)["acme.org/stage"]) // it may be the one that cannot be read

	w.cfg.Runtime = runtime{"acme.org/prod"}
	w.now = w.now.Add(time.Minute)
	w.run(t)
	is.True(!w.active(t)["acme.org/stage"])
	is.True(w.active(t)["acme.org/prod"])
}

func TestRunReportsUnsupportedAndCycles(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	repo := landscape{v1("a"): {v1("b")}, v1("b"): {v1("a")}}
	unsupported := enumerator.Component{Name: "acme.org/x", Unsupported: errors.New("not read")}
	w := newWorld(repo, watch("a"), unsupported, watch("nothing"))
	r := w.run(t)
	is.Equal(len(r.Problems), 3)
	is.Equal(r.Problems[0].Error(), "component acme.org/a: component references form a cycle: acme.org/a:1.0.0 -> acme.org/b:1.0.0 -> acme.org/a:1.0.0; remove one of them")
	is.Equal(r.Problems[1].Error(), "component acme.org/x: not read")
	is.True(errors.Is(r.Problems[2], component.ErrNotFound))
	is.Equal(r.Active, 2) // what is in the cycle is tracked all the same
}

func TestPlanWritesNothing(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w := newWorld(shop(), watch("shop"))
	plan, err := enumerator.New(w.core, w.queue, w.repo, w.cfg).Plan(t.Context())
	is.NoErr(err)
	is.Equal(len(plan.Writes), 4)
	is.True(!plan.Empty())
	is.Equal(w.core.writes, 0)
	is.Equal(w.items(t), 0)
}
