package search

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// Cursor is a place in an order: the value of each sort field, null if the last
// entry had none. A nil Cursor is the beginning.
type Cursor map[string]*string

func parseCursor(value json.RawMessage) (Cursor, error) {
	members, err := rawjson.Inner(value)
	if err != nil {
		return nil, fault("cursor: %v", err)
	}
	cursor := Cursor{}
	for _, m := range members {
		if rawjson.IsNull(m.Value) {
			cursor[m.Key] = nil
			continue
		}
		text, ok := scalar(m.Value)
		if !ok {
			return nil, fault("cursor.%s: want a string, not a %s", m.Key, rawjson.Kind(m.Value))
		}
		cursor[m.Key] = &text
	}
	if len(cursor) == 0 {
		return nil, nil
	}
	return cursor, nil
}

func (o order) position(c Cursor) ([]Key, error) {
	if c == nil {
		return nil, nil
	}
	keys := make([]Key, len(o.keys))
	for i, k := range o.keys {
		text, ok := c[k.Field]
		if !ok {
			return nil, fault("cursor missing field %q", k.Field)
		}
		if text == nil {
			keys[i] = Key{Null: true}
			continue
		}
		if !utf8.ValidString(*text) || strings.Contains(*text, "\x00") {
			return nil, fault("cursor field %q is no text: %q", k.Field, *text)
		}
		if keys[i] = o.key(i, *text, true); keys[i].Null {
			return nil, fault("cursor field %q is no %s: %q", k.Field, sortable[k.Field], *text)
		}
	}
	return keys, nil
}

// Result is the answer to a request.
type Result struct {
	Items []Item
	// Next is where the next page begins; nil if this is the last one. A page that is
	// not full, even an empty one, is the last only if Next is nil.
	Next Cursor
}

// Page collects the entries of a page, of any number that are offered to it.
// It holds no more than the page. It is for one goroutine.
type Page struct {
	query *Query
	rows  []row
	until []Key // where the offers ended, nil at the end of all
}

type row struct {
	keys []Key
	item Item
}

// NewPage returns an empty page.
func (q *Query) NewPage() *Page { return &Page{query: q} }

// Offer adds e to the page if it belongs there.
func (p *Page) Offer(e Item) {
	if !p.query.matches(&e) {
		return
	}
	order := p.query.order
	keys := order.of(&e)
	if p.query.cursor != nil && order.compare(keys, p.query.cursor) <= 0 {
		return
	}
	at, _ := slices.BinarySearchFunc(p.rows, keys, func(r row, k []Key) int { return order.compare(r.keys, k) })
	if at == p.query.limit {
		return
	}
	if len(p.rows) == p.query.limit {
		p.rows = p.rows[:len(p.rows)-1]
	}
	p.rows = slices.Insert(p.rows, at, row{keys, e})
}

// Full tells if nothing that comes later in the order has a place on the page.
func (p *Page) Full() bool { return len(p.rows) == p.query.limit }

// FullAt tells if the page is full of items that do not come behind place, so that
// nothing behind it has a place on the page. It is for whoever offers some items
// before their turn.
func (p *Page) FullAt(place []Key) bool {
	return p.Full() && p.query.order.compare(p.rows[len(p.rows)-1].keys, place) <= 0
}

// Until says that not all that comes behind place in the order was offered, so that
// the page ends there if not before, and the next one goes on. See [Query.Place].
func (p *Page) Until(place []Key) { p.until = place }

// Result returns the page.
func (p *Page) Result() Result {
	rows := p.rows
	for p.until != nil && len(rows) > 0 && p.query.order.compare(rows[len(rows)-1].keys, p.until) > 0 {
		rows = rows[:len(rows)-1]
	}
	r := Result{Items: make([]Item, len(rows))}
	for i, row := range rows {
		r.Items[i] = row.item
	}
	switch {
	case len(rows) == p.query.limit:
		r.Next = p.query.order.cursor(rows[len(rows)-1].keys)
	case p.until != nil:
		r.Next = p.query.order.cursor(p.until)
	}
	return r
}

func (o order) cursor(keys []Key) Cursor {
	c := make(Cursor, len(keys))
	for i, k := range keys {
		c[o.keys[i].Field] = nil
		if !k.Null {
			c[o.keys[i].Field] = &k.Text
		}
	}
	return c
}
