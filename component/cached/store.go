package cached

import (
	"container/list"
	"sync"
)

// store keeps values up to a number of bytes; what was not used for the longest time
// goes first.
type store struct {
	mu      sync.Mutex
	max     int64
	bytes   int64
	evicted int64
	byKey   map[any]*list.Element
	order   *list.List // of *item, last used first
}

type item struct {
	key, value any
	bytes      int64
}

func newStore(max int64) *store {
	return &store{max: max, byKey: map[any]*list.Element{}, order: list.New()}
}

func (s *store) get(key any) (any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	element := s.byKey[key]
	if element == nil {
		return nil, false
	}
	s.order.MoveToFront(element)
	return element.Value.(*item).value, true
}

// put keeps a value. One that is larger than all the room there is, is not kept.
func (s *store) put(key, value any, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(s.byKey[key])
	if bytes > s.max {
		return
	}
	s.byKey[key] = s.order.PushFront(&item{key, value, bytes})
	for s.bytes += bytes; s.bytes > s.max; s.evicted++ {
		s.drop(s.order.Back())
	}
}

func (s *store) remove(key any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(s.byKey[key])
}

func (s *store) drop(element *list.Element) {
	if element == nil {
		return
	}
	dropped := s.order.Remove(element).(*item)
	delete(s.byKey, dropped.key)
	s.bytes -= dropped.bytes
}

func (s *store) stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{Entries: int64(s.order.Len()), Bytes: s.bytes, Evicted: s.evicted}
}
