package backlogtest

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/backlog"
)

const workers = 8

var raceCases = []testCase{
	{"workers at once get every item exactly once", func(t *testing.T, b *bench) {
		is := is.New(t)
		const count = 160
		items := make([]backlog.Item, count)
		for i := range items {
			items[i] = item(strconv.Itoa(i), backlog.Priority(i%3), 0)
		}
		b.add(items...)
		var mu sync.Mutex
		claimed := map[string]int{}
		together(func(int) {
			for {
				c, err := b.Claim(t.Context(), request())
				if isEmpty(err) {
					return
				}
				if err == nil {
					err = b.Finish(t.Context(), c)
				}
				if err != nil {
					t.Errorf("claim and finish: %v", err)
					return
				}
				mu.Lock()
				claimed[c.Item.Name()]++
				mu.Unlock()
			}
		})
		is.Equal(len(claimed), count)
		for name, n := range claimed {
			if n != 1 {
				t.Errorf("item %s was claimed %d times", name, n)
			}
		}
	}},
	{"of those who want one item, one gets it", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0))
		for range 10 {
			var won atomic.Int32
			together(func(int) {
				c, err := b.Claim(t.Context(), request())
				if err == nil {
					won.Add(1)
					err = b.Release(t.Context(), c)
				}
				if err != nil && !isEmpty(err) {
					t.Errorf("claim and release: %v", err)
				}
			})
			is.True(won.Load() >= 1)
		}
		var won atomic.Int32
		together(func(int) {
			_, err := b.Claim(t.Context(), request())
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, backlog.ErrEmpty):
				t.Errorf("claim: %v", err)
			}
		})
		is.Equal(won.Load(), int32(1))
	}},
	{"those who add the same items at once create each once", func(t *testing.T, b *bench) {
		is := is.New(t)
		var created atomic.Int32
		together(func(worker int) {
			for i := range 20 {
				n, err := b.Add(t.Context(), item(strconv.Itoa(i), backlog.Priority(worker), 0))
				if err != nil {
					t.Errorf("add: %v", err)
				}
				created.Add(int32(n))
			}
		})
		is.Equal(created.Load(), int32(20))
		items := b.list(backlog.Filter{})
		is.Equal(len(items), 20)
		for _, it := range items {
			is.Equal(it.Priority, backlog.Priority(workers-1))
		}
	}},
}

// together calls f in as many goroutines as there are workers and waits for them.
func together(f func(worker int)) {
	var wg sync.WaitGroup
	for worker := range workers {
		wg.Go(func() { f(worker) })
	}
	wg.Wait()
}
