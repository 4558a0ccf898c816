package httpapi

import (
	"context"
	"iter"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/responsible"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/sprint"
	"github.com/opendeliverygear/odg/store"
)

// Core is what the server needs of ODG Core; *odg.Core is one.
type Core interface {
	PutMetadata(ctx context.Context, entries []metadata.Entry) error
	DeleteMetadata(ctx context.Context, entries []metadata.Entry) error
	QueryMetadata(ctx context.Context, q store.Query) iter.Seq2[metadata.Entry, error]
	AsOf(ctx context.Context, q store.Query, at time.Time) iter.Seq2[metadata.Entry, error]
	Search(ctx context.Context, r search.Request) (search.Result, error)
	Changes(ctx context.Context, since store.Cursor, types []metadata.Type) iter.Seq2[store.Event, error]
	Proposals(ctx context.Context, id artefact.ID, types ...metadata.Type) iter.Seq2[proposal.Proposal, error]
	Rescore(ctx context.Context, rescorings []metadata.Entry) error
	Explain(ctx context.Context, id string) (explain.Explanation, error)
	History(ctx context.Context, id string) (odg.Life, error)
	SLA(ctx context.Context, r odg.Release) (odg.Evidence, error)
	Compliance(ctx context.Context, components []*component.Descriptor, types []metadata.Type) ([]odg.ComponentStanding, error)
}

// Defaults of [Config].
const (
	DefaultMaxBodyBytes = 256 << 20
	DefaultMaxBlobBytes = 1 << 30
	DefaultIdleTimeout  = 30 * time.Second

	DefaultMaxArtefactBytes = 64 << 30
	DefaultMaxDownloads     = 4
)

// Config says how the server behaves. The zero Config works: no component
// repository, browsers of this machine only.
type Config struct {
	// Types knows the payloads; nil means [metadata.BuiltinTypes].
	Types *metadata.Types

	// Components is where component descriptors are looked up; nil means that
	// there are none.
	Components component.VersionFinder

	// Repository opens the repository that an ocm_repo_url names. It is asked
	// before Components. Nil, or an error that wraps [component.ErrNotFound],
	// leaves the url out of account.
	Repository func(ctx context.Context, url string) (component.VersionFinder, error)

	// Findings, Extensions and Features are the configuration that GET /features
	// tells to the web UI; a part that is nil is not configured.
	Findings   *findingcfg.Config
	Extensions *extcfg.Config
	Features   *corecfg.Features

	// Mappings are the OCM repositories that GET /features tells; nil means none.
	Mappings *corecfg.Mappings

	// Profiles restrict what GET /features tells, the default one first; empty means
	// one that is called default and restricts nothing.
	Profiles corecfg.Profiles

	// AddressBook adds names, mail addresses and logins to those who are responsible for
	// components; nil adds nothing.
	AddressBook *responsible.AddressBook

	// Sprints are those in which findings are due; nil means that there are none.
	Sprints *sprint.Config

	// UnknownSeverities tells which severities of stored entries are no category of
	// Findings, for GET /ready?verbose; nil means that nobody has looked.
	UnknownSeverities func() []store.SeverityCount

	// Blobs keeps what /blob is sent; nil means that there is no place for it.
	Blobs store.Blobs

	// Cache is told what DELETE /cache is asked for; nil means that nobody has
	// cached anything.
	Cache Cache

	// Backlog is what waits to be scanned, Runtime what runs without being part of a
	// component, Workloads how the extensions do; nil means that this is not known.
	Backlog   Backlog
	Runtime   RuntimeArtefacts
	Workloads Workloads

	// LocalUser is who decides: the author of every rescoring that is posted, whatever it
	// says, as long as there is no login. Empty means that nobody is known, and nobody may
	// rescore.
	LocalUser string

	// Scopes say which rescorings apply, as they do in the core.
	Scopes rescore.Options

	// Namespace is that of the cluster in which the extensions run, for people to
	// read; empty means that they do not run in any.
	Namespace string

	// BaseURL is where browsers reach this server, such as https://odg.example.org.
	// Origins of the same site may send requests from browsers.
	BaseURL string

	// Origins are further origins that may, such as https://ui.example.org.
	Origins []string

	// Configuration tells the state of the configuration files to GET
	// /ready?verbose; nil means that the server works by what it was made with.
	Configuration func() Configuration

	// MaxBodyBytes limits request bodies after decompression, in bytes;
	// [DefaultMaxBodyBytes] if 0.
	MaxBodyBytes int64

	// MaxBlobBytes limits what is uploaded to /blob, in bytes; [DefaultMaxBlobBytes]
	// if 0.
	MaxBlobBytes int64

	// MaxArtefactBytes limits an artefact that GET /ocm/artefacts/blob streams, in bytes
	// both as it is stored and inflated; [DefaultMaxArtefactBytes] if 0.
	MaxArtefactBytes int64

	// MaxDownloads is how many artefacts are streamed at a time; [DefaultMaxDownloads]
	// if 0. More wait for IdleTimeout, then they are answered 503. Each may hold a
	// connection to a registry for as long as its client takes, so this should be less
	// than the registry allows, else component descriptors wait for downloads.
	MaxDownloads int

	// IdleTimeout is how long a client may neither send nor take anything in the
	// middle of a request; [DefaultIdleTimeout] if 0.
	IdleTimeout time.Duration

	// Log gets one line per request; the zero value is silent.
	Log zerolog.Logger

	// Registry gets the metrics, unless an earlier server registered them there; nil
	// means one of the server's own.
	Registry *prometheus.Registry

	// ServeMetrics serves the metrics as /metrics as well, open to everyone.
	ServeMetrics bool

	// Now is the clock; nil means [time.Now].
	Now func() time.Time
}

func (c Config) withDefaults() Config {
	if c.Types == nil {
		c.Types = metadata.BuiltinTypes()
	}
	if c.Features == nil {
		c.Features = &corecfg.Features{}
	}
	if c.MaxBodyBytes == 0 {
		c.MaxBodyBytes = DefaultMaxBodyBytes
	}
	if c.MaxBlobBytes == 0 {
		c.MaxBlobBytes = DefaultMaxBlobBytes
	}
	if c.MaxArtefactBytes == 0 {
		c.MaxArtefactBytes = DefaultMaxArtefactBytes
	}
	if c.MaxDownloads <= 0 {
		c.MaxDownloads = DefaultMaxDownloads
	}
	if c.IdleTimeout == 0 {
		c.IdleTimeout = DefaultIdleTimeout
	}
	if c.Registry == nil {
		c.Registry = prometheus.NewRegistry()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
