package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/robfig/cron/v3"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/internal/delivery"
	"github.com/opendeliverygear/odg/internal/inuse"
	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/internal/serve"
	"github.com/opendeliverygear/odg/scan/osid/eol"
	"github.com/opendeliverygear/odg/store"
)

// daemon is what odg serve keeps going: the API, the enumerator and the workers,
// all by the configuration of one site.
type daemon struct {
	cmd      *serveCmd
	t        *terminal
	eol      eol.Products
	started  time.Time
	registry *prometheus.Registry
	watcher  *reload.Watcher
	api      serve.Swap
	cache    delivery.Metrics
	inUse    *inuse.Check

	mu   sync.Mutex
	site *site // by the files in use; nil before the first

	changed chan struct{} // the site was replaced
	queued  chan struct{} // there may be work
}

func newDaemon(cmd *serveCmd, t *terminal, data eol.Products) *daemon {
	mine := *t
	mine.stderr = &shared{w: t.stderr}
	d := &daemon{
		cmd: cmd, t: &mine, eol: data, started: time.Now().UTC(), registry: prometheus.NewRegistry(),
		changed: make(chan struct{}, 1), queued: make(chan struct{}, 1),
	}
	d.inUse = inuse.New(inuse.Config{
		Unknown: func(s store.SeverityCount) { d.say("warning: %s", inuse.Sentence(s)) },
		More:    func(n int) { d.say("warning: %d more severities are no categories of the findings configuration", n) },
		Failed:  func(err error) { d.say("warning: nobody knows which severities are in use: %v", err) },
	})
	d.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &d.cache)
	return d
}

// shared is a writer for several goroutines.
type shared struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(p)
}

// say tells a person something.
func (d *daemon) say(format string, args ...any) {
	fmt.Fprintln(d.t.stderr, printable(fmt.Sprintf(format, args...)))
}

// tell leaves a message, unless there is one already.
func tell(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// current returns the site by the files in use.
func (d *daemon) current() *site {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.site
}

// apply goes on by the files as they are now, or, with an error, as before.
func (d *daemon) apply(ctx context.Context) error {
	earlier := d.current()
	next, err := d.open(ctx, earlier)
	if err != nil {
		if earlier != nil {
			d.say("configuration refused, the one before stays in use: %v", err)
		}
		return err
	}
	d.use(ctx, next)
	if earlier != nil {
		d.say("configuration taken over")
	}
	return nil
}

// open returns the site by the files as they are now, over the database of an
// earlier one, or over its own if that is nil.
func (d *daemon) open(ctx context.Context, earlier *site) (*site, error) {
	next, err := d.cmd.load(d.t)
	if err != nil {
		return nil, err
	}
	if _, err := next.schedule(); err != nil {
		return nil, err
	}
	if err := next.readAddressBook(d.t); err != nil {
		return nil, err
	}
	if earlier != nil {
		return next, next.follow(earlier)
	}
	next.today = next.now
	return next, next.openAlone(ctx)
}

// use lets all parts go on by a site.
func (d *daemon) use(ctx context.Context, next *site) {
	d.mu.Lock()
	d.site = next
	d.mu.Unlock()
	d.cache.Follow(next.components.Stats)
	d.api.Set(httpapi.New(next.core, d.apiConfig(next)))
	d.inUse.Follow(next.core)
	tell(d.changed)
	tell(d.queued)
}

func (d *daemon) apiConfig(s *site) httpapi.Config {
	types, _ := s.findings.Types() // they were fine when the database was opened
	return httpapi.Config{
		Types: types, Findings: s.findings, Extensions: s.extensions,
		Components: s.components, Repository: s.configured, Blobs: s.db, AddressBook: s.addressBook,
		Backlog: httpapi.QueueItems(telling{s.queue, d.queued}), Runtime: reported{s.db, s.today}, Workloads: d.parts(s),
		LocalUser: d.cmd.author(),
		Log:       s.log, Registry: d.registry, ServeMetrics: true, Now: s.now,
		Configuration: func() httpapi.Configuration { return httpapi.Configuration(d.watcher.State()) },

		UnknownSeverities: d.inUse.Found,
	}
}

// Close releases the site.
func (d *daemon) Close() error {
	if s := d.current(); s != nil {
		return s.Close()
	}
	return nil
}

// follow goes on where an earlier site, by other files, has been.
func (s *site) follow(earlier *site) error {
	types, err := s.findings.Types()
	if err != nil {
		return usageError(err)
	}
	if err := s.openComponents(earlier.archives); err != nil {
		return err
	}
	s.unlock = earlier.unlock
	s.present, s.now, s.today = earlier.present, earlier.now, earlier.today
	s.use(earlier.db.WithTypes(types))
	return nil
}

// schedule says when to enumerate; nil means never.
func (s *site) schedule() (cron.Schedule, error) {
	e := s.extensions.ArtefactEnumerator
	if e == nil || !e.Enabled {
		return nil, nil
	}
	schedule, err := cron.ParseStandard(e.Schedule)
	if err != nil {
		return nil, usageError(fmt.Errorf("%s: artefact_enumerator.schedule: %q is no cron expression: %w; write minute, hour, day, month and weekday, such as */5 * * * *",
			extensionsFile, e.Schedule, err))
	}
	return schedule, nil
}

// configured returns a repository that a request names, if the configuration names
// it too: requests must not open whatever file they like.
func (s *site) configured(ctx context.Context, url string) (component.VersionFinder, error) {
	named := func(c enumerator.Component) bool { return c.Repository == url }
	if !slices.ContainsFunc(enumerator.Components(s.extensions), named) && !s.mapped(url) {
		return nil, fmt.Errorf("repository: %w", component.ErrNotFound)
	}
	return s.components.Repository(ctx, url)
}

// mapped tells if the mappings call a repository so.
func (s *site) mapped(url string) bool {
	return s.mappings != nil && slices.ContainsFunc(s.mappings.Entries, func(e corecfg.Mapping) bool {
		return e.OCI != nil && e.OCI.Repository == url || e.Virtual != nil && e.Virtual.Name == url
	})
}
