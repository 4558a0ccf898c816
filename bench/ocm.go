package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/store/postgres"
	"github.com/opendeliverygear/odg/store/sqlite"
)

const (
	// parallel is how many requests are under way at a time.
	parallel = 8
	// official is the shortest time that the official command line was seen to take for
	// the same tree, from a registry program on loopback, on 2 cores (24 to 36 s for
	// "get resources -r"; README.md of the OCM fixtures).
	official = 24 * time.Second
)

// The aims.
const (
	maxOfLimit   = 1.5
	minOfficial  = 20
	minWarm      = 50
	maxWalkMiB   = 64
	maxRequests  = 900
	subPath      = "large"
	rootName     = "acme.org/large/c000"
	rootVersion  = "1.0.0"
	walkCommand  = "walk"
	registryName = "docker-registry"
)

// ocmFlags is the command line of the measurement of component lookup.
type ocmFlags struct {
	Tree    string        `default:"component/ctf/testdata/fixtures/large/large.tgz" placeholder:"FILE" help:"CTF archive with the tree of 300 components."`
	Repeat  int           `default:"5" help:"How often each comparison is made; medians count."`
	Latency time.Duration `default:"20ms" help:"What is added to every request for the registry that is far away."`
	reportFlags
}

// ocmBench is one run.
type ocmBench struct {
	ocmFlags
	dir      string
	progress io.Writer
	tree     *tree
	far      *registryServer // with latency
	near     string          // URL of the registry program
	client   *oci.Client
	database *pgtest.Server
	report   report
}

// measure makes all measurements.
func (c ocmFlags) measure(ctx context.Context, stdout, stderr io.Writer) (err error) {
	if c.Repeat < 1 {
		return errors.New("--repeat must be at least 1")
	}
	dir, err := os.MkdirTemp("", "odg-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &ocmBench{ocmFlags: c, dir: dir, progress: stderr, report: report{subject: "ODG"}}
	defer func() { err = errors.Join(err, b.close()) }()
	if err := b.setUp(ctx); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{b.farAway, b.warm, b.fromProgram} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return c.finish(&b.report, stdout)
}

func (b *ocmBench) setUp(ctx context.Context) (err error) {
	if b.tree, err = readTree(b.Tree); err != nil {
		return err
	}
	b.say("filling a registry in this process")
	if b.far, err = farRegistry(ctx, b.tree, b.Latency); err != nil {
		return err
	}
	if b.client, err = oci.New(oci.Config{Hosts: []string{"127.0.0.1"}, Parallel: parallel}); err != nil {
		return err
	}
	b.say("starting PostgreSQL")
	b.database, err = pgtest.Launch()
	return err
}

func (b *ocmBench) close() (err error) {
	if b.far != nil {
		b.far.Close()
	}
	if b.database != nil {
		err = b.database.Close()
	}
	return err
}

func (b *ocmBench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, format+" …\n", args...)
}

// open returns the repository of a registry, without anything kept.
func (b *ocmBench) open(base string) (*oci.Repository, error) {
	location, err := oci.ParseLocation(base + "/" + subPath)
	if err != nil {
		return nil, err
	}
	return b.client.Repository(location)
}

// walk resolves the tree.
func walk(ctx context.Context, from component.Resolver) error {
	root := component.ID{Name: rootName, Version: rootVersion}
	graph, err := component.Walk(ctx, from, component.WalkConfig{Parallel: parallel}, root)
	if err != nil {
		return err
	}
	return graph.Err()
}

// farAway holds the walk against fetching the same blobs.
func (b *ocmBench) farAway(ctx context.Context) error {
	b.say("resolving the tree from far away")
	limit := trial{run: func(ctx context.Context, _ int) error { return fetchAll(ctx, b.tree.addresses(b.far.URL)) }}
	cold := trial{run: func(ctx context.Context, _ int) error {
		repository, err := b.open(b.far.URL)
		if err != nil {
			return err
		}
		b.far.requests.Store(0)
		return walk(ctx, cached.New(repository, cached.Config{}))
	}}
	ours, bare, err := compare(ctx, b.Repeat, cold, limit)
	if err != nil {
		return err
	}
	b.report.atMost(fmt.Sprintf("tree of 300, %s away", b.Latency), ours, bare, maxOfLimit)
	requests := float64(b.far.requests.Load())
	b.report.add(measurement{
		Name: "requests sent", Value: requests, Unit: "", Aim: fmt.Sprintf("<= %d", maxRequests), Met: requests <= maxRequests,
		Note: "two for each component",
	})
	kept := trial{run: func(ctx context.Context, i int) error { return b.keep(ctx, fmt.Sprintf("cold-%d.db", i)) }}
	ours, bare, err = compare(ctx, b.Repeat, kept, limit)
	if err == nil {
		b.report.atMost("the same, kept in SQLite", ours, bare, maxOfLimit)
	}
	return err
}

// keep resolves the tree from far away, and waits until it is in a new database.
func (b *ocmBench) keep(ctx context.Context, file string) (err error) {
	db, err := sqlite.Open(ctx, filepath.Join(b.dir, file), sqlite.Config{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return b.walkShelf(ctx, db)
}

// walkShelf resolves the tree from far away, or from what the database keeps.
func (b *ocmBench) walkShelf(ctx context.Context, db cached.Documents) error {
	repository, err := b.open(b.far.URL)
	if err != nil {
		return err
	}
	shelf := cached.NewShelf(db, cached.ShelfConfig{})
	if err := walk(ctx, cached.New(lister{shelf.Resolver(subPath, repository), repository}, cached.Config{})); err != nil {
		return err
	}
	return shelf.Flush(ctx)
}

// lister adds versions to what a shelf resolves.
type lister struct {
	component.Resolver
	component.VersionLister
}

// warm holds walks from memory and from databases against one from far away.
func (b *ocmBench) warm(ctx context.Context) error {
	b.say("resolving the tree again, from what is kept")
	repository, err := b.open(b.far.URL)
	if err != nil {
		return err
	}
	inMemory := cached.New(repository, cached.Config{})
	inFile, err := sqlite.Open(ctx, filepath.Join(b.dir, "warm.db"), sqlite.Config{})
	if err != nil {
		return err
	}
	defer func() { _ = inFile.Close() }() // goes with its folder
	url, err := b.database.Database()
	if err != nil {
		return err
	}
	onServer, err := postgres.Open(ctx, url, postgres.Config{})
	if err != nil {
		return err
	}
	defer func() { _ = onServer.Close() }()
	cold := trial{run: func(ctx context.Context, _ int) error { return walk(ctx, cached.New(repository, cached.Config{})) }}
	for _, level := range []struct {
		name string
		walk func(context.Context) error
	}{
		{"again, from memory", func(ctx context.Context) error { return walk(ctx, inMemory) }},
		{"again, from SQLite", func(ctx context.Context) error { return b.walkShelf(ctx, inFile) }},
		{"again, from PostgreSQL", func(ctx context.Context) error { return b.walkShelf(ctx, onServer) }},
	} {
		if err := level.walk(ctx); err != nil { // fills it
			return err
		}
		again := trial{run: func(ctx context.Context, _ int) error { return level.walk(ctx) }}
		warm, far, err := compare(ctx, b.Repeat, again, cold)
		if err != nil {
			return err
		}
		b.report.faster(level.name, warm, far, minWarm, "than from far away")
	}
	return nil
}
