package httpapi

import (
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// How many changes a page has unless limit says otherwise, and at most.
const (
	defaultPageChanges = 1000
	maxPageChanges     = 10000
)

// changes answers a page of the change feed, or all up to the present, one per
// line. A page that is not full, or a line without an id, is the end for now.
func (s *Server) changes(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	limit, err := changesLimit(params)
	if err != nil {
		return err
	}
	events := s.core.Changes(r.Context(), store.Cursor(params.Get("since")), list[metadata.Type](params["type"]))
	if accepts(r, contentTypeNDJSON) {
		if !params.Has("limit") {
			limit = 0
		}
		return s.sendChanges(w, r, events, limit, changeLines)
	}
	return s.sendChanges(w, r, events, limit, changePage)
}

func changesLimit(params url.Values) (int, error) {
	if !params.Has("limit") {
		return defaultPageChanges, nil
	}
	limit, err := strconv.Atoi(params.Get("limit"))
	if err != nil || limit < 1 || limit > maxPageChanges {
		return 0, badRequest("The limit parameter is not a number from 1 to %d: %q.", maxPageChanges, params.Get("limit"))
	}
	return limit, nil
}

// changeForm is how changes are written.
type changeForm struct {
	form
	// lines tells that each change has a line and a cursor of its own, and that a
	// mark is one of them; otherwise the last cursor comes behind.
	lines bool
}

var (
	changePage  = changeForm{form{contentTypeJSON, `{"changes":[`, ",", "", ""}, false}
	changeLines = changeForm{linesForm, true}
)

// sendChanges writes up to limit changes as they come; all if it is 0.
func (s *Server) sendChanges(w http.ResponseWriter, r *http.Request, events iter.Seq2[store.Event, error], limit int, f changeForm) error {
	out := &chunkWriter{w: w, r: r, contentType: f.contentType}
	buffer := append(make([]byte, 0, chunk+4<<10), f.open...)
	var next store.Cursor
	count := 0
	for e, err := range events {
		if err != nil {
			return out.fail(err)
		}
		next = e.Cursor
		if e.Mark() && !f.lines {
			break
		}
		if count > 0 {
			buffer = append(buffer, f.between...)
		}
		buffer = append(f.appendChange(buffer, e), f.after...)
		if len(buffer) >= chunk {
			if err := out.write(buffer); err != nil {
				return sent(err)
			}
			buffer = buffer[:0]
		}
		if count++; count == limit {
			break
		}
	}
	if !f.lines {
		buffer = append(rawjson.AppendString(append(buffer, `],"next":`...), string(next)), '}')
	}
	return sent(out.close(buffer))
}

func (f changeForm) appendChange(b []byte, e store.Event) []byte {
	at := len(b)
	b = append(b, '{')
	if !e.Mark() {
		b = rawjson.AppendString(append(b, `"id":`...), e.ID)
	}
	if f.lines {
		if !e.Mark() {
			b = append(b, ',')
		}
		b = rawjson.AppendString(append(b, `"cursor":`...), string(e.Cursor))
	}
	switch {
	case e.Mark():
	case e.Deleted:
		b = append(b, `,"deleted":true`...)
	default:
		b = e.Entry.AppendJSON(append(b, `,"entry":`...))
	}
	if f.lines {
		joinLines(b[at:])
	}
	return append(b, '}')
}
