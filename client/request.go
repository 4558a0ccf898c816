package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/opendeliverygear/odg/internal/problem"
	"github.com/opendeliverygear/odg/store"
)

// call is a request that can be sent more than once.
type call struct {
	method, path string
	query        url.Values
	body         []byte
	accept       string
}

// userAgent is what the server counts the requests under.
const userAgent = "odg-client"

// compressFrom is the length from which a body is compressed, in bytes.
const compressFrom = 1 << 10

func (c *Client) request(ctx context.Context, r call) (*http.Request, error) {
	target := c.base + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	body, encoding := r.body, ""
	if len(body) >= compressFrom {
		body, encoding = compress(body), "gzip"
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if encoding != "" {
		req.Header.Set("Content-Encoding", encoding)
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	accept := problem.ContentType
	if r.accept != "" {
		accept = r.accept + ", " + accept
	}
	req.Header.Set("Accept", accept)
	req.Header.Set("User-Agent", userAgent)
	if id := store.ActOf(ctx).Request; id != "" {
		req.Header.Set(problem.HeaderRequest, id)
	}
	if r.path == blobPath { // headers tell its length
		req.Header.Set("Accept-Encoding", "identity")
	}
	return req, nil
}

func compress(body []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed) // the level exists
	_, _ = w.Write(body)                              // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

// do sends a request until it succeeds or no further attempt can help. The caller
// closes the body.
func (c *Client) do(ctx context.Context, r call) (*http.Response, error) {
	req, err := c.request(ctx, r)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		if until, limited := store.Limit(ctx); limited {
			req.Header.Set(problem.HeaderUntil, until.UTC().Format(time.RFC3339Nano))
		}
		resp, err := c.once(req)
		if err == nil {
			return resp, nil
		}
		if attempt == c.cfg.Attempts || ctx.Err() != nil || !transient(err) {
			if attempt > 1 {
				err = fmt.Errorf("after %d attempts: %w", attempt, err)
			}
			return nil, err
		}
		if err := pause(ctx, c.pause(attempt, err)); err != nil {
			return nil, err
		}
		if req.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
}

func (c *Client) once(req *http.Request) (*http.Response, error) {
	resp, err := c.cfg.HTTP.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 == 2 {
		return resp, nil
	}
	defer func() { _ = resp.Body.Close() }()
	failure := error(newError(resp))
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		failure = &retryLater{failure, time.Duration(seconds) * time.Second}
	}
	return nil, failure
}

// retryLater is an error whose sender said when to try again.
type retryLater struct {
	error
	after time.Duration
}

func (r *retryLater) Unwrap() error { return r.error }

// transient tells if time may cure an error: all that has no status, and statuses
// of servers that are busy, restarting or out of reach.
func transient(err error) bool {
	var answer *Error
	if !errors.As(err, &answer) {
		return true
	}
	switch answer.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// pause is how long to wait after an attempt: what the server asks for, else a
// random part of a limit that doubles.
func (c *Client) pause(attempt int, err error) time.Duration {
	var later *retryLater
	if errors.As(err, &later) && later.after <= c.cfg.MaxBackoff {
		return later.after
	}
	limit := c.cfg.MaxBackoff
	if shift := attempt - 1; shift < 20 {
		limit = min(limit, c.cfg.Backoff<<shift)
	}
	return limit/2 + rand.N(limit/2+1)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// fetch sends a request and reads the whole answer.
func (c *Client) fetch(ctx context.Context, r call) ([]byte, error) {
	resp, err := c.do(ctx, r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(c.cfg.MaxBodyBytes)+1))
	if err != nil {
		return nil, fmt.Errorf("%s %s: read answer: %w", r.method, r.path, err)
	}
	if len(body) > c.cfg.MaxBodyBytes {
		return nil, fmt.Errorf("%s %s: the answer is longer than %d bytes", r.method, r.path, c.cfg.MaxBodyBytes)
	}
	return body, nil
}
