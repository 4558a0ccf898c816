package exchange

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
)

// Core is what is needed of ODG Core; *odg.Core is one.
type Core interface {
	// QueryMetadata streams the entries that q selects.
	QueryMetadata(ctx context.Context, q store.Query) iter.Seq2[metadata.Entry, error]
	// Rescore stores rescorings, all or none.
	Rescore(ctx context.Context, rescorings []metadata.Entry) error
}

// Config says by which rules documents are read. The zero Config has no configuration of
// vulnerabilities, so that nothing can be exchanged.
type Config struct {
	Findings *findingcfg.Config
	// Scopes say which rescorings apply.
	Scopes rescore.Options
	// Now is the clock; nil means [time.Now].
	Now func() time.Time
}

// ErrNotConfigured says that the configuration has no finding/vulnerability.
var ErrNotConfigured = errors.New("finding/vulnerability is not configured, and VEX is about nothing else")

// Exchange reads and writes documents. It is safe for concurrent use if its core is.
type Exchange struct {
	core Core
	cfg  Config
}

// New returns an exchange over a core.
func New(core Core, cfg Config) *Exchange {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Findings == nil {
		cfg.Findings = &findingcfg.Config{}
	}
	return &Exchange{core, cfg}
}

func (x *Exchange) config() (*findingcfg.Finding, error) {
	cfg, ok := x.cfg.Findings.For(metadata.TypeVulnerability)
	if !ok {
		return nil, ErrNotConfigured
	}
	return cfg, nil
}

// query hands over what q selects.
func (x *Exchange) query(ctx context.Context, q store.Query, use func(metadata.Entry)) error {
	for e, err := range x.core.QueryMetadata(ctx, q) {
		if err != nil {
			return err
		}
		use(e)
	}
	return nil
}

// others are the types of entries that tell which artefacts and packages there are,
// besides vulnerabilities.
var others = []metadata.Type{metadata.TypeStructureInfo, metadata.TypeScanInfo, metadata.TypeSnapshot}

// rescorings reads the decisions about vulnerabilities in some scopes; none means all.
func (x *Exchange) rescorings(ctx context.Context, scopes ...store.Selector) (list []metadata.Entry, err error) {
	err = x.query(ctx, store.Query{
		Types: []metadata.Type{metadata.TypeRescoring}, ReferencedTypes: []metadata.Type{metadata.TypeVulnerability}, Artefacts: scopes,
	}, func(e metadata.Entry) { list = append(list, e) })
	return list, err
}
