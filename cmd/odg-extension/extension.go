package main

import (
	"context"

	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/internal/delivery"
	"github.com/opendeliverygear/odg/internal/workload"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/osid"
	"github.com/opendeliverygear/odg/scan/osid/eol"
	"github.com/opendeliverygear/odg/scan/responsibles"
	"github.com/opendeliverygear/odg/scan/responsibles/github"
	"github.com/opendeliverygear/odg/worker"
)

// extension is one that this program has.
type extension struct {
	// section returns its section of the configuration, nil if it has none.
	section func(*extcfg.Config) *section
	// scanner returns the scanner by a configuration.
	scanner func(tools) (worker.Scanner, error)
	// config has what is the extension's own.
	config worker.Config
}

// section is what the sections of extensions have in common.
type section struct {
	extcfg.Connected
	unsupported extcfg.Unsupported
}

// tools are what scanners are made with.
type tools struct {
	workload.Configuration
	core         *client.Client
	repositories *delivery.Repositories
	data         eol.Products
	secrets      string // their folder; empty if there is none
}

// extensions are those that this program has, by service id.
var extensions = map[string]extension{
	osid.Service: {
		section: func(c *extcfg.Config) *section {
			if c.OSID == nil {
				return nil
			}
			return &section{c.OSID.Connected, c.OSID.OnUnsupported}
		},
		scanner: func(t tools) (worker.Scanner, error) {
			finding, _ := t.Findings.For(metadata.TypeOSIDFinding) // without one, there are no findings
			return osid.New(delivery.ByArtefact{Repositories: t.repositories}, t.data, finding, osid.Config{}), nil
		},
		config: worker.Config{
			Datasource: metadata.SourceOSID, Types: []metadata.Type{metadata.TypeOSID, metadata.TypeOSIDFinding},
		},
	},
	responsibles.Service: {
		section: func(c *extcfg.Config) *section {
			if c.Responsibles == nil {
				return nil
			}
			return &section{Connected: c.Responsibles.Connected}
		},
		// Components are looked up by the core, which has the address book.
		scanner: func(t tools) (worker.Scanner, error) {
			cfg := responsibles.Config{Rules: t.Extensions.Responsibles, Findings: t.Findings}
			if t.secrets != "" {
				teams, err := github.Open(t.secrets)
				if err != nil {
					return nil, err
				}
				cfg.Teams = teams
			}
			return responsibles.New(t.core.Components(client.Lookup{}), cfg), nil
		},
		config: worker.Config{
			Datasource: metadata.SourceResponsibles, Types: []metadata.Type{metadata.TypeResponsibles}, NoScanInfo: true,
		},
	},
}

// endOfLife returns the data at a place, the embedded if it is empty.
func endOfLife(ctx context.Context, place string) (eol.Products, error) {
	if place == "" {
		return eol.Embedded(), nil
	}
	return eol.Open(ctx, place)
}
