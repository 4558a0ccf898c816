package main

import (
	"io"
	"os"

	"github.com/rs/zerolog"
	"golang.org/x/term"
)

// terminal is where a command writes, and what it may assume about it.
type terminal struct {
	stdout, stderr io.Writer
	log            zerolog.Logger
	colour         bool // on stdout
	progress       bool // stderr is a terminal
}

func newTerminal(c flags, getenv func(string) string, stdout, stderr io.Writer) *terminal {
	level, err := zerolog.ParseLevel(c.LogLevel)
	if err != nil {
		level = zerolog.Disabled // "off"; kong has checked the words
	}
	console := zerolog.ConsoleWriter{Out: stderr, NoColor: !isTerminal(stderr) || getenv("NO_COLOR") != ""}
	return &terminal{
		stdout:   stdout,
		stderr:   stderr,
		log:      zerolog.New(console).Level(level).With().Timestamp().Logger(),
		colour:   c.Color == "always" || c.Color == "auto" && isTerminal(stdout) && getenv("NO_COLOR") == "",
		progress: isTerminal(stderr),
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
