package main

import (
	"encoding/json"
	"fmt"

	"github.com/opendeliverygear/odg/internal/cli"
)

type versionCmd struct {
	Format string `enum:"text,json" default:"text" short:"o" aliases:"output" help:"Output: text or json."`
}

// Run prints the version.
func (c *versionCmd) Run(t *terminal) error {
	build := cli.ReadBuild()
	if c.Format == "json" {
		return json.NewEncoder(t.stdout).Encode(build)
	}
	_, err := fmt.Fprintln(t.stdout, build.Line("odg"))
	return err
}
