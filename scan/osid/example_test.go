package osid_test

import (
	"context"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/osid"
	"github.com/opendeliverygear/odg/scan/osid/eol"
)

func ExampleAssess() {
	os := osid.ParseRelease("ID=debian\nVERSION_ID=13.0\n")
	cycles := []eol.Cycle{{Name: "13", EOL: eol.End{Day: "2028-08-09"}, Latest: "13.7"}}

	a := osid.Assess(os, cycles, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	fmt.Println(a.Status, a.GreatestVersion, a.EOL)

	a = osid.Assess(os, cycles, time.Date(2028, 8, 10, 0, 0, 0, 0, time.UTC))
	fmt.Println(a.Status, a.GreatestVersion, a.EOL)
	// Output:
	// patchlevelBehind 13.7 2028-08-09
	// branchReachedEol 13.7 2028-08-09
}

func ExampleParseRelease() {
	id := osid.ParseRelease(`PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
ID=debian
VERSION_ID="12"
`)
	fmt.Println(*id.ID, *id.VersionID, *id.PrettyName, id.BuildID == nil)
	// Output: debian 12 Debian GNU/Linux 12 (bookworm) true
}

func ExampleScanner_Scan() {
	archive, err := ctf.Open("../../examples/quickstart/delivery.tgz", ctf.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer archive.Close()
	config := []byte("[{type: finding/osid, categorisations: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}}]")
	findings, _, err := findingcfg.Parse("findings-cfg.yaml", config, findingcfg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	rating, _ := findings.For(metadata.TypeOSIDFinding)
	november := func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }

	scanner := osid.New(one{archive}, eol.Embedded(), rating, osid.Config{Now: november})
	result, err := scanner.Scan(context.Background(), imageID("example.org/shop", "2026.11.0", "migrated", "5.0.0"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, entry := range result.Entries {
		fmt.Printf("%s %.60s…\n", entry.Meta.Type, entry.Data.Raw())
	}
	// Output:
	// osid {"NAME":"Debian GNU/Linux","ID":"debian","PRETTY_NAME":"Debi…
	// finding/osid {"severity":"one-or-more-patchlevel-behind","osid":{"NAME":"…
}
