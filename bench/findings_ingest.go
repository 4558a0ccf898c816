package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
)

// ingest measures what it costs to keep how findings stand: the same findings are put
// into a server that is configured to judge them, and into one that is not, and then
// into their stores. Each has ten versions of the artefact, and decisions about a fifth
// of its findings.
func (b *findingsBench) ingest(ctx context.Context) (err error) {
	b.say("ingest with and without effective values")
	with, err := b.newIntake(ctx, findingsConfig)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, with.close()) }()
	without, err := b.newIntake(ctx, "[]\n")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, without.close()) }()
	for _, way := range []struct {
		name string
		of   func(*intake) trial
		aim  float64
	}{
		{"PUT of 5,000 with effective values, and without", (*intake).request, maxOfIngest},
		{"the same, without HTTP", (*intake).write, 0},
	} {
		ours, limit, err := compare(ctx, min(b.findingsFlags.Repeat, 9), way.of(with), way.of(without))
		if err != nil {
			return err
		}
		b.report.atMost(way.name, ours, limit, way.aim)
	}
	return nil
}

// intake takes scans.
type intake struct {
	server *server
	store  *postgres.Store
	number int // of the last version
}

// newIntake returns one with some earlier scans, and decisions.
func (b *findingsBench) newIntake(ctx context.Context, config string) (*intake, error) {
	url, err := b.database.Database()
	if err != nil {
		return nil, err
	}
	cfg, _, err := findingcfg.Parse("findings.yaml", []byte(config), findingcfg.Options{})
	if err != nil {
		return nil, err
	}
	db, err := postgres.Open(ctx, url, postgres.Config{})
	if err != nil {
		return nil, err
	}
	in := &intake{store: db.WithRules(cfg, rescore.Options{})}
	if in.server, err = b.serveWith(ctx, url, config); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	for range 10 {
		if err = errors.Join(err, in.server.put(ctx, in.next())); err != nil {
			break
		}
	}
	err = errors.Join(err, in.decide(ctx), b.settled(ctx, url), analyse(ctx, url))
	if err != nil {
		return nil, errors.Join(err, in.close())
	}
	return in, nil
}

func (in *intake) close() error { return errors.Join(in.server.stop(), in.store.Close()) }

// decide takes decisions about every fifth finding, for all versions.
func (in *intake) decide(ctx context.Context) error {
	var all []metadata.Entry
	for i := 0; i < len(sightings); i += 5 {
		scope := scan{component: componentName}.artefact()
		scope.ComponentVersion, scope.Artefact.Version = nil, nil
		d, err := decision(scope, metadata.VulnerabilityRef{PackageName: sightings[i].pkg, CVE: sightings[i].cve},
			metadata.TypeVulnerability, "LOW", "ada", day(10, 1))
		if err != nil {
			return err
		}
		all = append(all, d)
	}
	body, err := json.Marshal(map[string]any{"entries": all})
	if err != nil {
		return err
	}
	return in.server.put(ctx, body)
}

// next is the scan of another version.
func (in *intake) next() []byte {
	in.number++
	return release(fmt.Sprintf("1.%d.0", in.number), day(9, 1+in.number%30)).body(vulnerabilities)
}

// request takes a scan over HTTP.
func (in *intake) request() trial {
	var body []byte
	return trial{
		func(context.Context, int) error { body = in.next(); return nil },
		func(ctx context.Context, _ int) error { return in.server.put(ctx, body) },
	}
}

// write takes a scan as the store does.
func (in *intake) write() trial {
	var all []metadata.Entry
	return trial{
		func(context.Context, int) (err error) {
			all, err = metadata.BuiltinTypes().ParseEntries(in.next())
			return err
		},
		func(ctx context.Context, _ int) error {
			_, err := in.store.Upsert(ctx, all, store.UpsertOptions{Now: day(11, 1)})
			return err
		},
	}
}
