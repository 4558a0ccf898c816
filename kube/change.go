package kube

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/backlog"
)

// change is a merge patch of an item. It applies to one resourceVersion only, and
// leaves alone what it does not name.
type change struct {
	version     string
	labels      map[string]any // text, or nil to remove
	annotations map[string]any
	priority    *backlog.Priority
}

func changeOf(b *BacklogItem) change {
	return change{version: b.ResourceVersion, labels: map[string]any{}, annotations: map[string]any{}}
}

// json writes the patch.
func (c change) json() []byte {
	patch := map[string]any{"metadata": map[string]any{
		"resourceVersion": c.version, "labels": c.labels, "annotations": c.annotations,
	}}
	if c.priority != nil {
		patch["spec"] = map[string]any{"priority": *c.priority}
	}
	data, _ := json.Marshal(patch) // maps of texts and numbers can be written
	return data
}

// claim leases the item.
func (c change) claim(holder, token string, now, until time.Time) {
	at := claimText(now)
	c.labels[LabelClaimed], c.labels[LabelState] = ClaimedTrue, nil
	c.annotations[AnnotationClaimedBy] = holder
	c.annotations[AnnotationClaimedAt], c.annotations[AnnotationBoundTo] = at, at
	c.annotations[AnnotationClaimedSince] = nil // the same as claimed-at, and each costs
	c.annotations[AnnotationLeaseUntil] = stampText(until)
	c.annotations[AnnotationToken] = token
	c.annotations[AnnotationTriggered] = nil
}

// renew extends the lease of a claim that was made at since.
func (c change) renew(since, now, until time.Time) {
	at := claimText(now)
	c.annotations[AnnotationClaimedSince] = stampText(since)
	c.annotations[AnnotationClaimedAt], c.annotations[AnnotationBoundTo] = at, at
	c.annotations[AnnotationLeaseUntil] = stampText(until)
}

// free ends a claim, a wait or parking.
func (c change) free() {
	c.labels[LabelClaimed], c.labels[LabelState] = ClaimedFalse, nil
	for _, key := range []string{
		AnnotationClaimedBy, AnnotationClaimedAt, AnnotationBoundTo, AnnotationClaimedSince,
		AnnotationLeaseUntil, AnnotationToken, AnnotationTriggered,
	} {
		c.annotations[key] = nil
	}
}

// failed counts a failed attempt.
func (c change) failed(before int, reason string) {
	c.annotations[AnnotationAttempts] = strconv.Itoa(before + 1)
	c.annotations[AnnotationLastError] = shortened(reason)
}

// maxReasonBytes bounds what is kept of an error: an object has room for 256 KiB of
// annotations, and one that is full takes no change any more.
const maxReasonBytes = 8 << 10

func shortened(reason string) string {
	if len(reason) > maxReasonBytes {
		reason = reason[:maxReasonBytes] + "…"
	}
	return strings.ToValidUTF8(reason, "\uFFFD")
}

// notBefore sets when the next attempt may start; zero means at once.
func (c change) notBefore(at time.Time) {
	c.annotations[AnnotationNotBefore] = nil
	if !at.IsZero() {
		c.annotations[AnnotationNotBefore] = stampText(at)
	}
}

// forget lets the item start anew.
func (c change) forget() {
	for _, key := range []string{AnnotationAttempts, AnnotationLastError, AnnotationNotBefore} {
		c.annotations[key] = nil
	}
}

// keep takes the item out of the sight of all workers: it remains claimed, by the
// one that failed.
func (c change) keep(state, holder string, now time.Time) {
	c.free()
	at := claimText(now)
	c.labels[LabelClaimed], c.labels[LabelState] = ClaimedTrue, state
	c.annotations[AnnotationClaimedBy] = holder
	c.annotations[AnnotationClaimedAt], c.annotations[AnnotationBoundTo] = at, at
}

// claimEnded says why an attempt counts as failed.
func claimEnded(s Status, claimTimeout time.Duration) string {
	if s.State == StateLeased {
		return fmt.Sprintf("lease of %s ended at %s without a result", s.Holder, s.Until.Format(time.RFC3339))
	}
	if at, _ := s.due(claimTimeout); !at.IsZero() {
		return fmt.Sprintf("claim of %s ended at %s without a result", s.Holder, at.Format(time.RFC3339))
	}
	return "claimed by nobody knows whom"
}
