package findingcfg_test

import (
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
)

const osid = `
- type: finding/osid
  categorisations:
    cfg_name: gardener
    ref:
      path: odg/defaults.yaml
`

func TestParse(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg, warnings, err := findingcfg.Parse("findings-cfg.yaml", []byte(osid), findingcfg.Options{})
	is.NoErr(err)
	is.Equal(len(warnings), 0)
	finding, ok := cfg.For(metadata.TypeOSIDFinding)
	is.True(ok)
	category, ok := finding.Categorise(findingcfg.Text("branchReachedEol"))
	is.True(ok)
	is.Equal(category.ID, "eol")
	due, err := category.DueDate("2025-01-31")
	is.NoErr(err)
	is.Equal(due, metadata.Date("2026-01-26"))
}
