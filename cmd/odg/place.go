package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/delivery"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/responsibles"
	"github.com/opendeliverygear/odg/store/memory"
)

// place says where configuration and database are. Commands embed it.
type place struct {
	Config string `env:"ODG_CONFIG" default:"." type:"existingdir" placeholder:"DIR" help:"Folder with extensions-cfg.yaml, findings-cfg.yaml and optionally runtime-artefacts/*.yaml (default: here)."`
	DB     string `env:"ODG_DB" placeholder:"FILE" help:"SQLite database (default: odg.db in the configuration's folder). Commands that write make it if it does not exist."`
	Now    string `placeholder:"TIME" help:"Take TIME as the present, such as 2026-11-01 or 2026-11-01T12:00:00Z (UTC if no offset)."`

	// access is what commands that read components may ask; others ask nobody.
	access delivery.Access
	// teams is who those ask that find out who is responsible; nil is nobody.
	teams responsibles.Teams
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
	info, err := os.Stat(path)
	if err != nil {
		return "", usageError(fmt.Errorf("open database: %w; run \"odg run --config %s\" first, or name the file with --db", err, p.Config))
	}
	if mode := info.Mode(); !mode.IsRegular() && !mode.IsDir() {
		return "", usageError(fmt.Errorf("open database %s: it is no file; name one with --db", path))
	}
	return path, nil
}

// clock returns the present, and a clock that runs on from it.
func (p place) clock() (present time.Time, now func() time.Time, err error) {
	if p.Now == "" {
		return time.Now(), time.Now, nil
	}
	present, err = metadata.Timestamp(p.Now).Time()
	if err != nil {
		return time.Time{}, nil, usageError(fmt.Errorf("--now=%s is no time; write 2026-11-01 or 2026-11-01T12:00:00Z", p.Now))
	}
	began := time.Now()
	return present, func() time.Time { return present.Add(time.Since(began)) }, nil
}

// openForPlan opens the site for reading; without a database, an empty one in
// memory stands for it, so that a dry run leaves no trace.
func (p place) openForPlan(ctx context.Context, t *terminal) (*site, error) {
	_, err := os.Stat(p.database())
	if folder, ferr := os.Stat(filepath.Dir(p.database())); err == nil || ferr != nil || !folder.IsDir() {
		return p.openReadOnly(ctx, t)
	}
	s, err := p.load(t)
	if err != nil {
		return nil, err
	}
	s.queue = backlog.NewMemory(backlog.MemoryConfig{Now: s.now})
	s.core = odg.New(memory.New(), odg.Config{Findings: s.findings, Now: s.today})
	return s, nil
}

// maxParallel keeps --parallel from exhausting the machine.
const maxParallel = 256

func checkParallel(n int) error {
	if n < 1 || n > maxParallel {
		return usageError(fmt.Errorf("--parallel=%d is out of range; write a number from 1 to %d", n, maxParallel))
	}
	return nil
}
