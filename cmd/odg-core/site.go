package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// site is what the server serves.
type site struct {
	core     *odg.Core
	types    *metadata.Types
	db       store.Store
	archives archives
}

func (c flags) open(ctx context.Context, log zerolog.Logger) (*site, error) {
	findings, err := readFindings(c.FindingsCfg, log)
	if err != nil {
		return nil, usage(err)
	}
	s := &site{}
	if s.types, err = findings.Types(); err != nil {
		return nil, usage(err)
	}
	file, ok := strings.CutPrefix(c.DeliveryDBURL, "sqlite:")
	if !ok || file == "" {
		return nil, usage(fmt.Errorf("--delivery-db-url: this version knows sqlite:FILE only"))
	}
	for _, path := range c.OCMRepository {
		archive, err := ctf.Open(path, ctf.Config{})
		if err != nil {
			return nil, usage(errors.Join(err, s.Close()))
		}
		s.archives = append(s.archives, archive)
	}
	db, err := sqlite.Open(ctx, file, sqlite.Config{Types: s.types})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.db = db
	cfg := odg.Config{Findings: findings}
	if len(s.archives) > 0 {
		cfg.Descriptors = s.archives
	}
	s.core = odg.New(db, cfg)
	return s, nil
}

func readFindings(path string, log zerolog.Logger) (*findingcfg.Config, error) {
	dir, name := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	data, err := strictyaml.ReadFile(os.DirFS(dir), name)
	if err != nil {
		return nil, err
	}
	cfg, warnings, err := findingcfg.Parse(path, data, findingcfg.Options{})
	for _, w := range warnings {
		log.Warn().Stringer("warning", w).Msg("findings configuration read")
	}
	return cfg, err
}

// Close releases what the site holds.
func (s *site) Close() error {
	var all []error
	for _, archive := range s.archives {
		all = append(all, archive.Close())
	}
	if s.db != nil {
		all = append(all, s.db.Close())
	}
	return errors.Join(all...)
}

// archives are searched one after the other.
type archives []*ctf.Archive

// Descriptor returns the first that is found.
func (a archives) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	for _, archive := range a {
		d, err := archive.Descriptor(ctx, id)
		if !errors.Is(err, component.ErrNotFound) {
			return d, err
		}
	}
	return nil, fmt.Errorf("component version %s: %w in %d archives", id, component.ErrNotFound, len(a))
}

// Versions returns those of all archives, each once.
func (a archives) Versions(ctx context.Context, name string) ([]string, error) {
	var all []string
	for _, archive := range a {
		versions, err := archive.Versions(ctx, name)
		if err != nil {
			return nil, err
		}
		all = append(all, versions...)
	}
	slices.SortFunc(all, component.CompareVersions)
	return slices.Compact(all), nil
}
