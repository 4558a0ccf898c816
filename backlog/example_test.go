package backlog_test

import (
	"context"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
)

func ExampleMemory() {
	ctx, at := context.Background(), time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	queue := backlog.NewMemory(backlog.MemoryConfig{Now: func() time.Time { return at }})
	image := artefact.ID{ComponentName: new("acme.org/shop"), Artefact: &artefact.LocalID{Name: new("web")}}

	created, _ := queue.Add(ctx,
		backlog.Item{Service: "osid", Artefact: image, Priority: backlog.PriorityLow, Timestamp: at},
		backlog.Item{Service: "osid", Artefact: image, Priority: backlog.PriorityHigh, Timestamp: at},
	)
	fmt.Println(created, "item")

	claim, _ := queue.Claim(ctx, backlog.ClaimRequest{Holder: "me", Lease: time.Minute})
	fmt.Println(claim.Item.Service, claim.Item.Priority, claim.Until.Format(time.TimeOnly))

	at = at.Add(2 * time.Minute) // too late
	fmt.Println(queue.Finish(ctx, claim))
	// Output:
	// 1 item
	// osid HIGH 12:01:00
	// finish backlog item osid-6f41ba1dba0bd8a1fc09fbd028ed6c3a: claim is lost
}

func ExampleRetryPolicy_Next() {
	policy := backlog.RetryPolicy{Base: time.Minute, Max: 5 * time.Minute, Attempts: 4, Jitter: -1}
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	for attempts := 1; attempts <= 4; attempts++ {
		notBefore, park := policy.Next(attempts, at, 0)
		if park {
			fmt.Println("failed", attempts, "times: park")
			break
		}
		fmt.Println("failed", attempts, "times: wait", notBefore.Sub(at))
	}
	// Output:
	// failed 1 times: wait 1m0s
	// failed 2 times: wait 2m0s
	// failed 3 times: wait 4m0s
	// failed 4 times: park
}

func ExampleName() {
	image := artefact.ID{ComponentName: new("acme.org/shop"), Artefact: &artefact.LocalID{Name: new("web")}}
	fmt.Println(backlog.Name("issueReplicator", image))
	// Output: issuereplicator-6f41ba1dba0bd8a1fc09fbd028ed6c3a
}
