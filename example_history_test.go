package odg_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

// A version was released on the fifteenth of December. What had been due on the first was
// found on the twentieth only: on that day nothing was overdue, as far as anybody knew.
func ExampleCore_SLA() {
	findings, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(findingsCfg), findingcfg.Options{})
	if err != nil {
		log.Fatal(err)
	}
	now := time.Date(2026, 12, 20, 8, 0, 0, 0, time.UTC)
	core := odg.New(memory.New(), odg.Config{Findings: findings, Now: func() time.Time { return now }})
	ctx := context.Background()
	if err := core.PutMetadata(ctx, []metadata.Entry{vulnerability(image("1.0.0"))}); err != nil {
		log.Fatal(err)
	}
	evidence, err := core.SLA(ctx, odg.Release{
		Components: []*component.Descriptor{shop("1.0.0")}, Released: time.Date(2026, 12, 15, 12, 0, 0, 0, time.UTC),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("known then:", len(evidence.Then.Violations))
	for _, v := range evidence.Now.Violations {
		fmt.Println("known now:", odg.Finding{Entry: v.Finding}.Subject(), "was due", v.Due)
	}
	// Output:
	// known then: 0
	// known now: CVE-2024-1 in openssl 3.0.1 was due 2026-12-01
}

// Who has removed a finding, and by which request?
func ExampleCore_History() {
	now := noon
	core := odg.New(memory.New(), odg.Config{Now: func() time.Time { return now }})
	finding := vulnerability(image("1.0.0"))
	ctx := store.By(context.Background(), store.Act{Who: "ada", Request: "clean-up-7"})
	if err := core.PutMetadata(context.Background(), []metadata.Entry{finding}); err != nil {
		log.Fatal(err)
	}
	now = now.Add(24 * time.Hour)
	if err := core.DeleteMetadata(ctx, []metadata.Entry{finding}); err != nil {
		log.Fatal(err)
	}
	life, err := core.History(ctx, finding.ID())
	if err != nil {
		log.Fatal(err)
	}
	for _, v := range life.Finding {
		fmt.Println(v.Began.At.Format(time.DateOnly), v.Began.What, v.Began.Who)
		fmt.Println(v.Ended.At.Format(time.DateOnly), v.Ended.What, v.Ended.Who, v.Ended.Request)
	}
	// Output:
	// 2026-11-01 inserted bdba
	// 2026-11-02 deleted ada clean-up-7
}
