package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

const metadataPath = "/artefacts/metadata"

// PutMetadata stores entries, all or none, as odg.Core does.
func (c *Client) PutMetadata(ctx context.Context, entries []metadata.Entry) error {
	return c.sendTo(ctx, http.MethodPut, metadataPath, entries)
}

// DeleteMetadata removes the stored entries that have the ids of the given ones,
// as odg.Core does.
func (c *Client) DeleteMetadata(ctx context.Context, entries []metadata.Entry) error {
	return c.sendTo(ctx, http.MethodDelete, metadataPath, entries)
}

func (c *Client) sendTo(ctx context.Context, method, path string, entries []metadata.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	body := []byte(`{"entries":[`)
	for i, e := range entries {
		if len(e.Artefact.References) > 0 {
			return fmt.Errorf("entries[%d]: %w", i, store.ErrReferences)
		}
		if i > 0 {
			body = append(body, ',')
		}
		body = appendEntry(body, e)
	}
	_, err := c.fetch(ctx, call{method: method, path: path, body: append(body, "]}"...)})
	return err
}

// appendEntry leaves out null times, which the server does not take.
func appendEntry(b []byte, e metadata.Entry) []byte {
	if e.Meta.CreationDate != "" {
		return e.AppendJSON(b)
	}
	text := e.AppendJSON(nil)
	return append(b, bytes.Replace(text, []byte(`"creation_date":null`), []byte(`"creation_date":""`), 1)...)
}

// QueryMetadata streams the entries that q selects, as odg.Core does. What only
// the server knows, [store.Query.NullMatches] and [store.Selector.Versionless], is
// left to it.
func (c *Client) QueryMetadata(ctx context.Context, q store.Query) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		r, err := queryCall(q)
		if err == nil {
			err = c.stream(ctx, r, yield)
		}
		if err != nil {
			yield(metadata.Entry{}, err)
		}
	}
}

// AsOf streams the findings and rescorings that q selects as they were stored at a moment,
// as odg.Core does. The error wraps [store.ErrNoHistory] if the server's database keeps no
// history.
func (c *Client) AsOf(ctx context.Context, q store.Query, at time.Time) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		r, err := queryCall(q)
		if err == nil {
			r.query.Set("as_of", at.UTC().Format(time.RFC3339Nano))
			err = c.stream(ctx, r, yield)
		}
		if err != nil {
			yield(metadata.Entry{}, err)
		}
	}
}

func queryCall(q store.Query) (call, error) {
	ids := make([]artefact.ID, len(q.Artefacts))
	for i, s := range q.Artefacts {
		ids[i] = s.ID
		ids[i].References = nil // a query ignores them
	}
	body, err := json.Marshal(map[string]any{"entries": ids})
	if err != nil {
		return call{}, err
	}
	params := url.Values{}
	for _, t := range q.Types {
		params.Add("type", string(t))
	}
	for _, d := range q.Datasources {
		params.Add("datasource", string(d))
	}
	for _, t := range q.ReferencedTypes {
		params.Add("referenced_type", string(t))
	}
	return call{http.MethodPost, metadataPath + "/query", params, body, contentTypeNDJSON}, nil
}

const contentTypeNDJSON = "application/x-ndjson"

// stream yields the entries of an answer. It returns an error that is still to be
// yielded. Servers that know no NDJSON answer with a list.
func (c *Client) stream(ctx context.Context, r call, yield func(metadata.Entry, error) bool) error {
	return c.streamRaw(ctx, r, func(raw []byte) (bool, error) {
		e, err := c.cfg.Types.ParseEntry(raw)
		if err != nil {
			return false, err
		}
		return yield(e, nil), nil
	})
}

// streamRaw hands the elements of an answer to use, until that says no or fails.
func (c *Client) streamRaw(ctx context.Context, r call, use func(raw []byte) (bool, error)) error {
	resp, err := c.do(ctx, r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	next := listReader(resp.Body)
	if strings.HasPrefix(resp.Header.Get("Content-Type"), contentTypeNDJSON) {
		next = c.lineReader(resp.Body)
	}
	for {
		raw, err := next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s %s: read answer: %w", r.method, r.path, err)
		}
		more, err := use(raw)
		if err != nil {
			return fmt.Errorf("%s %s: %w", r.method, r.path, err)
		}
		if !more {
			return nil
		}
	}
}

// lineReader returns the lines of an answer, then [io.EOF].
func (c *Client) lineReader(body io.Reader) func() ([]byte, error) {
	lines := bufio.NewScanner(body)
	lines.Buffer(make([]byte, 0, 64<<10), c.cfg.MaxEntryBytes)
	return func() ([]byte, error) {
		if lines.Scan() {
			return bytes.Clone(lines.Bytes()), nil
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
}

// listReader returns the elements of a JSON list, then [io.EOF].
func listReader(body io.Reader) func() ([]byte, error) {
	decoder := json.NewDecoder(body)
	began := false
	return func() ([]byte, error) {
		if !began {
			began = true
			if token, err := decoder.Token(); err != nil || token != json.Delim('[') {
				return nil, fmt.Errorf("want a JSON list (%v, %w)", token, orUnexpected(err))
			}
		}
		if !decoder.More() {
			if _, err := decoder.Token(); err != nil {
				return nil, orUnexpected(err)
			}
			return nil, io.EOF
		}
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return nil, orUnexpected(err)
		}
		return raw, nil
	}
}

func orUnexpected(err error) error {
	if err == nil || err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// CountScanInfos counts the scan infos of each artefact, by the artefact's key, as
// odg.Core does.
func (c *Client) CountScanInfos(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	for e, err := range c.QueryMetadata(ctx, store.Query{Types: []metadata.Type{metadata.TypeScanInfo}}) {
		if err != nil {
			return nil, err
		}
		counts[e.Artefact.Key()]++
	}
	return counts, nil
}
