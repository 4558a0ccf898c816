package search

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
)

// Sort is a key of an order.
type Sort struct {
	// Field is one of meta.creation_date, meta.last_update, ocm.name, ocm.version,
	// type and id.
	Field      string
	Descending bool
}

// sortable fields, and if they are times.
var sortable = map[string]bool{
	"meta.creation_date": true, "meta.last_update": true,
	"ocm.name": false, "ocm.version": false, "type": false, "id": false,
}

func parseSort(value json.RawMessage) ([]Sort, error) {
	each, ok := rawjson.Each(value)
	if !ok {
		return nil, fault("sort: want a list, not a %s", rawjson.Kind(value))
	}
	var keys []Sort
	for i, raw := range each {
		if i == len(sortable) {
			return nil, fault("sort: at most %d keys are allowed", len(sortable))
		}
		keys = append(keys, Sort{})
		o := newObject("sort", raw, &texts{MaxTexts})
		keys[i].Field = o.text("field")
		switch order := strings.ToLower(o.text("order")); order {
		case "", "asc":
		case "desc":
			keys[i].Descending = true
		default:
			o.fail(": invalid sort order: %s", order)
		}
		if o.err != nil {
			return nil, o.err
		}
	}
	return keys, nil
}

// order is a total order of entries.
type order struct {
	keys       []Sort
	get        []getter
	descending bool
}

func newOrder(keys []Sort) (order, error) {
	if len(keys) == 0 {
		keys = []Sort{{Field: "meta.creation_date", Descending: true}}
	}
	o := order{descending: keys[0].Descending}
	seen := map[string]bool{}
	for _, k := range keys {
		if _, ok := sortable[k.Field]; !ok {
			return order{}, fault("invalid sort field: %s", k.Field)
		}
		if k.Descending != o.descending {
			return order{}, fault("mixed sort orders are not supported")
		}
		if !seen[k.Field] { // the first decides
			seen[k.Field] = true
			o.keys = append(o.keys, k)
		}
	}
	if !seen["id"] {
		o.keys = append(o.keys, Sort{"id", o.descending})
	}
	for _, k := range o.keys {
		_, get, err := attribute(k.Field)
		if err != nil {
			return order{}, err
		}
		o.get = append(o.get, get)
	}
	return o, nil
}

// Key is the value of a sort field of an entry.
type Key struct {
	// Text is the value.
	Text string
	// At is what Text means if the field is a time, see [Sort.IsTime].
	At time.Time
	// Null says that there is no value, or none that has a place in the order.
	Null bool
}

// IsTime tells if the field of s is compared as time. Others are compared as text,
// byte by byte.
func (s Sort) IsTime() bool { return sortable[s.Field] }

func (o order) key(i int, text string, ok bool) Key {
	if !ok {
		return Key{Null: true}
	}
	k := Key{Text: text}
	if o.keys[i].IsTime() {
		at, err := metadata.Timestamp(text).Time()
		if err != nil {
			return Key{Null: true} // what is no time has no place in time
		}
		k.At = at
	}
	return k
}

func (o order) of(e *metadata.Entry) []Key {
	keys := make([]Key, len(o.get))
	for i, get := range o.get {
		text, ok := get(e)
		keys[i] = o.key(i, text, ok)
	}
	return keys
}

// compare is negative if a comes before b.
func (o order) compare(a, b []Key) int {
	for i := range a {
		if a[i].Null || b[i].Null {
			if a[i].Null == b[i].Null {
				continue
			}
			if b[i].Null {
				return -1
			}
			return 1
		}
		n := a[i].At.Compare(b[i].At)
		if !o.keys[i].IsTime() {
			n = strings.Compare(a[i].Text, b[i].Text)
		}
		if o.descending {
			n = -n
		}
		if n != 0 {
			return n
		}
	}
	return 0
}
