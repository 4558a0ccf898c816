package reload

import (
	"os"
	"os/signal"
	"syscall"
)

// Hangups tells of each SIGHUP, until stop, for [Config.Trigger]. The signal does
// not end the process meanwhile.
func Hangups() (told <-chan struct{}, stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	c := make(chan struct{}, 1)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-signals:
			}
			select {
			case c <- struct{}{}:
			default: // one look is enough for both
			}
		}
	}()
	return c, func() {
		signal.Stop(signals)
		close(done)
	}
}
