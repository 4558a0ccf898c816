package main

import (
	"context"
	"fmt"

	"github.com/Masterminds/semver/v3"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/worker"
)

// The names that the scanner shares with the configuration files beside it.
const (
	service                        = "version-scanner"
	datasource metadata.Datasource = "version-scanner"
	unstable   metadata.Type       = "finding/unstable-version"
)

// unstableVersion is what is stored of a finding. ODG asks for the severity, which
// is the id of a category; all else is up to the scanner.
type unstableVersion struct {
	Severity string `json:"severity"`
	Stage    string `json:"stage"`
	Version  string `json:"version"`
}

// scanner finds artefacts whose version promises no stability.
type scanner struct {
	finding *findingcfg.Finding // says which stages matter, and for how long
	types   *metadata.Types     // gives findings the key that is configured
}

func newScanner(findings *findingcfg.Config) (scanner, error) {
	finding, ok := findings.For(unstable)
	if !ok {
		return scanner{}, fmt.Errorf("findings-cfg.yaml does not list %s; add it", unstable)
	}
	types, err := findings.Types()
	return scanner{finding, types}, err
}

// Scan implements [worker.Scanner]. The worker calls it for one artefact after the
// other, retries what fails, stores what is returned, and removes what an earlier
// scan had found and this one does not find any more.
func (s scanner) Scan(_ context.Context, id artefact.ID) (worker.Result, error) {
	version := artefact.Text(id.Local().Version)
	stage := stageOf(version)
	category, matters := s.finding.Category(stage)
	if !matters {
		return worker.Result{}, nil // scanned, nothing found
	}
	data, err := s.types.NewPayload(unstable, unstableVersion{Severity: category.ID, Stage: stage, Version: version})
	return worker.Result{Entries: []metadata.Entry{{
		Meta:                  metadata.Meta{Type: unstable},
		Data:                  data,
		AllowedProcessingTime: category.AllowedProcessingTime.Raw(),
	}}}, err
}

// stageOf says what Semantic Versioning promises of a version; nothing about texts
// that are no versions.
func stageOf(text string) string {
	version, err := semver.NewVersion(text)
	switch {
	case err != nil:
		return "no-version"
	case version.Prerelease() != "":
		return "pre-release"
	case version.Major() == 0:
		return "initial-development"
	}
	return "stable"
}
