package component

import (
	"context"
	"errors"
	"fmt"
)

// Defaults of [WalkConfig].
const (
	DefaultParallel      = 8
	DefaultMaxComponents = 100_000
	DefaultMaxDepth      = 500
)

// ErrLimit is wrapped by errors about a tree that is greater than configured.
var ErrLimit = errors.New("limit exceeded")

// WalkConfig bounds a [Walk]. The zero value is usable.
type WalkConfig struct {
	// Parallel is how many component versions are resolved at a time,
	// [DefaultParallel] if 0.
	Parallel int
	// MaxComponents limits the component versions of the graph,
	// [DefaultMaxComponents] if 0. A larger graph is an error.
	MaxComponents int
	// MaxDepth limits how far a component version may be from the nearest root,
	// [DefaultMaxDepth] if 0. What is farther away is a fault of the graph.
	MaxDepth int
}

func (c WalkConfig) withDefaults() WalkConfig {
	if c.Parallel <= 0 {
		c.Parallel = DefaultParallel
	}
	if c.MaxComponents <= 0 {
		c.MaxComponents = DefaultMaxComponents
	}
	if c.MaxDepth <= 0 {
		c.MaxDepth = DefaultMaxDepth
	}
	return c
}

// Walk resolves the roots and everything that they refer to, directly or not.
// Every component version is resolved once, however many paths lead to it, and no
// resolution waits for another one, so cycles do no harm.
//
// What cannot be resolved is a fault of the graph, not of Walk: the rest of the
// graph is complete. Walk itself fails only if ctx ends, with its error, or if
// there are more than cfg.MaxComponents, with an error that wraps [ErrLimit].
// All resolutions have ended when Walk returns. The graph is the same for the
// same descriptors, in whichever order they came.
func Walk(ctx context.Context, r Resolver, cfg WalkConfig, roots ...ID) (*Graph, error) {
	w := &walker{cfg: cfg.withDefaults(), nodes: map[ID]*Node{}}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for _, root := range roots {
		w.reach(root, 0, nil)
	}
	if err := w.run(ctx, r, cancel); err != nil {
		return nil, err
	}
	return newGraph(roots, w.nodes), nil
}

// walker is the state of a walk. Only the goroutine of Walk touches it.
type walker struct {
	cfg   WalkConfig
	nodes map[ID]*Node
	queue []*Node
}

// resolved is what one resolution gave.
type resolved struct {
	node       *Node
	descriptor *Descriptor
	err        error
}

func (w *walker) run(ctx context.Context, r Resolver, cancel func()) error {
	results := make(chan resolved, w.cfg.Parallel)
	var failed error
	for running := 0; ; {
		for failed == nil && ctx.Err() == nil && len(w.queue) > 0 && running < w.cfg.Parallel {
			node := w.queue[0]
			w.queue = w.queue[1:]
			running++
			go func() { results <- resolve(ctx, r, node) }()
		}
		if running == 0 {
			break
		}
		result := <-results
		running--
		w.record(result)
		if len(w.nodes) > w.cfg.MaxComponents && failed == nil {
			failed = fmt.Errorf("walk components: more than %d component versions at %s: %w", w.cfg.MaxComponents, result.node.way(), ErrLimit)
			cancel()
		}
	}
	if failed != nil {
		return failed
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("walk components: %w", context.Cause(ctx))
	}
	return nil
}

func resolve(ctx context.Context, r Resolver, node *Node) resolved {
	d, err := r.Descriptor(ctx, node.ID)
	if err == nil && d.ID != node.ID {
		err = fmt.Errorf("resolve component version %s: got the descriptor of %s", node.ID, d.ID)
	}
	return resolved{node: node, descriptor: d, err: err}
}

// record stores a result and reaches for what it refers to.
func (w *walker) record(result resolved) {
	node := result.node
	if result.err != nil {
		node.Err = result.err
		return
	}
	node.Descriptor = result.descriptor
	targets, err := result.descriptor.Targets()
	node.Targets, node.TargetsErr = targets, err
	for _, target := range targets {
		w.reach(target, node.depth+1, node)
	}
}

// reach notes that a node is depth steps away from a root. A node that is nearer
// than it seemed brings nearer what it refers to.
func (w *walker) reach(id ID, depth int, from *Node) {
	node, known := w.nodes[id]
	if known && depth >= node.depth {
		return
	}
	if !known {
		node = &Node{ID: id}
		w.nodes[id] = node
	}
	node.depth, node.from = depth, from
	switch waiting := !known || node.tooFar; {
	case waiting && depth <= w.cfg.MaxDepth:
		node.tooFar, node.Err = false, nil
		w.queue = append(w.queue, node)
	case waiting:
		node.tooFar = true
		node.Err = fmt.Errorf("component version %s is more than %d references away from the root: %w", id, w.cfg.MaxDepth, ErrLimit)
	}
	for _, target := range node.Targets {
		w.reach(target, depth+1, node)
	}
}
