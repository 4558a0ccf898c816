// Package cli lets a command line of kong end a command without ending the
// process, so that tests call commands as functions.
//
//	func run(args []string) (code int) {
//		defer cli.Catch(&code)
//		parser, err := kong.New(&flags, cli.Exit())
package cli

import "github.com/alecthomas/kong"

// stopped is how kong's help and completion leave the parser.
type stopped int

// Exit is the option by which kong ends the command and not the process.
func Exit() kong.Option { return kong.Exit(func(code int) { panic(stopped(code)) }) }

// Catch, deferred, takes the exit code from kong. Other panics go on.
func Catch(code *int) {
	switch r := recover().(type) {
	case nil:
	case stopped:
		*code = int(r)
	default:
		panic(r)
	}
}
