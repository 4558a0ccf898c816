package workload

import (
	"io"

	"github.com/rs/zerolog"
)

// NewLog returns the log of a command: JSON lines from a level on, which is one of
// zerolog's words, else info.
func NewLog(w io.Writer, level string) zerolog.Logger {
	l, err := zerolog.ParseLevel(level)
	if err != nil {
		l = zerolog.InfoLevel
	}
	return zerolog.New(w).Level(l).With().Timestamp().Logger()
}
