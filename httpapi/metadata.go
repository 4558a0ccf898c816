package httpapi

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
)

func (s *Server) putMetadata(w http.ResponseWriter, r *http.Request) error {
	entries, err := s.readEntries(r)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	if err := inTime(r); err != nil {
		return err
	}
	if err := s.core.PutMetadata(s.acting(r.Context(), entries), entries); err != nil {
		return err
	}
	w.WriteHeader(http.StatusCreated)
	return nil
}

func (s *Server) deleteMetadata(w http.ResponseWriter, r *http.Request) error {
	entries, err := s.readEntries(r)
	if err != nil {
		return err
	}
	if err := inTime(r); err != nil {
		return err
	}
	if err := s.core.DeleteMetadata(s.acting(r.Context(), entries), entries); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) readEntries(r *http.Request) ([]metadata.Entry, error) {
	var entries []metadata.Entry
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), contentTypeNDJSON) {
		entries, err = s.readLines(r.Body)
	} else {
		var body []byte
		if body, err = readBody(r); err == nil {
			entries, err = s.cfg.Types.ParseEntries(body)
		}
	}
	if err != nil {
		return nil, err
	}
	for i := range entries {
		if err := fits(entries[i]); err != nil {
			return nil, fmt.Errorf("entries[%d].%w", i, err)
		}
	}
	return entries, nil
}

// readLines reads one entry per line; empty lines are fine.
func (s *Server) readLines(body io.Reader) ([]metadata.Entry, error) {
	var entries []metadata.Entry
	reader := bufio.NewReaderSize(body, 64<<10)
	for number := 1; ; number++ {
		line, err := reader.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, bodyError(err)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			entry, err := s.cfg.Types.ParseEntry(line)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", number, err)
			}
			entries = append(entries, entry)
		}
		if err == io.EOF {
			return entries, nil
		}
	}
}

func (s *Server) queryMetadata(w http.ResponseWriter, r *http.Request) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	at, err := s.past(r.URL.Query(), "as_of")
	if err != nil {
		return err
	}
	if !at.IsZero() {
		return stream(w, r, s.core.AsOf(r.Context(), q, at))
	}
	return stream(w, r, s.core.QueryMetadata(r.Context(), q))
}

func readQuery(r *http.Request) (store.Query, error) {
	params := r.URL.Query()
	q := store.Query{
		Types:           list[metadata.Type](params["type"]),
		Datasources:     list[metadata.Datasource](params["datasource"]),
		ReferencedTypes: list[metadata.Type](params["referenced_type"]),
	}
	body, err := readBody(r)
	if err != nil {
		return q, err
	}
	q.Artefacts, err = readSelectors(body)
	return q, err
}

func list[T ~string](values []string) []T {
	out := make([]T, len(values))
	for i, v := range values {
		out[i] = T(v)
	}
	return out
}

// MaxSelectors is how many different artefacts one query may ask for.
const MaxSelectors = 100_000

func readSelectors(body []byte) ([]store.Selector, error) {
	members, err := rawjson.Members(body)
	if err != nil {
		return nil, badRequest("%v", err)
	}
	for _, m := range members {
		if m.Key != "entries" {
			continue
		}
		each, ok := rawjson.Each(m.Value)
		if !ok {
			return nil, badRequest("entries: want a list, not a %s", rawjson.Kind(m.Value))
		}
		return parseSelectors(each)
	}
	return nil, nil
}

// parseSelectors leaves out those that are written like one before.
func parseSelectors(each iter.Seq2[int, json.RawMessage]) ([]store.Selector, error) {
	var selectors []store.Selector
	seen := map[string]bool{}
	for i, raw := range each {
		if seen[string(raw)] {
			continue
		}
		if len(selectors) == MaxSelectors {
			return nil, badRequest("entries: a query may ask for at most %d different artefacts; send several queries", MaxSelectors)
		}
		id, err := parseSelector(raw)
		if err != nil {
			return nil, within(i, err)
		}
		seen[string(raw)] = true
		selectors = append(selectors, store.Selector{ID: id})
	}
	return selectors, nil
}

// within puts the number of a selector in front of what is wrong with it.
func within(i int, err error) error {
	var field *artefact.FieldError
	if errors.As(err, &field) && field.Path == "" {
		return fmt.Errorf("entries[%d]: %w", i, err)
	}
	return fmt.Errorf("entries[%d].%w", i, err)
}

// parseSelector forgives unknown keys, unlike the reader of entries.
func parseSelector(raw []byte) (artefact.ID, error) {
	members, err := rawjson.Inner(raw)
	if err != nil {
		return artefact.ID{}, &artefact.FieldError{Err: err}
	}
	known := []byte{'{'}
	for _, m := range members {
		switch m.Key {
		case "component_name", "component_version", "artefact", "artefact_kind", "references":
			if m.Key == "artefact" && rawjson.IsNull(m.Value) {
				continue
			}
			if len(known) > 1 {
				known = append(known, ',')
			}
			known = append(rawjson.AppendString(known, m.Key), ':')
			known = append(known, m.Value...)
		}
	}
	return artefact.Parse(append(known, '}'))
}

func (s *Server) queryAttributes(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, map[string]any{"fields": search.Fields(), "defaultSearchFields": search.DefaultFields()})
}

func (s *Server) searchMetadata(w http.ResponseWriter, r *http.Request) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	request, err := search.Parse(body)
	if err != nil {
		return err
	}
	result, err := s.core.Search(r.Context(), request)
	if err != nil {
		return err
	}
	return writeJSON(w, struct {
		Items []search.Item `json:"items"`
		Next  search.Cursor `json:"nextCursor"`
	}{result.Items, result.Next})
}
