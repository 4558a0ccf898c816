// Command backlog-controller scales the extensions of ODG with their backlog, and
// takes back the claims of workers that are gone.
//
//	K8S_TARGET_NAMESPACE=odg EXTENSIONS_CFG_PATH=/extensions_cfg/extensions_cfg backlog-controller
//
// It watches the BacklogItems, pods and Deployments of one namespace. Of several
// replicas the elected one works, and the others stand by. What it does, and why, is
// told in its log and by Events of the Deployments. It serves /healthz, /readyz and
// /metrics on one port. A cluster that is away, lacks the custom resources or denies
// something is waited for, and /readyz says so.
//
// Its configuration file is followed: a change is taken over at once, or refused as a
// whole, which shows in /readyz?verbose and in the metric odg_config_reload_failed.
//
// Exit codes: 0 stopped by a signal, 1 the controller failed, 2 wrong usage or
// configuration.
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
