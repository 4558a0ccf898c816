package main

import (
	"context"
	"errors"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

type vexCmd struct {
	Import vexImportCmd `cmd:"" help:"Take over what VEX documents say of vulnerabilities, as rescorings."`
	Export vexExportCmd `cmd:"" help:"Write a VEX document for a component version."`
}

// vulnerabilities is what is stored about them, whichever artefacts are active.
type vulnerabilities struct {
	config     *findingcfg.Finding
	findings   []metadata.Entry
	rescorings []metadata.Entry
	others     []metadata.Entry // of which artefacts and packages are known
}

// others are the types of entries that tell which artefacts and packages there are.
var others = []metadata.Type{metadata.TypeStructureInfo, metadata.TypeScanInfo, metadata.TypeSnapshot}

// vulnerabilities reads what is known, of all artefacts; with others, also the
// artefacts and packages in which nothing was found.
func (s *site) vulnerabilities(ctx context.Context, withOthers bool) (v vulnerabilities, err error) {
	var configured bool
	if v.config, configured = s.findings.For(metadata.TypeVulnerability); !configured {
		return v, usageError(errors.New(findingsFile + " does not configure finding/vulnerability; VEX is about nothing else"))
	}
	if v.findings, err = s.entries(ctx, store.Query{Types: []metadata.Type{metadata.TypeVulnerability}}); err != nil {
		return v, err
	}
	v.rescorings, err = s.entries(ctx, store.Query{
		Types: []metadata.Type{metadata.TypeRescoring}, ReferencedTypes: []metadata.Type{metadata.TypeVulnerability},
	})
	if err == nil && withOthers {
		v.others, err = s.entries(ctx, store.Query{Types: others})
	}
	return v, err
}

func (s *site) entries(ctx context.Context, q store.Query) ([]metadata.Entry, error) {
	var list []metadata.Entry
	for e, err := range s.core.QueryMetadata(ctx, q) {
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}
