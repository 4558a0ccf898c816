package extcfg

import (
	"slices"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Extension is what an enumeration must know of an extension that works on
// artefacts.
type Extension struct {
	// Service is its id in the backlog.
	Service string
	// Kinds are those of the artefacts that it works on; empty means all.
	Kinds []artefact.Kind
	// FindingTypes are those of which the configuration of at least one must exist
	// and match the artefact; empty means that none is asked.
	FindingTypes []metadata.Type
	// Interval is the time after which an artefact is due again.
	Interval time.Duration
	// CountsScans tells that an artefact is also due when the number of its scan
	// infos changes.
	CountsScans bool
}

// Works tells if the extension works on artefacts of kind k.
func (e Extension) Works(k artefact.Kind) bool {
	return len(e.Kinds) == 0 || slices.Contains(e.Kinds, k)
}

// timed are sections whose extension works through a backlog.
type timed interface {
	section
	interval() time.Duration
}

// Active returns the extensions that are configured and enabled and work on
// artefacts through the backlog, in the order in which ODG handles them, custom
// extensions last. GHAS is not among them, it runs on a schedule.
func (c *Config) Active() []Extension {
	resources, sources := []artefact.Kind{artefact.KindResource}, []artefact.Kind{artefact.KindSource}
	var active []Extension
	add := func(s timed, e Extension) {
		if s.common().Enabled {
			e.Service, e.Interval = s.common().Service, s.interval()
			active = append(active, e)
		}
	}
	if c.BDBA != nil {
		add(c.BDBA, Extension{Kinds: resources, FindingTypes: []metadata.Type{metadata.TypeVulnerability, metadata.TypeLicense}})
	}
	if c.BlackDuck != nil {
		add(c.BlackDuck, Extension{Kinds: resources})
	}
	if c.ClamAV != nil {
		add(c.ClamAV, Extension{Kinds: resources, FindingTypes: []metadata.Type{metadata.TypeMalware}})
	}
	if c.Crypto != nil {
		add(c.Crypto, Extension{Kinds: resources, FindingTypes: []metadata.Type{metadata.TypeCrypto}})
	}
	if c.IssueReplicator != nil {
		add(c.IssueReplicator, Extension{CountsScans: true})
	}
	if c.Responsibles != nil {
		add(c.Responsibles, Extension{})
	}
	if c.SAST != nil {
		add(c.SAST, Extension{Kinds: sources, FindingTypes: []metadata.Type{metadata.TypeSAST}})
	}
	if c.OSID != nil {
		add(c.OSID, Extension{Kinds: resources, FindingTypes: []metadata.Type{metadata.TypeOSIDFinding}})
	}
	if c.SBOMGenerator != nil {
		add(c.SBOMGenerator, Extension{Kinds: resources})
	}
	return append(active, c.activeCustom()...)
}

func (c *Config) activeCustom() []Extension {
	var active []Extension
	for _, e := range c.CustomExtensions {
		if e.Enabled {
			active = append(active, Extension{
				Service: e.Service, Kinds: e.Kinds, FindingTypes: e.FindingTypes, Interval: e.Interval,
			})
		}
	}
	return active
}
