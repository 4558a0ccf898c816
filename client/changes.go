package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Changes streams what became of the entries that were inserted, changed or deleted
// after since, of these types or of all, up to the present, and ends with a mark,
// as odg.Core does. Where a connection breaks, it goes on after the last event.
func (c *Client) Changes(ctx context.Context, since store.Cursor, types []metadata.Type) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		f := &follower{client: c, ctx: ctx, since: since, types: types, yield: yield}
		f.untilMark()
	}
}

// FollowChanges is [Client.Changes] without an end: at each mark it pauses for a
// time and asks what is new. It ends with an error, which is that of ctx if that
// is done; whoever has kept the last cursor goes on from there.
func (c *Client) FollowChanges(ctx context.Context, since store.Cursor, types []metadata.Type, every time.Duration) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		f := &follower{client: c, ctx: ctx, since: since, types: types, yield: yield}
		for f.untilMark() {
			if err := pause(ctx, every); err != nil {
				yield(store.Event{}, err)
				return
			}
		}
	}
}

// follower hands on events and knows where it is.
type follower struct {
	client *Client
	ctx    context.Context
	since  store.Cursor
	types  []metadata.Type
	yield  func(store.Event, error) bool
}

// untilMark hands on events up to a mark, over as many connections as it takes, and
// tells if more are wanted. Attempts count from the last event.
func (f *follower) untilMark() (more bool) {
	for attempt := 1; ; attempt++ {
		before := f.since
		more, err := f.once()
		if err == nil {
			return more
		}
		if f.since != before {
			attempt = 1
		}
		if attempt >= f.client.cfg.Attempts || f.ctx.Err() != nil || !isBroken(err) {
			f.yield(store.Event{}, err)
			return false
		}
		if err := pause(f.ctx, f.client.pause(attempt, err)); err != nil {
			f.yield(store.Event{}, err)
			return false
		}
	}
}

// brokenError says that an answer broke off.
type brokenError struct{ error }

func (b brokenError) Unwrap() error { return b.error }

func isBroken(err error) bool {
	_, ok := errors.AsType[brokenError](err)
	return ok
}

// once hands on what one answer tells. Requests that fail were repeated already.
func (f *follower) once() (more bool, err error) {
	r := call{method: http.MethodGet, path: metadataPath + "/changes", query: url.Values{}, accept: contentTypeNDJSON}
	if f.since != "" {
		r.query.Set("since", string(f.since))
	}
	for _, t := range f.types {
		r.query.Add("type", string(t))
	}
	resp, err := f.client.do(f.ctx, r)
	if err != nil {
		return false, err
	}
	defer func() { _ = resp.Body.Close() }()
	next := f.client.lineReader(resp.Body)
	for {
		line, err := next()
		if err == io.EOF { // without a mark
			err = io.ErrUnexpectedEOF
		}
		var e store.Event
		if err == nil {
			e, err = f.client.parseEvent(line)
		}
		if err != nil {
			return false, brokenError{fmt.Errorf("%s %s: read answer: %w", r.method, r.path, err)}
		}
		f.since = e.Cursor
		if more := f.yield(e, nil); !more || e.Mark() {
			return more, nil
		}
	}
}

func (c *Client) parseEvent(line []byte) (store.Event, error) {
	var wire struct {
		ID      string
		Cursor  store.Cursor
		Deleted bool
		Entry   json.RawMessage
	}
	if err := json.Unmarshal(line, &wire); err != nil {
		return store.Event{}, err
	}
	if wire.Cursor == "" {
		return store.Event{}, errors.New("a change without a cursor")
	}
	e := store.Event{ID: wire.ID, Deleted: wire.Deleted, Cursor: wire.Cursor}
	if e.Mark() || e.Deleted {
		return e, nil
	}
	var err error
	if e.Entry, err = c.cfg.Types.ParseEntry(wire.Entry); err != nil {
		return store.Event{}, fmt.Errorf("entry %s: %w", e.ID, err)
	}
	return e, nil
}
