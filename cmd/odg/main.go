// Command odg watches deliveries on one machine: it reads an OCM delivery, finds
// every artefact in it, scans, and holds every finding against its deadline.
//
// Exit codes: 0 done or clean, 1 findings fail the gate, 2 wrong usage or
// configuration, 3 something could not be done or judged.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}
