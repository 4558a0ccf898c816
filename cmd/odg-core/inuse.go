package main

import (
	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/internal/inuse"
	"github.com/opendeliverygear/odg/store"
)

// newInUse returns a check that warns of categories that were dropped while they were in use.
func newInUse(log zerolog.Logger) *inuse.Check {
	return inuse.New(inuse.Config{
		Unknown: func(s store.SeverityCount) {
			log.Warn().Str("finding_type", string(s.Type)).Str("severity", s.Severity).Int("findings", s.Findings).Int("rescorings", s.Rescorings).
				Str("hint", inuse.Sentence(s)).Msg("severity in use is not configured")
		},
		More: func(n int) {
			log.Warn().Int("severities", n).Msg("more severities in use are not configured")
		},
		Failed: func(err error) {
			log.Warn().Err(err).Msg("severities in use not counted")
		},
	})
}
