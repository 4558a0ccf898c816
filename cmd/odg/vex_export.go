package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/vex"
)

type vexExportCmd struct {
	place
	releaseFlags
	Format string `enum:"openvex,cyclonedx" required:"" short:"o" aliases:"output" help:"openvex (0.2.0) or cyclonedx (1.6), both in JSON."`
	Author string `default:"Open Delivery Gear" placeholder:"NAME" help:"Who issues the document."`
}

// releaseFlags name a component version.
type releaseFlags struct {
	Component string `required:"" placeholder:"NAME" help:"Name of the component."`
	Version   string `required:"" placeholder:"VERSION" help:"Version of the component."`
}

func (f releaseFlags) String() string { return f.Component + ":" + f.Version }

// Help explains the statuses.
func (c *vexExportCmd) Help() string {
	return `Every vulnerability that was found in the component version is in the document: as not_affected or fixed if it was rescored to a
category with the value 0, as affected if it was rescored to another one, else as under_investigation. Components that it refers to are
not part of it. What VEX has no words for, such as the category and the end of a decision, is written as properties (CycloneDX) or into
the status notes (OpenVEX), where odg vex import finds it again.

Exit codes: 0 written, 2 wrong usage, or nothing is known of the component version.`
}

// Run exports.
func (c *vexExportCmd) Run(ctx context.Context, t *terminal) error {
	site, err := c.openReadOnly(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	known, err := site.vulnerabilities(ctx, true)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(slices.Concat(known.findings, known.others), c.has) {
		return usageError(fmt.Errorf("nothing is known of %s; \"odg report --format json\" names the component versions", c))
	}
	doc := vex.Export(vex.Holding{
		Component: c.Component, Version: c.Version, Findings: known.findings, Rescorings: known.rescorings,
		Config: known.config, Author: c.Author, Now: site.present,
	})
	if len(doc.Statements) == 0 {
		return usageError(errors.New("no vulnerability was found in " + c.String() + ", and a VEX document must say something"))
	}
	return vex.Encode(t.stdout, doc, vex.Format(c.Format))
}

// has tells if an entry is about the component version itself.
func (f releaseFlags) has(e metadata.Entry) bool {
	return artefact.Text(e.Artefact.ComponentName) == f.Component && artefact.Text(e.Artefact.ComponentVersion) == f.Version
}
