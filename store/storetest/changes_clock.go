package storetest

import (
	"fmt"
	"sync"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fenceType is that of entries whose only purpose is to be told after others.
const fenceType metadata.Type = "acme/fence"

func fenceEntry(number int) metadata.Entry {
	return entry(image(fmt.Sprint("fence-", number), "1"), fenceType, `{}`)
}
