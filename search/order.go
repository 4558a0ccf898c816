package search

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
)

// Sort is a key of an order.
type Sort struct {
	// Field is one of meta.creation_date, meta.last_update, ocm.name, ocm.version,
	// type, id, effective.severity, which sorts by the value of the category, and
	// effective.due.
	Field      string
	Descending bool
}

// What sort fields are compared as.
const (
	asText   = "text"
	asTime   = "time"
	asDate   = "date"
	asNumber = "number"
)

// sortable fields, and as what.
var sortable = map[string]string{
	"meta.creation_date": asTime, "meta.last_update": asTime,
	"ocm.name": asText, "ocm.version": asText, "type": asText, "id": asText,
	effectiveDue: asDate, effectiveSeverity: asNumber,
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
		field := k.Field
		if field == effectiveSeverity {
			field = effectiveValue
		}
		_, get, err := attribute(field)
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
	// At is what Text means if the field is a time, see [Sort.IsTime]; the start of
	// a day in UTC.
	At time.Time
	// Number is what Text means if the field is a number, see [Sort.IsNumber].
	Number int
	// Null says that there is no value, or none that has a place in the order.
	Null bool
}

// IsTime tells if the field of s is compared as time.
func (s Sort) IsTime() bool { return sortable[s.Field] == asTime || sortable[s.Field] == asDate }

// IsNumber tells if the field of s is compared as number. What is neither time nor
// number is compared as text, byte by byte.
func (s Sort) IsNumber() bool { return sortable[s.Field] == asNumber }

func (o order) key(i int, text string, ok bool) Key {
	if !ok {
		return Key{Null: true}
	}
	k := Key{Text: text}
	var err error
	switch sortable[o.keys[i].Field] {
	case asTime:
		k.At, err = metadata.Timestamp(text).Time()
	case asDate:
		k.At, err = metadata.Date(text).Time()
	case asNumber:
		k.Number, err = strconv.Atoi(text)
	}
	if err != nil {
		return Key{Null: true} // what is no time has no place in time
	}
	return k
}

func (o order) of(e *Item) []Key {
	keys := make([]Key, len(o.get))
	for i, get := range o.get {
		text, ok := get(e)
		keys[i] = o.key(i, text, ok)
	}
	return keys
}

// compare orders keys that are not null.
func (k Key) compare(other Key, as string) int {
	switch as {
	case asText:
		return strings.Compare(k.Text, other.Text)
	case asNumber:
		return cmp.Compare(k.Number, other.Number)
	}
	return k.At.Compare(other.At)
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
		n := a[i].compare(b[i], sortable[o.keys[i].Field])
		if o.descending {
			n = -n
		}
		if n != 0 {
			return n
		}
	}
	return 0
}
