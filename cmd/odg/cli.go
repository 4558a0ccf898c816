package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
	completion "github.com/jotaen/kong-completion"

	"github.com/opendeliverygear/odg/internal/cli"
)

// flags is the command line. Each command is in a file of its own.
type flags struct {
	Run        runCmd                `cmd:"" help:"Enumerate the deliveries, work the backlog until it is empty, print the findings."`
	Report     reportCmd             `cmd:"" help:"Print the findings with their severities and due dates."`
	Findings   findingsCmd           `cmd:"" help:"Look for findings by an expression: what is due, how severe, where; sort and limit them."`
	Gate       gateCmd               `cmd:"" help:"Judge the findings for a pipeline: exit 0 clean, 1 failed, 3 could not judge."`
	Explain    explainCmd            `cmd:"" help:"Tell why a finding is as severe and as urgent as it is."`
	History    historyCmd            `cmd:"" help:"Tell what became of a finding, and what was decided about it: when, by whom, by which request."`
	Backlog    backlogCmd            `cmd:"" help:"Show the backlog, replay or drop its items."`
	Enumerate  enumerateCmd          `cmd:"" help:"Find the artefacts and queue what is due, without scanning."`
	Serve      serveCmd              `cmd:"" help:"Serve the API over HTTP, enumerate on schedule and work the backlog, in one process."`
	Component  componentCmd          `cmd:"" help:"Look at component versions in OCM repositories: get, versions, tree, diff, artefacts."`
	SLA        slaCmd                `cmd:"" name:"sla" help:"Tell if anything was overdue when a component version was released: exit 0 no, 1 yes, 3 could not judge."`
	Vex        vexCmd                `cmd:"" help:"Exchange decisions about vulnerabilities with other tools, as OpenVEX or CycloneDX: import, export."`
	Version    versionCmd            `cmd:"" help:"Print the version."`
	Completion completion.Completion `cmd:"" help:"Print how to set up tab completion for a shell."`

	Color    string `enum:"auto,always,never" default:"auto" help:"Colours: auto (on a terminal), always, never. NO_COLOR switches them off."`
	LogLevel string `enum:"debug,info,warn,error,off" default:"off" env:"ODG_LOG_LEVEL" help:"Log to standard error from this level on: debug, info, warn, error, off."`
}

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // findings fail the gate
	exitUsage  = 2 // wrong usage or configuration
	exitUnable = 3 // something could not be done or judged
)

// exitError ends the command with a code. A nil Err prints nothing more.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usageError(err error) error  { return &exitError{exitUsage, err} }
func unableError(err error) error { return &exitError{exitUnable, err} }

// run parses args, carries the command out and returns the exit code.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) (code int) {
	defer cli.Catch(&code)
	var c flags
	parser, err := kong.New(&c,
		kong.Name("odg"),
		kong.Description("Open Delivery Gear: compliance automation for software delivered with the Open Component Model."),
		kong.Writers(stdout, stderr),
		cli.Exit(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		panic("command line: " + err.Error()) // the tags of flags are wrong
	}
	completion.Register(parser)
	kctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "odg: %v\nRun \"odg --help\" for the commands and their flags.\n", err)
		return exitUsage
	}
	kctx.BindTo(acting(ctx, kctx.Command()), (*context.Context)(nil))
	return exitCode(kctx.Run(newTerminal(c, getenv, stdout, stderr)), stderr)
}

func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return exitOK
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		exit = &exitError{exitUnable, err}
	}
	if errors.Is(exit.err, context.Canceled) {
		fmt.Fprintln(stderr, "odg: stopped; the next run does the rest")
		return exitUnable
	}
	if exit.err != nil {
		for line := range strings.Lines(withHint(exit.err)) {
			fmt.Fprintf(stderr, "odg: %s\n", printable(strings.TrimSuffix(line, "\n")))
		}
	}
	return exit.code
}
