package main

import (
	"context"

	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/internal/delivery"
	"github.com/opendeliverygear/odg/internal/workload"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/osid"
	"github.com/opendeliverygear/odg/scan/osid/eol"
	"github.com/opendeliverygear/odg/worker"
)

// extension is a scanner that this program has.
type extension struct {
	// section returns its section of the configuration, nil if it has none.
	section    func(*extcfg.Config) *extcfg.Scanner
	datasource metadata.Datasource
	types      []metadata.Type
	// scanner returns the scanner by a configuration.
	scanner func(c workload.Configuration, from *delivery.Repositories, data eol.Products) worker.Scanner
}

// extensions are those that this program has, by service id.
var extensions = map[string]extension{
	osid.Service: {
		section: func(c *extcfg.Config) *extcfg.Scanner {
			if c.OSID == nil {
				return nil
			}
			return &c.OSID.Scanner
		},
		datasource: metadata.SourceOSID,
		types:      []metadata.Type{metadata.TypeOSID, metadata.TypeOSIDFinding},
		scanner: func(c workload.Configuration, from *delivery.Repositories, data eol.Products) worker.Scanner {
			finding, _ := c.Findings.For(metadata.TypeOSIDFinding) // without one, there are no findings
			return osid.New(delivery.ByArtefact{Repositories: from}, data, finding, osid.Config{})
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
