package main

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/internal/delivery"
	"github.com/opendeliverygear/odg/internal/inuse"
	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/internal/serve"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
)

// site is what the server serves. The database, the archives and the metrics stay
// for as long as it runs; everything else is made anew for a new configuration.
type site struct {
	flags    flags
	log      zerolog.Logger
	registry *prometheus.Registry
	watcher  *reload.Watcher
	api      serve.Swap
	inUse    *inuse.Check

	cluster  *view  // nil if there is none
	db       opened // nil until the first sound configuration
	archives delivery.Archives
	shelf    *cached.Shelf // of the database, nil if it keeps no descriptors
	kept     shelfMetrics
	caches   cacheMetrics
	settler  *settler
	late     atomic.Int64 // values that are still to become stale
}

// apply serves by other files from now on, or, with an error, goes on as before.
// Requests that have begun end by the files with which they began.
func (s *site) apply(ctx context.Context, files reload.Files) error {
	c, err := s.flags.files.configuration(files, s.log)
	if err != nil {
		return usage(err)
	}
	s.archives.Refresh()
	repositories, err := s.repositories(c.mappings)
	if err != nil {
		return usage(err)
	}
	if s.db == nil { // wrong files show before anything is done
		if s.db, err = s.flags.database.open(ctx, s.log); err != nil {
			return err
		}
		s.openShelf()
	}
	repositories.shelf = s.shelf
	s.caches.follow(repositories)
	s.api.Set(s.serverFor(c, repositories))
	return nil
}

// serverFor returns the API by a configuration and its repositories.
func (s *site) serverFor(c configuration, r *repositories) *httpapi.Server {
	core := odg.Config{Findings: c.findings, Sprints: c.sprints, PeerScopes: s.flags.PeerScopes}
	api := httpapi.Config{
		Types: c.types, Findings: c.findings, Extensions: c.extensions, Features: c.features,
		Mappings: c.mappings, Profiles: c.profiles, Sprints: c.sprints, AddressBook: c.addressBook,
		LocalUser: s.flags.LocalUser, Scopes: rescore.Options{PeerScopes: s.flags.PeerScopes}, BaseURL: s.flags.BaseURL, Origins: s.flags.CORSOrigin, MaxBodyBytes: s.flags.MaxBodyBytes, MaxBlobBytes: s.flags.MaxBlobBytes,
		Log: s.log, Registry: s.registry, ServeMetrics: s.flags.ServeMetrics,
		Configuration: func() httpapi.Configuration { return httpapi.Configuration(s.watcher.State()) },

		UnknownSeverities: s.inUse.Found,
	}
	mapped := c.mappings != nil && len(names(c.mappings)) > 0
	if mapped || len(s.flags.OCMRepository) > 0 {
		core.Descriptors, api.Components = r.all, r.all
	}
	if mapped || len(s.flags.AllowHost) > 0 {
		api.Repository = r.open // else an ocm_repo_url is left out of account
	}
	if s.cluster != nil {
		api.Backlog, api.Runtime, api.Workloads, api.Namespace = s.cluster, s.cluster, s.cluster, s.flags.K8sNamespace
	}
	db := s.db.under(c, rescore.Options{PeerScopes: s.flags.PeerScopes})
	s.settler.follow(db)
	api.Blobs, _ = db.(store.Blobs)
	api.Cache = marks{s}
	made := odg.New(db, core)
	s.inUse.Follow(made)
	return httpapi.New(made, api)
}

// Close releases what the site holds.
func (s *site) Close() error {
	s.flush()
	err := s.archives.Close()
	if s.db != nil {
		err = errors.Join(err, s.db.Close())
	}
	return err
}
