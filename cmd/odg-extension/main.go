// Command odg-extension is the worker Deployment of an extension: it takes items from
// the backlog of the cluster, scans their artefacts, and stores what it finds in ODG
// Core. Its argument names the extension:
//
//	K8S_TARGET_NAMESPACE=odg EXTENSIONS_CFG_PATH=… FINDINGS_CFG_PATH=… odg-extension osid
//
// There are osid, which looks for operating systems that are not maintained any more, and
// responsibles, which writes down who is responsible for findings.
//
// It waits for items, which it learns of at once, and works on one after the other
// under a lease that it renews. SIGTERM lets it finish the item at hand and leave; a
// second signal, or the end of --shutdown-timeout, makes it give the item back. Killed,
// its lease ends, and another worker goes on; frozen for longer than its lease, what it
// has found is refused. While ODG Core does not answer, it takes no items.
//
// Its configuration files are followed: a change is taken over after the item at hand,
// or refused as a whole, which shows in /readyz?verbose and in the metric
// odg_config_reload_failed. While the extension is not configured, or not enabled, the
// worker rests with a warning: were it to end, its pod would be restarted for ever.
//
// Exit codes: 0 stopped by a signal, 1 the worker failed, 2 wrong usage or
// configuration.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	os.Exit(run(context.Background(), os.Args[1:], signals, os.Stdout, os.Stderr))
}
