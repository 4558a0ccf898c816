package kube

import (
	"math/rand/v2"
	"sync"
	"time"
)

// alarm wakes all who wait for it, a moment after it was rung: workers in many pods
// that are woken by one item would otherwise all try to claim it before they can
// see that it is taken.
type alarm struct {
	mu      *sync.Mutex
	wait    chan struct{} // closed when it goes off
	waiting bool          // somebody has asked for wait
	rung    bool
}

// wakeSpread is the time over which alarms of many processes go off.
const wakeSpread = 100 * time.Millisecond

func newAlarm() alarm { return alarm{mu: &sync.Mutex{}, wait: make(chan struct{})} }

// next returns a channel that is closed when the alarm goes off.
func (a *alarm) next() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting = true
	return a.wait
}

func (a *alarm) ring() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.waiting || a.rung {
		return
	}
	a.rung = true
	time.AfterFunc(rand.N(wakeSpread), a.goOff)
}

func (a *alarm) goOff() {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(a.wait)
	a.wait, a.waiting, a.rung = make(chan struct{}), false, false
}
