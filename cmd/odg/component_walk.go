package main

import (
	"context"
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/opendeliverygear/odg/component"
)

// graphOf follows the references of the component version that text names.
func (f walkFlags) graphOf(ctx context.Context, t *terminal, text string) (*component.Graph, error) {
	n, err := parseNamed(text)
	if err != nil {
		return nil, err
	}
	finder, done, err := f.open(ctx, n)
	if err != nil {
		return nil, err
	}
	defer done()
	return f.walk(ctx, t, finder, n)
}

// walk follows references. The graph may have faults; one whose root cannot be read is
// an error.
func (f walkFlags) walk(ctx context.Context, t *terminal, finder component.VersionFinder, n named) (*component.Graph, error) {
	if err := checkParallel(f.Parallel); err != nil {
		return nil, err
	}
	root, err := f.choose(ctx, finder, n)
	if err != nil {
		return nil, err
	}
	shown := showReads(t, finder)
	graph, err := component.Walk(ctx, shown, component.WalkConfig{Parallel: f.Parallel}, root)
	shown.finish()
	if err != nil {
		return nil, lookup(err)
	}
	if err := graph.Node(root).Err; err != nil {
		return nil, lookup(err)
	}
	return graph, nil
}

// shownReads shows on a terminal how many component versions were read.
type shownReads struct {
	component.Resolver
	bar *progressbar.ProgressBar // nil unless on a terminal
}

func showReads(t *terminal, r component.Resolver) *shownReads {
	s := &shownReads{Resolver: r}
	if t.progress {
		s.bar = progressbar.NewOptions(-1,
			progressbar.OptionSetWriter(t.stderr), progressbar.OptionSetDescription("reading component versions"),
			progressbar.OptionShowCount(), progressbar.OptionThrottle(200*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	return s
}

// Descriptor implements [component.Resolver].
func (s *shownReads) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	d, err := s.Resolver.Descriptor(ctx, id)
	if s.bar != nil {
		_ = s.bar.Add(1)
	}
	return d, err
}

func (s *shownReads) finish() {
	if s.bar != nil {
		_ = s.bar.Finish()
	}
}

// faultForm is what is wrong with a graph, as JSON.
type faultForm struct {
	// Path leads from the root to the component version; of a cycle it is the cycle.
	Path  []component.ID `json:"path"`
	Kind  string         `json:"kind"` // unreadable, missing or cycle
	Error string         `json:"error"`
}

// faultsOf lists the faults and the cycles of graphs.
func faultsOf(graphs ...*component.Graph) []faultForm {
	faults := []faultForm{}
	for _, g := range graphs {
		absent := map[component.ID]bool{}
		for _, fault := range g.Missing() {
			absent[fault.Path[len(fault.Path)-1]] = true
		}
		for _, fault := range g.Faults() {
			kind := "unreadable"
			if absent[fault.Path[len(fault.Path)-1]] {
				kind = "missing"
			}
			faults = append(faults, faultForm{fault.Path, kind, fault.Error()})
		}
		for _, cycle := range g.Cycles() {
			faults = append(faults, faultForm{cycle, "cycle", fmt.Sprintf("cycle: %s refers to %s", cycle[len(cycle)-1], cycle[0])})
		}
	}
	return faults
}

// maxFaults is how many faults are told one by one.
const maxFaults = 20

// tellFaults ends a command: with what was wrong with the graphs, if anything was.
func tellFaults(t *terminal, faults []faultForm) error {
	if len(faults) == 0 {
		return nil
	}
	for _, fault := range faults[:min(len(faults), maxFaults)] {
		fmt.Fprintf(t.stderr, "fault: %s\n", printable(fault.Error))
	}
	if more := len(faults) - maxFaults; more > 0 {
		fmt.Fprintf(t.stderr, "fault: and %d more; -o json lists all\n", more)
	}
	return unableError(fmt.Errorf("%s in what the component version refers to; the rest is complete", count(len(faults), "fault")))
}
