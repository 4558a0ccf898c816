// Package reload follows configuration files: whenever one changes, all of them are
// read together and given to a function that either takes them over or refuses
// them, in which case what was in use stays in use (D15 of the deliberate
// differences).
//
//	watcher := reload.New(apply, reload.Config{Paths: []string{"findings.yaml"}, Log: log})
//	if err := watcher.Load(); err != nil {
//		return err // there is nothing earlier to go on with
//	}
//	err := watcher.Run(ctx)
//
// Files are compared by what they hold, so that it does not matter how they are
// replaced: in place, by renaming, or by the links through which Kubernetes swaps
// a ConfigMap.
package reload
