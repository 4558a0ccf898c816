package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// request sends a request and returns the answer, whose status is as wanted.
func (s *server) request(ctx context.Context, method, path string, body []byte, header http.Header, status int) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = header.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != status {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 1000)) // the status says enough
		return nil, errors.Join(fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, said), resp.Body.Close())
	}
	return resp, nil
}

func (s *server) put(ctx context.Context, body []byte) error {
	resp, err := s.request(ctx, http.MethodPut, "/artefacts/metadata", body, nil, http.StatusCreated)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// answer is what a client sees of an answer that it reads to the end.
type answer struct {
	first time.Duration // until the first byte
	bytes int64
	lines int
}

func (s *server) query(ctx context.Context, path string, body []byte, header http.Header) (answer, error) {
	start := time.Now()
	resp, err := s.request(ctx, http.MethodPost, path, body, header, http.StatusOK)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	buffer := make([]byte, 256<<10)
	var a answer
	for {
		n, err := resp.Body.Read(buffer)
		if a.bytes == 0 && n > 0 {
			a.first = time.Since(start)
		}
		a.bytes += int64(n)
		a.lines += bytes.Count(buffer[:n], []byte("\n"))
		if err == io.EOF {
			return a, nil
		}
		if err != nil {
			return a, err
		}
	}
}

// everything is the body of a query that names no artefacts.
var everything = []byte(`{"entries":[]}`)

var ndjson = http.Header{"Accept": {"application/x-ndjson"}}

// lines asks for entries, one a line, and makes sure that all come.
func (s *server) lines(ctx context.Context, path string, body []byte, want int) (answer, error) {
	got, err := s.query(ctx, path, body, ndjson)
	if err == nil && got.lines != want {
		err = fmt.Errorf("query: %d of %d entries came", got.lines, want)
	}
	return got, err
}
