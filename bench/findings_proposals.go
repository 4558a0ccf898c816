package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"
)

// proposals measures what there is to decide about artefacts with many findings.
func (b *findingsBench) proposals(ctx context.Context, s *server, _ *counter) error {
	var smallest, largest float64 // ns for each row
	for _, n := range slices.Sorted(slices.Values(b.Artefact)) {
		b.say("proposals of %d findings", n)
		took, size, err := b.propose(ctx, s, n)
		if err != nil {
			return err
		}
		limit, err := b.bareCopy(ctx, fmt.Sprintf(`SELECT * FROM artefact_metadata
			WHERE component_name = '%s' AND component_version = '2.0.0'`, largeArtefact(n)))
		if err != nil {
			return err
		}
		rows := n + n/2
		aim := 0.0
		if n == 5000 {
			aim = maxProposalsMillis
		}
		name := "proposals of " + count(n) + " findings"
		b.report.below(name, millis(took), aim, "ms", fmt.Sprintf("%s rescorings, %.1f MiB of answer", count(n/2), mebibytes(size)))
		b.report.atMost("the same, and its rows alone", took, limit, 0)
		largest = float64(took) / float64(rows)
		if smallest == 0 {
			smallest = largest
		}
	}
	if len(b.Artefact) > 1 {
		b.report.below("time of a row of the largest to one of the smallest", largest/smallest, maxCurve, "x", "1 is linear")
	}
	return nil
}

func (b *findingsBench) propose(ctx context.Context, s *server, n int) (time.Duration, int64, error) {
	id := scan{component: largeArtefact(n), version: "2.0.0"}.artefact()
	params := url.Values{
		"componentName": {*id.ComponentName}, "componentVersion": {*id.ComponentVersion}, "artefactKind": {string(id.Kind)},
		"artefactName": {*id.Artefact.Name}, "artefactVersion": {*id.Artefact.Version}, "artefactType": {*id.Artefact.Type},
	}
	var times []time.Duration
	var size int64
	for range min(b.findingsFlags.Repeat, 9) {
		took, n, err := s.get(ctx, "/rescore", params)
		if err != nil {
			return 0, 0, err
		}
		times, size = append(times, took), n
	}
	return quantile(times, 0.5), size, nil
}
