package backlog_test

import (
	"testing"
	"time"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/backlog/backlogtest"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	backlogtest.Run(t, func(_ *testing.T, now func() time.Time) backlog.Queue {
		return backlog.NewMemory(backlog.MemoryConfig{Now: now})
	})
}
