package reload_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/internal/reload"
)

// site is two files and what was taken over of them.
type site struct {
	t    *testing.T
	a, b string

	mu      sync.Mutex
	applied []string // a|b of each call
	log     strings.Builder

	metrics *prometheus.Registry
	watcher *reload.Watcher
	trigger chan struct{}
}

var errBad = errors.New("b.yaml:1:1: bad")

// start loads the files and follows them until the test ends.
func start(t *testing.T) *site {
	t.Helper()
	dir := t.TempDir()
	s := &site{
		t: t, a: filepath.Join(dir, "a.yaml"), b: filepath.Join(dir, "b.yaml"),
		metrics: prometheus.NewRegistry(), trigger: make(chan struct{}),
	}
	s.write(s.a, "1")
	s.write(s.b, "1")
	s.watcher = reload.New(s.apply, reload.Config{
		Paths: []string{s.a, s.b}, Log: zerolog.New(s), Registry: s.metrics, Trigger: s.trigger,
	})
	if err := s.watcher.Load(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.watcher.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *site) apply(files reload.Files) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, b := files[s.a], files[s.b]
	s.applied = append(s.applied, string(a.Data)+"|"+string(b.Data))
	if string(b.Data) == "bad" {
		return errBad
	}
	return errors.Join(a.Err, b.Err)
}

// Write takes the log.
func (s *site) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(line)
}

func (s *site) calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.applied)
}

func (s *site) logged(text string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Count(s.log.String(), text)
}

func (s *site) write(path, text string) {
	s.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// metric returns the sum of the values of a metric.
func (s *site) metric(name string) (sum float64) {
	s.t.Helper()
	families, err := s.metrics.Gather()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetName() == name {
				sum += m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	return sum
}

// pass lets time pass, and all that is due happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

const enough = reload.DefaultInterval + reload.DefaultSettle

func TestAllFilesAreTakenOverTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		s := start(t)
		began := time.Now()
		is.Equal(s.calls(), []string{"1|1"})
		pass(enough)
		is.Equal(len(s.calls()), 1) // nothing has changed

		s.write(s.a, "2")
		s.write(s.b, "2")
		pass(enough)
		is.Equal(s.calls(), []string{"1|1", "2|2"})
		is.True(s.watcher.State().LoadedAt.After(began))
		is.NoErr(s.watcher.State().Err)
		is.Equal(s.logged("configuration reloaded"), 1)
	})
}

func TestRefusedFilesLeaveTheEarlierOnes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		s := start(t)
		began := s.watcher.State().LoadedAt
		s.write(s.b, "bad")
		pass(10 * enough)
		is.Equal(s.calls(), []string{"1|1", "1|bad"})
		is.Equal(s.logged("b.yaml:1:1: bad"), 1) // logged once per change
		state := s.watcher.State()
		is.True(errors.Is(state.Err, errBad))
		is.True(state.FailedAt.After(began))
		is.Equal(state.LoadedAt, began)
		is.Equal(s.metric("odg_config_reload_failed"), 1.0)
		is.Equal(s.metric("odg_config_loads_total"), 2.0) // one ok, one refused
		is.Equal(s.metric("odg_config_loaded_timestamp_seconds"), float64(began.Unix()))

		s.write(s.b, "1") // back to what is in use: it is taken over again, and the fault is gone
		pass(enough)
		is.NoErr(s.watcher.State().Err)
		is.True(s.watcher.State().LoadedAt.After(began))
		is.Equal(s.metric("odg_config_reload_failed"), 0.0)
	})
}

func TestHalfWrittenFilesWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		s := start(t)
		s.write(s.a, "ha")
		pass(reload.DefaultInterval) // the change was seen, but may not be all
		s.write(s.a, "half")
		pass(reload.DefaultSettle)
		is.Equal(len(s.calls()), 1)
		pass(enough)
		is.Equal(s.calls(), []string{"1|1", "half|1"})
	})
}

func TestVanishedFileIsAFault(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		s := start(t)
		is.NoErr(os.Remove(s.b))
		pass(enough)
		is.True(errors.Is(s.watcher.State().Err, fs.ErrNotExist))
		is.True(strings.Contains(s.watcher.State().Err.Error(), s.b))
		s.write(s.b, "2")
		pass(enough)
		is.NoErr(s.watcher.State().Err)
	})
}

// Kubernetes swaps a link to a folder; the files themselves never change.
func TestConfigMapSwap(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		dir := t.TempDir()
		for _, version := range []string{"1", "2"} {
			is.NoErr(os.Mkdir(filepath.Join(dir, version), 0o700))
			is.NoErr(os.WriteFile(filepath.Join(dir, version, "cfg"), []byte(version), 0o600))
		}
		is.NoErr(os.Symlink("1", filepath.Join(dir, "..data")))
		path := filepath.Join(dir, "cfg")
		is.NoErr(os.Symlink(filepath.Join("..data", "cfg"), path))
		var applied []string
		w := reload.New(func(files reload.Files) error {
			applied = append(applied, string(files[path].Data))
			return files[path].Err
		}, reload.Config{Paths: []string{path}})
		is.NoErr(w.Load())
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- w.Run(ctx) }()
		is.NoErr(os.Symlink("2", filepath.Join(dir, "..data_tmp")))
		is.NoErr(os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")))
		pass(enough)
		is.Equal(applied, []string{"1", "2"})
		cancel()
		is.NoErr(<-ended)
	})
}

func TestTriggerLooksAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		s := start(t)
		s.write(s.a, "2")
		s.trigger <- struct{}{}
		synctest.Wait()
		is.Equal(s.calls(), []string{"1|1", "2|1"})
		s.trigger <- struct{}{} // who asks gets, also if nothing has changed
		synctest.Wait()
		is.Equal(s.calls(), []string{"1|1", "2|1", "2|1"})
		pass(enough)
		is.Equal(len(s.calls()), 3)
	})
}

func TestFirstLoadFails(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "none.yaml")
	w := reload.New(func(files reload.Files) error {
		is.True(files.Missing(path))
		is.True(!files.Missing(dir))
		return errors.Join(files[path].Err, files[dir].Err)
	}, reload.Config{Paths: []string{path, dir}})
	err := w.Load()
	is.True(errors.Is(err, fs.ErrNotExist))
	is.True(strings.Contains(err.Error(), dir+": is no file"))
	is.True(w.State().LoadedAt.IsZero())
}
