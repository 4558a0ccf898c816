package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// patience is how long a measurement waits for what should take seconds.
const patience = 20 * time.Minute

// takeOver measures how long a server takes to judge all findings of a database that was
// filled without it, or by another configuration.
func (b *findingsBench) takeOver(ctx context.Context) error {
	b.say("judging all findings")
	start := time.Now()
	if err := b.settled(ctx, b.url); err != nil {
		return err
	}
	findings := components * b.estate.versions * b.estate.each
	for _, n := range b.Artefact {
		findings += n
	}
	b.report.below("judging "+count(findings)+" findings in the background", float64(findings)/time.Since(start).Seconds(), 0, "rows/s", "as after a change of the configuration")
	return analyse(ctx, b.url)
}

// globalDecision measures a decision about a tenth of all findings: until who asks for
// one of them sees it, and until all of them are kept as it says.
func (b *findingsBench) globalDecision(ctx context.Context, s *server, _ *counter) error {
	touched := components * b.estate.versions * ((b.estate.each + 9) / 10)
	b.say("a decision about %d findings", touched)
	d, err := decision(artefact.ID{Artefact: &artefact.LocalID{}}, metadata.VulnerabilityRef{PackageName: famous.pkg, CVE: famous.cve},
		metadata.TypeVulnerability, "MEDIUM", "bench", day(11, 1))
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{"entries": []metadata.Entry{d}})
	if err != nil {
		return err
	}
	start := time.Now()
	resp, err := s.request(ctx, http.MethodPost, "/rescore", body, nil, http.StatusCreated)
	if err != nil {
		return err
	}
	posted := time.Since(start)
	if err := resp.Body.Close(); err != nil {
		return err
	}
	severity, err := s.severity(ctx, image(0, 0, 0), famous.cve)
	if err != nil {
		return err
	}
	seen := time.Since(start)
	if severity != "MEDIUM" {
		return fmt.Errorf("a decision is not seen by who asks after it was taken: the severity is %q", severity)
	}
	if err := b.settled(ctx, b.url); err != nil {
		return err
	}
	b.report.below("decision about "+count(touched)+" findings, until it is seen", millis(seen), 1000, "ms", fmt.Sprintf("POST %.0f ms", millis(posted)))
	b.report.below("the same, until it is kept for all", millis(time.Since(start)), maxSettleMillis, "ms", "")
	return nil
}

// severity asks for that of a vulnerability, as a user interface does.
func (s *server) severity(ctx context.Context, id artefact.ID, cve string) (string, error) {
	extra, err := json.Marshal(id.Artefact.ExtraID)
	if err != nil {
		return "", err
	}
	params := url.Values{
		"componentName": {*id.ComponentName}, "componentVersion": {*id.ComponentVersion}, "artefactKind": {string(id.Kind)}, "artefactName": {*id.Artefact.Name},
		"artefactVersion": {*id.Artefact.Version}, "artefactType": {*id.Artefact.Type}, "artefactExtraId": {string(extra)}, "type": {vulnerability},
	}
	resp, err := s.request(ctx, http.MethodGet, "/rescore?"+params.Encode(), nil, nil, http.StatusOK)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return "", err
	}
	var all []struct {
		Finding  struct{ CVE string }
		Severity string
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return "", err
	}
	for _, p := range all {
		if p.Finding.CVE == cve {
			return p.Severity, nil
		}
	}
	return "", fmt.Errorf("no proposal for %s among %d", cve, len(all))
}

// settled waits until nothing is left to be judged.
func (b *findingsBench) settled(ctx context.Context, url string) error {
	limit, err := connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = limit.conn.Close(ctx) }()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		var settled bool
		const query = `SELECT rules IS NOT NULL AND from_change IS NULL AND NOT again AND NOT EXISTS (SELECT 1 FROM odg_stale) FROM odg_judged`
		if err := limit.conn.QueryRow(ctx, query).Scan(&settled); err != nil {
			return fmt.Errorf("wait until findings are judged: %w", err)
		}
		if settled {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("findings were not judged in time: %w", ctx.Err())
		}
	}
}
