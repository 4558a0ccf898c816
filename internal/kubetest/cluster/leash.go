package main

import (
	"io"
	"os"
	"path/filepath"
)

// leash ends this process when its standard input does: the starter holds the other
// end, which closes however the starter ends. If etcd's directory is given, the one
// around it, which is the starter's, is removed, as nobody else is left to do it.
func leash(etcd string) {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // any end will do
		if etcd != "" {
			_ = os.RemoveAll(filepath.Dir(etcd))
		}
		os.Exit(1)
	}()
}
