package main

import (
	"fmt"
	"os"

	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/internal/delivery"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/osid"
	"github.com/opendeliverygear/odg/scan/osid/eol"
	"github.com/opendeliverygear/odg/scan/responsibles"
	"github.com/opendeliverygear/odg/scan/responsibles/github"
	"github.com/opendeliverygear/odg/worker"
)

// secretFlags say where secrets are.
type secretFlags struct {
	Secrets string `name:"secret-factory-path" env:"SECRET_FACTORY_PATH" type:"existingdir" placeholder:"DIR" help:"Folder of secrets, of which those in the folder github (api_url, auth_token, repo_urls) ask who is in the teams that rules of responsibles name."`
}

// teams returns who is asked for the members of teams, nil if nobody is.
func (f secretFlags) teams() (responsibles.Teams, error) {
	if f.Secrets == "" {
		return nil, nil
	}
	teams, err := github.Open(f.Secrets)
	if err != nil {
		return nil, usageError(err)
	}
	return teams, nil
}

// extension is one that works in this process.
type extension struct {
	service     string
	doing, done string // with artefacts, for people
	scanner     worker.Scanner
	config      worker.Config // what is its own in there
}

// here returns the extensions that are configured and enabled and part of this program.
func (s *site) here(data eol.Products) (list []extension) {
	if s.worksOn(osid.Service) {
		finding, _ := s.findings.For(metadata.TypeOSIDFinding)
		list = append(list, extension{
			service: osid.Service, doing: "scanning", done: "scanned",
			scanner: osid.New(delivery.ByArtefact{Repositories: s.components}, data, finding, osid.Config{Now: s.today}),
			config: worker.Config{
				Datasource: metadata.SourceOSID, Types: []metadata.Type{metadata.TypeOSID, metadata.TypeOSIDFinding},
				OnUnsupported: s.extensions.OSID.OnUnsupported,
			},
		})
	}
	if s.worksOn(responsibles.Service) {
		components := responsibles.Descriptors{Resolver: s.components, Book: s.addressBook}
		list = append(list, extension{
			service: responsibles.Service, doing: "assigning", done: "assigned",
			scanner: responsibles.New(components, responsibles.Config{Rules: s.extensions.Responsibles, Findings: s.findings, Teams: s.teams}),
			config: worker.Config{
				Datasource: metadata.SourceResponsibles, Types: []metadata.Type{metadata.TypeResponsibles}, NoScanInfo: true,
			},
		})
	}
	return list
}

// worksOn tells if an extension works in this process. There may be items from when it
// did.
func (s *site) worksOn(service string) bool {
	switch service {
	case osid.Service:
		return s.extensions.OSID != nil && s.extensions.OSID.Enabled
	case extcfg.ServiceResponsibles:
		return s.extensions.Responsibles != nil && s.extensions.Responsibles.Enabled
	}
	return false
}

// worker returns a worker for an extension, of which cfg says the rest.
func (s *site) worker(e extension, cfg worker.Config) *worker.Worker {
	host, _ := os.Hostname() // for people to read only
	cfg.Service, cfg.Datasource, cfg.Types = e.service, e.config.Datasource, e.config.Types
	cfg.OnUnsupported, cfg.NoScanInfo, cfg.Findings = e.config.OnUnsupported, e.config.NoScanInfo, s.findings
	cfg.Holder, cfg.Now = fmt.Sprintf("%s/%d", host, os.Getpid()), s.now
	return worker.New(s.queue, s.core, e.scanner, cfg)
}
