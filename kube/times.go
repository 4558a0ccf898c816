package kube

import (
	"fmt"
	"time"
)

// Layouts of times. Fractions are read whether or not a layout has them.
const (
	// naiveLayout is how items say when they were queued. It has no offset, as in
	// existing installations, whose workers compare these texts.
	naiveLayout = "2006-01-02T15:04:05.999999"
	// claimLayout is that of [AnnotationClaimedAt].
	claimLayout = "2006-01-02T15:04:05.999999-07:00"
)

// parseTime reads ISO 8601 as Python and Go write it, with a blank for the T if
// need be. A time without offset is UTC. The result is in UTC.
func parseTime(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, naiveLayout, "2006-01-02 15:04:05.999999Z07:00", "2006-01-02 15:04:05.999999"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is no time such as 2026-01-15T12:00:00Z", text)
}

func naiveText(t time.Time) string { return t.UTC().Format(naiveLayout) }
func claimText(t time.Time) string { return t.UTC().Format(claimLayout) }
func stampText(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
