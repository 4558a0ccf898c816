package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/store/memory"
)

// place says where configuration and database are. Commands embed it.
type place struct {
	Config string `env:"ODG_CONFIG" default:"." type:"existingdir" placeholder:"DIR" help:"Folder with extensions-cfg.yaml, findings-cfg.yaml and optionally runtime-artefacts/*.yaml (default: here)."`
	DB     string `env:"ODG_DB" placeholder:"FILE" help:"SQLite database (default: odg.db in the configuration's folder). Commands that write make it if it does not exist."`
	Now    string `placeholder:"TIME" help:"Take TIME as the present, such as 2026-11-01 or 2026-11-01T12:00:00Z (UTC if no offset)."`
}

func (p place) database() string {
	if p.DB != "" {
		return p.DB
	}
	return filepath.Join(p.Config, "odg.db")
}

// existingDatabase is for commands that only read.
func (p place) existingDatabase() (string, error) {
	path := p.database()
	if _, err := os.Stat(path); err != nil {
		return "", usageError(fmt.Errorf("open database: %w; run \"odg run --config %s\" first, or name the file with --db", err, p.Config))
	}
	return path, nil
}

// clock returns the present: the machine's, or one that starts at --now and runs
// as fast, so that leases and back-off work as usual.
func (p place) clock() (func() time.Time, error) {
	if p.Now == "" {
		return time.Now, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.Parse(layout, p.Now); err == nil {
			began := time.Now()
			return func() time.Time { return at.Add(time.Since(began)) }, nil
		}
	}
	return nil, usageError(fmt.Errorf("--now=%s is no time; write 2026-11-01 or 2026-11-01T12:00:00Z", p.Now))
}

// openForPlan opens the site for reading; without a database, an empty one in
// memory stands for it, so that a dry run leaves no trace.
func (p place) openForPlan(ctx context.Context, t *terminal) (*site, error) {
	if _, err := os.Stat(p.database()); err == nil {
		return p.openReadOnly(ctx, t)
	}
	s, err := p.load(t)
	if err != nil {
		return nil, err
	}
	s.queue = backlog.NewMemory(backlog.MemoryConfig{Now: s.now})
	s.core = odg.New(memory.New(), odg.Config{Findings: s.findings, Now: s.now})
	return s, nil
}
