package sqlite_test

import (
	"testing"
	"time"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/backlog/backlogtest"
	"github.com/opendeliverygear/odg/store/sqlite"
)

func TestQueue(t *testing.T) {
	t.Parallel()
	backlogtest.Run(t, func(t *testing.T, now func() time.Time) backlog.Queue {
		return open(t, sqlite.Config{}).Queue(now)
	})
}
