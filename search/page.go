package search

import (
	"encoding/json"
	"slices"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
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

func (o order) position(c Cursor) ([]key, error) {
	if c == nil {
		return nil, nil
	}
	keys := make([]key, len(o.keys))
	for i, k := range o.keys {
		text, ok := c[k.Field]
		if !ok {
			return nil, fault("cursor missing field %q", k.Field)
		}
		if text == nil {
			keys[i] = key{null: true}
			continue
		}
		if keys[i] = o.key(i, *text, true); keys[i].null {
			return nil, fault("cursor field %q is no time: %q", k.Field, *text)
		}
	}
	return keys, nil
}

// Result is the answer to a request.
type Result struct {
	Items []metadata.Entry
	// Next is where the next page begins; nil if this one was not full.
	Next Cursor
}

// Page collects the entries of a page, of any number that are offered to it.
// It holds no more than the page. It is for one goroutine.
type Page struct {
	query *Query
	rows  []row
}

type row struct {
	keys  []key
	entry metadata.Entry
}

// NewPage returns an empty page.
func (q *Query) NewPage() *Page { return &Page{query: q} }

// Offer adds e to the page if it belongs there.
func (p *Page) Offer(e metadata.Entry) {
	if !p.query.matches(&e) {
		return
	}
	order := p.query.order
	keys := order.of(&e)
	if p.query.cursor != nil && order.compare(keys, p.query.cursor) <= 0 {
		return
	}
	at, _ := slices.BinarySearchFunc(p.rows, keys, func(r row, k []key) int { return order.compare(r.keys, k) })
	if at == p.query.limit {
		return
	}
	if len(p.rows) == p.query.limit {
		p.rows = p.rows[:len(p.rows)-1]
	}
	p.rows = slices.Insert(p.rows, at, row{keys, e})
}

// Result returns the page.
func (p *Page) Result() Result {
	r := Result{Items: make([]metadata.Entry, len(p.rows))}
	for i, row := range p.rows {
		r.Items[i] = row.entry
	}
	if len(p.rows) == p.query.limit {
		r.Next = Cursor{}
		for i, k := range p.rows[len(p.rows)-1].keys {
			var text *string
			if !k.null {
				text = &k.text
			}
			r.Next[p.query.order.keys[i].Field] = text
		}
	}
	return r
}
