package cluster

import (
	"sync"

	"github.com/go-logr/logr"
	"github.com/rs/zerolog"
	"k8s.io/klog/v2"
)

var quietOnce sync.Once

// Quiet sends what client-go says of itself to log, but only if that is for debugging:
// what matters is told by the commands. It holds for the whole process; the first call
// counts.
func Quiet(log zerolog.Logger) {
	quietOnce.Do(func() {
		logger := logr.Discard()
		if log.GetLevel() <= zerolog.DebugLevel {
			logger = logr.FromSlogHandler(zerolog.NewSlogHandler(log))
		}
		klog.SetLogger(logger)
	})
}
