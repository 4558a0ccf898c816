// Command odg-core serves ODG Core over HTTP: the API of the web UI, the scanners
// and the enumerator, on PostgreSQL or SQLite.
//
// Its configuration files are followed while it serves: a change of any of them is
// taken over with all others, or refused as a whole, which shows in GET
// /ready?verbose and in the metric odg_config_reload_failed.
//
// Component descriptors come from the archives of --ocm-repository, then from the
// repositories of --ocm-repo-mappings: registries, or archives. Nothing else is ever
// contacted, whatever a request or a registry names, unless --allow-host has it. What
// was read is kept in memory until a configuration file changes.
//
// Exit codes: 0 stopped by a signal after all requests were answered, 1 the server
// failed or requests had to be cut off, 2 wrong usage or configuration.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
