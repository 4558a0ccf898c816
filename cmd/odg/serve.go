package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/signal"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/internal/serve"
)

type serveCmd struct {
	place
	registryFlags
	secretFlags
	Host            string        `default:"127.0.0.1" help:"Address to listen on. There is no login: whoever reaches it may read and write."`
	Port            int           `default:"5000" help:"Port to listen on; 0 takes a free one."`
	LocalUser       string        `env:"ODG_LOCAL_USER" placeholder:"NAME" help:"Author of the rescorings that are posted, since there is no login (default: who runs this)."`
	EOLData         string        `name:"eol-data" env:"ODG_EOL_DATA" placeholder:"FILE|URL" help:"Newer end-of-life data than the embedded, in the format of the public end-of-life API."`
	Parallel        int           `default:"4" help:"Component descriptors that are read at a time, 1 to 256."`
	ShutdownTimeout time.Duration `default:"25s" help:"How long requests may go on after Ctrl-C or SIGTERM."`
	ReloadInterval  time.Duration `default:"10s" help:"How often the configuration files are looked at; SIGHUP looks at once."`
}

// Help explains what goes on in the one process.
func (c *serveCmd) Help() string {
	return `Serves the API over HTTP, enumerates at once and then by the schedule of artefact_enumerator (cron, UTC), and works the backlog
with as many workers as backlog_controller allows for what is pending. Changed configuration files and archives are taken over.

Only one process works on a database at a time; report, gate and backlog read it meanwhile. Ctrl-C or SIGTERM finishes what is
being scanned and answered, then leaves; a second one leaves at once. It may also be killed: the next one completes what is
missing.

Exit codes: 0 stopped, 2 wrong usage or configuration, 3 something failed, such as a database that is in use or a full disk.`
}

// Run serves until a signal.
func (c *serveCmd) Run(ctx context.Context, t *terminal) error {
	if err := checkParallel(c.Parallel); err != nil {
		return err
	}
	c.place.access = c.registryFlags.access()
	var err error
	if c.place.teams, err = c.secretFlags.teams(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	context.AfterFunc(ctx, stop) // the second signal ends the process
	data, err := endOfLife(ctx, c.EOLData)
	if err != nil {
		return err
	}
	d := newDaemon(c, t, data)
	hangups, stopHangups := reload.Hangups()
	defer stopHangups()
	d.watcher = reload.New(func(reload.Files) error { return d.apply(ctx) }, reload.Config{
		Paths: []string{filepath.Join(c.Config, extensionsFile), filepath.Join(c.Config, findingsFile), filepath.Join(c.Config, mappingsFile),
			filepath.Join(c.Config, addressBookFile), filepath.Join(c.Config, gitHubFile)},
		Interval: c.ReloadInterval, Trigger: hangups, Log: t.log, Registry: d.registry,
	})
	defer func() { _ = d.Close() }()
	if err := d.watcher.Load(); err != nil {
		return err
	}
	servers, err := serve.Listen(t.log, serve.Server{
		Name: "api", Address: net.JoinHostPort(c.Host, strconv.Itoa(c.Port)), Handler: &d.api,
	})
	if err != nil {
		return unableError(fmt.Errorf("%w; take another --port", err))
	}
	fmt.Fprintf(t.stdout, "http://%s\n", servers.Address("api"))
	return d.run(ctx, servers)
}

// author is who decides: there is no login, and it is the machine of whoever runs this.
func (c *serveCmd) author() string {
	if c.LocalUser != "" {
		return c.LocalUser
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "" // nobody may rescore then, and is told of --local-user
}

// run keeps everything going until ctx ends or a part fails.
func (d *daemon) run(ctx context.Context, servers serve.Servers) error {
	parts, ctx := errgroup.WithContext(ctx)
	parts.Go(func() error { return d.watcher.Run(ctx) })
	parts.Go(func() error { return d.inUse.Run(ctx) })
	parts.Go(func() error { return servers.Run(ctx, d.cmd.ShutdownTimeout, d.t.log) })
	parts.Go(func() error { return d.enumerate(ctx) })
	parts.Go(func() error { return d.work(ctx) })
	context.AfterFunc(ctx, func() { d.say("stopping; what is being scanned and answered is finished") })
	err := parts.Wait()
	if err == nil || errors.Is(err, context.Canceled) {
		d.say("stopped")
		return nil
	}
	return unableError(err)
}
