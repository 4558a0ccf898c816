package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
)

// The aims.
const (
	minCreate      = 0.8
	minDrain       = 0.6
	minContest     = 1
	maxDecision    = 1000 // ms
	maxBurst       = 20   // requests
	maxIdleMiB     = 40
	maxFilledMiB   = 150
	creators       = kube.DefaultParallel
	contestants    = 32
	contestedItems = 1000
	benchService   = "osid"
)

// kubeFlags is the command line of the measurement of the backlog in a cluster.
type kubeFlags struct {
	Items   int    `default:"5000" help:"How many items are created at a time, in the comparison and in a burst."`
	Drained int    `default:"2000" help:"How many items workers drain at a time."`
	Workers int    `default:"16" help:"How many workers drain them."`
	Filled  int    `default:"20000" help:"How many items there are when the memory of the controller is taken."`
	Bursts  int    `default:"3" help:"How many bursts of items the controller has to follow."`
	Repeat  int    `default:"3" help:"How often each comparison is made; medians count."`
	CRDs    string `name:"crds" default:"deploy/crds" placeholder:"DIR" help:"Definitions of the custom resources."`
	reportFlags
}

// kubeBench is one run.
type kubeBench struct {
	kubeFlags
	dir      string
	progress io.Writer
	server   *kubetest.Server
	config   *rest.Config
	raw      dynamic.Interface
	spaces   int // namespaces so far
	report   report
}

// measure makes all measurements.
func (c kubeFlags) measure(ctx context.Context, stdout, stderr io.Writer) (err error) {
	if c.Items < 2 || c.Drained < 1 || c.Workers < 1 || c.Bursts < 1 || c.Repeat < 1 {
		return errors.New("--items must be at least 2, --drained, --workers, --bursts and --repeat 1")
	}
	dir, err := os.MkdirTemp("", "odg-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &kubeBench{kubeFlags: c, dir: dir, progress: stderr, report: report{subject: "ODG"}}
	b.say("starting a control plane")
	if b.server, err = kubetest.Launch(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.server.Close()) }()
	b.config = b.server.Config()
	if b.raw, err = dynamic.NewForConfig(b.config); err != nil {
		return err
	}
	if err := b.define(ctx); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{b.create, b.drain, b.contest, b.control} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return c.finish(&b.report, stdout)
}

func (b *kubeBench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, format+" …\n", args...)
}

// create holds adding items against creating the same resources with nothing in between.
func (b *kubeBench) create(ctx context.Context) error {
	b.say("creating %d items", b.Items)
	items := benchItems(benchService, b.Items)
	var space string
	prepare := func(ctx context.Context, _ int) (err error) {
		space, err = b.namespace(ctx)
		return err
	}
	ours := trial{prepare, func(ctx context.Context, _ int) error { return b.add(ctx, space, items) }}
	limit := trial{prepare, func(ctx context.Context, _ int) error { return b.createRaw(ctx, space, items) }}
	ourTime, limitTime, err := compare(ctx, b.Repeat, ours, limit)
	if err == nil {
		b.rate("creating "+count(b.Items), b.Items, ourTime, limitTime, minCreate, fmt.Sprintf("%d requests at a time", creators))
	}
	return err
}

// drain holds claiming and finishing items against updating and deleting them, by
// bare clients of which each knows from the beginning which items are its.
func (b *kubeBench) drain(ctx context.Context) error {
	for _, setting := range []struct {
		name   string
		queues int
		aim    float64
	}{
		{fmt.Sprintf("claims and completions, %d workers", b.Workers), 1, minDrain},
		{fmt.Sprintf("the same, as %d queues", b.Workers), b.Workers, 0},
	} {
		b.say("draining %d items: %s", b.Drained, setting.name)
		ours := b.drainOurs(b.Drained, b.Workers, setting.queues)
		ourTime, limitTime, err := compare(ctx, b.Repeat, ours, b.drainRaw())
		if err != nil {
			return err
		}
		b.rate(setting.name, b.Drained, ourTime, limitTime, setting.aim, "limit: each item updated, then deleted")
	}
	return nil
}

// contest lets claimers who know nothing of one another drain a backlog, and others
// that list it and pick at random.
func (b *kubeBench) contest(ctx context.Context) error {
	n := min(contestedItems, b.Drained)
	b.say("draining %d items by %d claimers", n, contestants)
	ourTime, limitTime, err := compare(ctx, 1, b.drainOurs(n, contestants, contestants), b.drainByLists(n, contestants))
	if err == nil {
		b.rate(fmt.Sprintf("%d claimers, a watch each", contestants), n, ourTime, limitTime, minContest,
			"limit: listing, and picking at random; recorded: 71 items/s")
	}
	return err
}

// rate adds how many items per second were done, with an aim if it is not 0.
func (b *kubeBench) rate(name string, n int, ours, limit time.Duration, aim float64, note string) {
	m := measurement{
		Name: name, Value: float64(n) / ours.Seconds(), Limit: float64(n) / limit.Seconds(), Unit: "items/s",
		Ratio: limit.Seconds() / ours.Seconds(), Met: true, Note: note,
	}
	if aim > 0 {
		m.Aim, m.Met = fmt.Sprintf(">= %.0f %%", 100*aim), m.Ratio >= aim
	}
	b.report.add(m)
}

// benchItems returns n items of a service.
func benchItems(service string, n int) []backlog.Item {
	items := make([]backlog.Item, n)
	for i := range items {
		items[i] = backlog.Item{
			Service: service, Priority: backlog.PriorityHigh, Timestamp: time.Date(2026, 11, 1, 0, 0, i, 0, time.UTC),
			Artefact: artefact.ID{
				ComponentName: new("example.org/component-a"), ComponentVersion: new("1.2.3"), Kind: artefact.KindResource,
				Artefact: &artefact.LocalID{
					Name: new("image-" + strconv.Itoa(i)), Version: new("1.2.3"), Type: new("ociImage"),
					ExtraID: map[string]string{"platform": "linux/amd64", "variant": "v1"},
				},
			},
		}
	}
	return items
}
