package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/delivery"
	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/responsible"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// The files in the folder of a configuration.
const (
	extensionsFile = "extensions-cfg.yaml"
	findingsFile   = "findings-cfg.yaml"
	mappingsFile   = "ocm_repo_mappings.yaml"
	runtimeFolder  = "runtime-artefacts"
	// Only those who ask who is responsible read these.
	addressBookFile = "addressbook.yaml"
	gitHubFile      = "github_mappings.yaml"
)

// site is one machine's ODG: configuration, database, core and backlog.
type site struct {
	place
	extensions  *extcfg.Config
	findings    *findingcfg.Config
	mappings    *corecfg.Mappings        // nil if the file is not there
	addressBook *responsible.AddressBook // nil if there is none, or nobody asks
	db          *sqlite.Store
	core        *odg.Core
	queue       backlog.Queue
	archives    *delivery.Archives // stay open for as long as the process runs
	components  *delivery.Repositories
	present     time.Time        // of everything that a run stores and prints
	now         func() time.Time // runs on from there, for leases and back-off
	today       func() time.Time // when things are seen: present in a run, now in a server
	log         zerolog.Logger
	unlock      func()
}

// open opens the site for itself alone; the database is made if it is missing.
func (p place) open(ctx context.Context, t *terminal) (*site, error) {
	s, err := p.load(t)
	if err != nil {
		return nil, err
	}
	return s, s.openAlone(ctx)
}

// openAlone opens the database for this process alone.
func (s *site) openAlone(ctx context.Context) error {
	if err := s.openDatabase(ctx, s.database(), sqlite.Config{}); err != nil {
		return err
	}
	unlock, err := s.db.Lock()
	if err != nil {
		return errors.Join(databaseError(err), s.Close())
	}
	s.unlock = unlock
	return s.freeClaims(ctx)
}

// freeClaims frees what a run that was killed had claimed. There is no other one:
// the site is locked.
func (s *site) freeClaims(ctx context.Context) error {
	items, err := s.queue.List(ctx, backlog.Filter{})
	if err != nil || !slices.ContainsFunc(items, func(i backlog.Item) bool { return i.ClaimedBy != "" }) {
		return err
	}
	freed, err := s.db.Queue(s.now).FreeClaims(ctx)
	s.log.Info().Int("items", freed).Msg("claims freed")
	return err
}

// openReadOnly opens the site of an earlier run, which may be running.
func (p place) openReadOnly(ctx context.Context, t *terminal) (*site, error) {
	s, err := p.load(t)
	if err != nil {
		return nil, err
	}
	path, err := p.existingDatabase()
	if err != nil {
		return nil, err
	}
	return s, s.openDatabase(ctx, path, sqlite.Config{ReadOnly: true})
}

// load reads the configuration.
func (p place) load(t *terminal) (*site, error) {
	s := &site{place: p, log: t.log, unlock: func() {}}
	var err error
	if s.present, s.now, err = p.clock(); err != nil {
		return nil, err
	}
	s.today = func() time.Time { return s.present }
	var all []error
	s.extensions, err = read(p.Config, extensionsFile, t, func(path string, data []byte) (*extcfg.Config, []extcfg.Warning, error) {
		return extcfg.Parse(path, data, extcfg.Options{Local: true})
	})
	all = append(all, err)
	s.findings, err = read(p.Config, findingsFile, t, func(path string, data []byte) (*findingcfg.Config, []findingcfg.Warning, error) {
		return findingcfg.Parse(path, data, findingcfg.Options{})
	})
	all = append(all, err)
	s.mappings, err = read(p.Config, mappingsFile, t, corecfg.ParseMappings)
	if errors.Is(err, fs.ErrNotExist) {
		s.mappings, err = nil, nil
	}
	if err := errors.Join(append(all, err)...); err != nil {
		return nil, usageError(err)
	}
	return s, s.openComponents(&delivery.Archives{Dir: p.Config})
}

// read reads one configuration file and prints its warnings.
func read[T any](dir, name string, t *terminal, parse func(string, []byte) (*T, []strictyaml.Warning, error)) (*T, error) {
	path := filepath.Join(dir, name)
	data, err := strictyaml.ReadFile(os.DirFS(dir), name)
	if err != nil {
		var fault *strictyaml.Error
		if errors.As(err, &fault) {
			fault.File = path
		}
		return nil, err
	}
	cfg, warnings, err := parse(path, data)
	for _, w := range warnings {
		fmt.Fprintf(t.stderr, "warning: %s\n", w)
	}
	return cfg, err
}

func (s *site) openDatabase(ctx context.Context, path string, cfg sqlite.Config) (err error) {
	if cfg.Types, err = s.findings.Types(); err != nil {
		return usageError(err)
	}
	if s.db, err = sqlite.Open(ctx, path, cfg); err != nil {
		return databaseError(err)
	}
	s.use(s.db)
	return nil
}

// use makes the core over an open database.
func (s *site) use(db *sqlite.Store) {
	s.db, s.queue = db, db.Queue(s.now)
	s.core = odg.New(db, odg.Config{Findings: s.findings, Descriptors: s.components, Now: s.today})
}

// databaseError tells wrong use from what can be tried again.
func databaseError(err error) error {
	if errors.Is(err, store.ErrLocked) || errors.Is(err, store.ErrFull) || errors.Is(err, context.Canceled) {
		return unableError(err)
	}
	return usageError(err)
}

// Close releases the site.
func (s *site) Close() error {
	var err error
	if s.db != nil {
		err = s.db.Close()
	}
	s.unlock()
	return errors.Join(err, s.archives.Close())
}

// newEnumerator returns the enumerator of the site.
func (s *site) newEnumerator(cfg enumerator.Config) *enumerator.Enumerator {
	cfg.Components = enumerator.Components(s.extensions)
	cfg.Extensions = enumerator.Extensions(s.extensions, s.findings)
	cfg.Runtime = s.running()
	cfg.Now = s.today
	if e := s.extensions.ArtefactEnumerator; e != nil {
		cfg.GracePeriod = time.Duration(e.GracePeriodSeconds) * time.Second
	}
	return enumerator.New(s.core, s.queue, repositoryOf(s.components), cfg)
}
