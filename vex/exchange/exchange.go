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

// known is what is stored about vulnerabilities.
type known struct {
	findings   []metadata.Entry
	rescorings []metadata.Entry
	others     []metadata.Entry // of which artefacts and packages are known
}

// read reads what is known of some artefacts, and the rescorings in which they may be.
func (x *Exchange) read(ctx context.Context, artefacts, decided []store.Selector) (k known, err error) {
	if k.findings, err = x.query(ctx, store.Query{Types: []metadata.Type{metadata.TypeVulnerability}, Artefacts: artefacts}); err != nil {
		return k, err
	}
	if k.others, err = x.query(ctx, store.Query{
		Types: []metadata.Type{metadata.TypeStructureInfo, metadata.TypeScanInfo, metadata.TypeSnapshot}, Artefacts: artefacts,
	}); err != nil {
		return k, err
	}
	k.rescorings, err = x.query(ctx, store.Query{
		Types: []metadata.Type{metadata.TypeRescoring}, ReferencedTypes: []metadata.Type{metadata.TypeVulnerability}, Artefacts: decided,
	})
	return k, err
}

func (x *Exchange) query(ctx context.Context, q store.Query) ([]metadata.Entry, error) {
	var list []metadata.Entry
	for e, err := range x.core.QueryMetadata(ctx, q) {
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}
