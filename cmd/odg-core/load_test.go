package main

import (
	"context"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/matryer/is"
	"golang.org/x/sync/errgroup"

	"github.com/opendeliverygear/odg/internal/pgtest"
)

// loadClients is how many clients write at a time.
const loadClients = 200

// TestLoad lets clients write overlapping batches while the database is restarted
// twice, the second time after a crash, and the server is killed twice. It takes ten
// seconds and what it needs to come to rest, or as long as the environment variable
// ODG_LOAD says, such as 2m.
func TestLoad(t *testing.T) {
	is := is.New(t)
	duration := loadDuration(t)
	database := pgtest.Start(t)
	server := startLoadServer(t, database.URL(t))
	load := newLoad(t, server.base)
	is.NoErr(load.put(t.Context(), rand.New(rand.NewPCG(0, 0)))) // the server works
	rest := server.usage()

	// The server that is alive at the end has seen about two fifths of the load.
	faults := []func(){
		func() { database.Restart(t) }, func() { server.restart() },
		func() { server.restart() }, func() { database.Kill(t); database.Up(t) },
	}
	ctx, cancel := context.WithTimeout(t.Context(), duration+3*time.Minute)
	defer cancel()
	until, stop := context.WithTimeout(ctx, duration)
	defer stop()
	clients, ctx := errgroup.WithContext(ctx)
	for number := range loadClients {
		clients.Go(func() error { return load.run(ctx, until, rand.New(rand.NewPCG(4711, uint64(number)))) })
	}
	tick := time.NewTicker(duration / time.Duration(len(faults)+1))
	defer tick.Stop()
	for _, fault := range faults {
		select {
		case <-tick.C:
			fault()
		case <-ctx.Done(): // a client failed
		}
	}
	is.NoErr(clients.Wait()) // every batch was stored, some after several attempts
	load.check(t)
	server.settles(rest)
}

func loadDuration(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("ODG_LOAD")
	if text == "" {
		return 10 * time.Second
	}
	duration, err := time.ParseDuration(text)
	if err != nil || duration <= 0 {
		t.Fatalf("ODG_LOAD=%s: want a duration such as 2m", text)
	}
	return duration
}
