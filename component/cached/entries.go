package cached

import (
	"container/list"
	"maps"
	"slices"
	"sync"
)

// entries keeps values up to a number of bytes; what was not used for the longest time
// goes first.
type entries struct {
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

func newEntries(max int64) *entries {
	return &entries{max: max, byKey: map[any]*list.Element{}, order: list.New()}
}

func (s *entries) get(key any) (any, bool) {
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
func (s *entries) put(key, value any, bytes int64) {
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

func (s *entries) remove(key any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(s.byKey[key])
}

// keys returns the keys of all values.
func (s *entries) keys() []any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.byKey))
}

func (s *entries) drop(element *list.Element) {
	if element == nil {
		return
	}
	dropped := s.order.Remove(element).(*item)
	delete(s.byKey, dropped.key)
	s.bytes -= dropped.bytes
}

func (s *entries) stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{Entries: int64(s.order.Len()), Bytes: s.bytes, Evicted: s.evicted}
}
