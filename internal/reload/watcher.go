package reload

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

// Defaults of a [Config].
const (
	DefaultInterval = 10 * time.Second
	DefaultSettle   = time.Second
)

// Config says what is followed, and how. All but Paths has a default.
type Config struct {
	// Paths are the files. They need not exist: a file that appears is a change.
	Paths []string
	// Interval is the time between two looks at the files; DefaultInterval if 0.
	Interval time.Duration
	// Settle is how long a change must last before it is taken over, so that no
	// half-written file is; DefaultSettle if 0.
	Settle time.Duration
	// Trigger asks for a look at once, such as SIGHUP; what is found is given to
	// apply even if nothing has changed. Nil means that nothing does.
	Trigger <-chan struct{}
	// Now is the clock; nil means [time.Now].
	Now func() time.Time
	// Log gets a line per change; the zero value is silent.
	Log zerolog.Logger
	// Registry gets the metrics; nil means that there are none.
	Registry prometheus.Registerer
}

// State says which files are in use.
type State struct {
	// LoadedAt is when the files in use were read; zero before [Watcher.Load].
	LoadedAt time.Time
	// Err is why the files as they are now were refused; nil if they are in use.
	Err error
	// FailedAt is when that was.
	FailedAt time.Time
}

// Watcher follows files. Make one with [New].
type Watcher struct {
	cfg     Config
	apply   func(Files) error
	metrics metrics

	seen Files // what was applied or refused last

	mu    sync.Mutex
	state State
}

// New returns a Watcher that gives files to apply: never two at a time, and not
// the same ones twice unless asked. apply takes all of them over or, with an error,
// none.
func New(apply func(Files) error, cfg Config) *Watcher {
	if cfg.Interval <= 0 {
		cfg.Interval = DefaultInterval
	}
	if cfg.Settle <= 0 {
		cfg.Settle = DefaultSettle
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Watcher{cfg: cfg, apply: apply, metrics: newMetrics(cfg.Registry)}
}

// State returns which files are in use. It is safe for concurrent use.
func (w *Watcher) State() State {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.state
}

// Load applies the files for the first time, before [Watcher.Run].
func (w *Watcher) Load() error { return w.take(Read(w.cfg.Paths...)) }

// Run follows the files until ctx ends, then returns nil.
func (w *Watcher) Run(ctx context.Context) error {
	tick := time.NewTicker(w.cfg.Interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-w.cfg.Trigger:
			w.follow(Read(w.cfg.Paths...))
		case <-tick.C:
			w.look(ctx)
		}
	}
}

// look takes the files over if they have changed and do not change any more.
func (w *Watcher) look(ctx context.Context) {
	files := Read(w.cfg.Paths...)
	if files.Equal(w.seen) {
		return
	}
	settled := time.NewTimer(w.cfg.Settle)
	defer settled.Stop()
	select {
	case <-ctx.Done():
		return
	case <-settled.C:
	}
	if again := Read(w.cfg.Paths...); again.Equal(files) {
		w.follow(files)
	}
}

// follow takes files over and says what came of it.
func (w *Watcher) follow(files Files) {
	if err := w.take(files); err != nil {
		w.cfg.Log.Error().Err(err).Time("in_use_since", w.State().LoadedAt).
			Msg("configuration refused; the one before stays in use")
		return
	}
	w.cfg.Log.Info().Msg("configuration reloaded")
}

func (w *Watcher) take(files Files) error {
	w.seen = files
	now := w.cfg.Now()
	err := w.apply(files)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.state.Err, w.state.FailedAt = err, now
	} else {
		w.state = State{LoadedAt: now}
	}
	w.metrics.count(w.state)
	return err
}
