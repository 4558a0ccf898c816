// Command artefact-enumerator finds the artefacts of the watched components and of
// what runs in the cluster, once, and queues what is due for the extensions:
//
//	artefact-enumerator --extensions-cfg-path=extensions_cfg --findings-cfg-path=findings_cfg
//
// It is what the CronJob of that name runs. Snapshots are written through ODG Core,
// items are made in the backlog of the cluster. Where there is no access to the
// cluster, such as in a pipeline, --no-cluster does both through the core. Without a
// core, --database works on the database itself.
//
// A component that cannot be resolved, and runtime artefacts that cannot be read,
// leave their artefacts as they were; everything else is done. What has not changed
// is not written.
//
// Exit codes: 0 done, 2 wrong usage or configuration, 3 something could not be done;
// the next run does the rest.
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
