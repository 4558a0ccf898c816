package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/vex"
	"github.com/opendeliverygear/odg/vex/exchange"
)

type vexExportCmd struct {
	place
	releaseFlags
	Format string `enum:"openvex,cyclonedx" required:"" short:"o" aliases:"output" placeholder:"FORMAT" help:"openvex (0.2.0) or cyclonedx (1.6), both in JSON."`
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

Exit codes: 0 written, 2 wrong usage, or nothing is known of the component version, 3 something failed.`
}

// Run exports.
func (c *vexExportCmd) Run(ctx context.Context, t *terminal) error {
	site, err := c.openReadOnly(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	doc, err := site.exchange().Export(ctx, component.ID{Name: c.Component, Version: c.Version}, exchange.Export{Author: c.Author})
	switch {
	case errors.Is(err, exchange.ErrUnknown):
		return usageError(fmt.Errorf("nothing is known of %s; \"odg report --format json\" names the component versions", c))
	case errors.Is(err, exchange.ErrNothingFound):
		return usageError(errors.New("no vulnerability was found in " + c.String() + ", and a VEX document must say something"))
	case errors.Is(err, exchange.ErrNotConfigured):
		return usageError(fmt.Errorf("%s: %w", findingsFile, err))
	case err != nil:
		return err
	}
	return vex.Encode(t.stdout, doc, vex.Format(c.Format))
}
