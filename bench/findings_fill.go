package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
)

// fill writes the estate into a database, as fast as the store takes it.
func (b *findingsBench) fill(ctx context.Context) (err error) {
	if b.estate, err = newEstate(b.findingsFlags.Rows); err != nil {
		return err
	}
	if b.url, err = b.database.Database(); err != nil {
		return err
	}
	db, err := postgres.Open(ctx, b.url, postgres.Config{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	findings := components * b.estate.versions * b.estate.each
	b.say("writing %d findings", findings)
	start := time.Now()
	if err := b.fillEstate(ctx, db); err != nil {
		return err
	}
	b.report.below("writing "+count(findings)+" findings", float64(findings)/time.Since(start).Seconds(), 0, "rows/s", "four writers, each component version by itself")
	decisions, err := b.estate.decisions(findings / 50)
	if err == nil {
		err = write(ctx, db, decisions)
	}
	for _, n := range b.Artefact {
		err = errors.Join(err, b.fillArtefact(ctx, db, n))
	}
	if err != nil {
		return err
	}
	return analyse(ctx, b.url)
}

// fillEstate writes one component version after the other, as they are scanned, four at
// a time: rows lie on disk as they do then.
func (b *findingsBench) fillEstate(ctx context.Context, db *postgres.Store) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for version := range b.estate.versions {
		for component := range components {
			group.Go(func() error { return write(ctx, db, b.estate.release(component, version)) })
		}
	}
	return group.Wait()
}

// write writes entries as they are.
func write(ctx context.Context, db *postgres.Store, all []metadata.Entry) error {
	_, err := db.Upsert(ctx, all, store.UpsertOptions{
		Now: day(11, 1), Retention: func(metadata.Type) metadata.Retention { return metadata.Retention{Disabled: true} },
	})
	return err
}

// fillArtefact writes an artefact with so many findings, every second of which somebody
// has decided about, and as many decisions about another version of it.
func (b *findingsBench) fillArtefact(ctx context.Context, db *postgres.Store, n int) error {
	id, earlier := scan{component: largeArtefact(n), version: "2.0.0"}.artefact(), scan{component: largeArtefact(n), version: "1.0.0"}.artefact()
	all := make([]metadata.Entry, 0, 2*n)
	for i := range n {
		s := sightings[i%len(sightings)]
		s.pkg += fmt.Sprint(i / len(sightings))
		finding, err := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
			Severity: s.severity(), PackageName: s.pkg, PackageVersion: &s.version, CVE: s.cve, CVSSScore: new(metadata.Number(s.score)), Summary: &s.summary,
		})
		if err != nil {
			return err
		}
		stamp := metadata.TimestampOf(day(9, 1))
		all = append(all, metadata.Entry{
			Artefact: id, Data: finding, DiscoveryDate: "2026-09-01",
			Meta: metadata.Meta{Datasource: metadata.SourceBDBA, Type: metadata.TypeVulnerability, CreationDate: stamp, LastUpdate: stamp},
		})
		scope := id
		if i%2 == 1 {
			scope = earlier
		}
		decided, err := decision(scope, metadata.VulnerabilityRef{PackageName: s.pkg, CVE: s.cve}, metadata.TypeVulnerability, "LOW", "ada", day(10, 1))
		if err != nil {
			return err
		}
		all = append(all, decided)
	}
	return write(ctx, db, all)
}

func largeArtefact(n int) string { return fmt.Sprintf("example.org/bench/large-%d", n) }
