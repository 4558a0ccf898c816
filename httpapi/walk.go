package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/opendeliverygear/odg/component"
)

// Limits of what one request may have resolved. Whoever writes component descriptors
// decides how many there are, and how large.
const (
	maxComponents      = 10_000
	maxDescriptorBytes = 512 << 20
)

// walk resolves all that a component refers to. What is missing there is not the
// fault of the path. The error names the path to what is wrong first.
func walk(ctx context.Context, r component.Resolver, root component.ID, cfg component.WalkConfig) (*component.Graph, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	cfg.MaxComponents = maxComponents
	graph, err := component.Walk(ctx, &careful{from: r, stop: stop}, cfg, root)
	if err != nil {
		return nil, fmt.Errorf("component version %s: %w", root, err)
	}
	if node := graph.Node(root); node.Err != nil {
		return nil, node.Err
	}
	if err := firstFault(graph, cfg.MaxDepth); err != nil {
		return nil, err
	}
	if cycle := graph.Cycle(); cycle != nil {
		return nil, &statusError{http.StatusUnprocessableEntity, "cycle", "components refer to one another in a cycle: " + arrows(append(cycle, cycle[0]))}
	}
	return graph, nil
}

// firstFault tells what is wrong first, and how much there is. Beyond maxDepth, if it
// is more than 0, components are left out on purpose.
func firstFault(graph *component.Graph, maxDepth int) error {
	var first *component.Node
	faults := 0
	var depth map[component.ID]int
	if maxDepth > 0 {
		depth = depths(graph)
	}
	for _, node := range graph.Nodes {
		if node.Err == nil && node.TargetsErr == nil || maxDepth > 0 && depth[node.ID] > maxDepth {
			continue
		}
		if faults++; first == nil {
			first = node
		}
	}
	if first == nil {
		return nil
	}
	var err error = &component.Fault{Path: graph.Path(first.ID), Err: errors.Join(first.Err, first.TargetsErr)}
	if faults > 1 {
		err = fmt.Errorf("%w; and %d more of its components are faulty", err, faults-1)
	}
	if errors.Is(err, component.ErrNotFound) {
		return &statusError{http.StatusUnprocessableEntity, "missing-reference", err.Error()}
	}
	return err
}

// depths tells how far the components of a graph are from its roots.
func depths(graph *component.Graph) map[component.ID]int {
	depth := map[component.ID]int{}
	queue := slices.Clone(graph.Roots)
	for _, root := range queue {
		depth[root] = 0
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, target := range graph.Node(queue[0]).Targets {
			if _, seen := depth[target]; !seen {
				depth[target] = depth[queue[0]] + 1
				queue = append(queue, target)
			}
		}
	}
	return depth
}

// arrows writes a path, without the middle of a long one.
func arrows(path []component.ID) string {
	const most = 20
	var text strings.Builder
	for i, id := range path {
		switch {
		case i > 0 && i == most && len(path) > most+1:
			fmt.Fprintf(&text, " -> %d more", len(path)-most-1)
			continue
		case i > most && i < len(path)-1:
			continue
		case i > 0:
			text.WriteString(" -> ")
		}
		text.WriteString(id.String())
	}
	return text.String()
}

// careful ends a walk as soon as it cannot succeed any more: a repository that is down
// would be asked for thousands of components, again and again.
type careful struct {
	from  component.Resolver
	stop  context.CancelCauseFunc
	bytes atomic.Int64
}

// Descriptor implements [component.Resolver].
func (c *careful) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	d, err := c.from.Descriptor(ctx, id)
	switch {
	case errors.Is(err, component.ErrNotFound), errors.Is(err, component.ErrMalformed):
	case err != nil:
		c.stop(err)
	case c.bytes.Add(weight(d)) > maxDescriptorBytes:
		c.stop(fmt.Errorf("component descriptors have more than %d bytes: %w", maxDescriptorBytes, component.ErrLimit))
	}
	return d, err
}

// weight is about how much memory a descriptor takes.
func weight(d *component.Descriptor) int64 {
	const element = 1 << 10
	size := len(d.Signatures) + len(d.NestedDigests) + element*(1+len(d.Resources)+len(d.Sources)+len(d.References)) + labelBytes(d.Labels)
	for i := range d.Resources {
		size += len(d.Resources[i].Access.Raw) + labelBytes(d.Resources[i].Labels)
	}
	for i := range d.Sources {
		size += len(d.Sources[i].Access.Raw) + labelBytes(d.Sources[i].Labels)
	}
	for i := range d.References {
		size += labelBytes(d.References[i].Labels)
	}
	return int64(size)
}

func labelBytes(labels []component.Label) (size int) {
	for i := range labels {
		size += len(labels[i].Value)
	}
	return size
}
