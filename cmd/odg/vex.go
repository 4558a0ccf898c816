package main

import (
	"github.com/opendeliverygear/odg/vex/exchange"
)

type vexCmd struct {
	Import vexImportCmd `cmd:"" help:"Take over what VEX documents say of vulnerabilities, as rescorings."`
	Export vexExportCmd `cmd:"" help:"Write a VEX document for a component version."`
}

// exchange is where documents come in and go out.
func (s *site) exchange() *exchange.Exchange {
	return exchange.New(s.core, exchange.Config{Findings: s.findings, Now: s.today})
}
