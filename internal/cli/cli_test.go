package cli_test

import (
	"io"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/cli"
)

func TestCatch(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	help := func() (code int) {
		defer cli.Catch(&code)
		parser, err := kong.New(&struct{}{}, cli.Exit(), kong.Writers(io.Discard, io.Discard))
		is.NoErr(err)
		_, _ = parser.Parse([]string{"--help"})
		return 7 // help has left before
	}
	is.Equal(help(), 0)
	is.Equal(func() (code int) { defer cli.Catch(&code); return 3 }(), 3)

	defer func() { is.Equal(recover(), "other") }() // not ours
	func() {
		var code int
		defer cli.Catch(&code)
		panic("other")
	}()
}

func TestBuild(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	build := cli.ReadBuild()
	is.True(build.Version != "")
	is.True(strings.HasPrefix(build.Line("odg"), "odg "+build.Version+" (go1."))
}
