package oci_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/oci"
)

// TestMomentaryFaults end, and the request is sent again, at the right time.
func TestMomentaryFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status     int
		retryAfter string
		faults     int64
		least      time.Duration
		most       time.Duration
		fails      bool
	}{
		"429 with seconds":         {status: 429, retryAfter: "7", faults: 2, least: 14 * time.Second, most: 14 * time.Second},
		"503 with a date":          {status: 503, retryAfter: time.Date(2000, 1, 1, 0, 0, 9, 0, time.UTC).Format(http.TimeFormat), faults: 1, least: 9 * time.Second, most: 9 * time.Second},
		"429 with too many":        {status: 429, retryAfter: "3600", faults: 1, fails: true},
		"429 with nonsense":        {status: 429, retryAfter: "soon", faults: 1, least: 200 * time.Millisecond, most: time.Second},
		"500":                      {status: 500, faults: 3, least: 1700 * time.Millisecond, most: 4 * time.Second},
		"502 all the time":         {status: 502, faults: 1 << 40, least: 3 * time.Second, most: 8 * time.Second, fails: true},
		"501 is not for a moment":  {status: 501, faults: 1, fails: true},
		"404 is not for a moment":  {status: 404, faults: 1, fails: true},
		"a connection that breaks": {faults: 2, least: 700 * time.Millisecond, most: 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				is := is.New(t)
				var faults atomic.Int64
				servers := network{home: stocked(t, shop)}
				faulty := transport(func(r *http.Request) (*http.Response, error) {
					if faults.Add(1) > test.faults {
						return servers.RoundTrip(r)
					}
					if test.status == 0 {
						return nil, io.ErrUnexpectedEOF
					}
					return &http.Response{StatusCode: test.status, Header: http.Header{"Retry-After": {test.retryAfter}}, Body: http.NoBody, Request: r}, nil
				})
				start := time.Now()
				_, err := at(t, faulty, oci.Config{}).Descriptor(t.Context(), shop)
				took := time.Since(start)
				is.Equal(err != nil, test.fails)
				is.True(took >= test.least)
				is.True(took <= test.most)
				var status *oci.StatusError
				if test.fails {
					is.True(errors.As(err, &status))
					is.Equal(status.Status, test.status)
				}
			})
		})
	}
}

// transport is a function that sends requests.
type transport func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// cut is a body that ends too early.
type cut struct{ io.Reader }

func (c cut) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// A document that was cut off is read again; a stream cannot be.
func TestTruncatedBodies(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		servers := network{home: stocked(t, shop)}
		var cuts atomic.Int64
		cutting := transport(func(r *http.Request) (*http.Response, error) {
			response, err := servers.RoundTrip(r)
			if err == nil && cuts.Add(-1) >= 0 {
				response.Body = io.NopCloser(cut{io.LimitReader(response.Body, 5)})
			}
			return response, err
		})
		repo := at(t, cutting, oci.Config{})
		cuts.Store(2)
		_, err := repo.Descriptor(t.Context(), shop)
		is.NoErr(err)
		cuts.Store(2)
		versions, err := repo.Versions(t.Context(), shop.Name)
		is.NoErr(err)
		is.Equal(versions, []string{"1.0.0"})
		cuts.Store(1 << 40)
		_, err = repo.Descriptor(t.Context(), shop)
		is.True(errors.Is(err, io.ErrUnexpectedEOF))
		cuts.Store(1)
		blob, err := repo.OpenBlob(t.Context(), shop, digest(text))
		is.NoErr(err)
		_, err = io.ReadAll(blob)
		is.True(errors.Is(err, io.ErrUnexpectedEOF))
	})
}

// The same on a real connection.
func TestTruncatedConnection(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	base := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		reply(w, typeManifest, "{")
	}))
	_, err := open(t, base, oci.Config{Retries: -1}).Descriptor(t.Context(), shop)
	is.True(errors.Is(err, io.ErrUnexpectedEOF))
}

// Tokens are remembered, but not of all repositories for ever.
func TestManyRepositories(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var given atomic.Int64
	handler := asking(quiet(), "https://"+home+"/token", "anonymous")
	repo := at(t, network{home: altered(handler, func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/token" {
			return false
		}
		given.Add(1)
		tokenService().ServeHTTP(w, r)
		return true
	})}, oci.Config{})
	for range 2 {
		_, err := repo.Versions(t.Context(), "acme.org/shop")
		is.NoErr(err)
	}
	is.Equal(given.Load(), int64(1))
	for i := range 4096 {
		_, err := repo.Versions(t.Context(), fmt.Sprintf("acme.org/shop/%d", i))
		is.NoErr(err)
	}
	_, err := repo.Versions(t.Context(), "acme.org/shop")
	is.NoErr(err)
	is.Equal(given.Load(), int64(4098)) // once more for the first
}

// stalled is a body from which nothing comes until its request ends.
type stalled struct{ ctx context.Context }

func (s stalled) Read([]byte) (int, error) {
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func (s stalled) Close() error { return nil }

// trickle is a body that comes byte by byte, one in 10 seconds.
type trickle struct{ stalled }

func (t trickle) Read(p []byte) (int, error) {
	select {
	case <-t.ctx.Done():
		return 0, t.ctx.Err()
	case <-time.After(10 * time.Second):
		return copy(p, "x"), nil
	}
}

// What does not answer in time is given up.
func TestTimeLimits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		repo := at(t, transport(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: stalled{r.Context()}, ContentLength: -1, Request: r}, nil
		}), oci.Config{})
		start := time.Now()
		_, err := repo.Descriptor(t.Context(), shop)
		is.True(err != nil)
		is.True(strings.Contains(err.Error(), "no complete answer within 2m0s"))
		is.True(errors.Is(err, component.ErrUnavailable))
		is.Equal(time.Since(start), 2*time.Minute)

		blob, err := repo.OpenBlob(t.Context(), shop, digest(text))
		is.NoErr(err)
		_, err = io.ReadAll(blob)
		is.True(err != nil)
		is.True(strings.Contains(err.Error(), "sent 0 bytes in 1m0s"))
		is.True(errors.Is(err, component.ErrUnavailable))
		is.NoErr(blob.Close())

		trickling := at(t, transport(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: trickle{stalled{r.Context()}}, ContentLength: -1, Request: r}, nil
		}), oci.Config{})
		blob, err = trickling.OpenBlob(t.Context(), shop, digest(text))
		is.NoErr(err)
		time.Sleep(time.Hour) // which its reader may take
		start = time.Now()
		_, err = io.ReadAll(blob)
		is.True(err != nil)
		is.True(strings.Contains(err.Error(), "bytes in 1m0s"))
		is.Equal(time.Since(start), time.Minute)
		is.NoErr(blob.Close())

		mute := at(t, transport(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}), oci.Config{})
		_, err = mute.OpenBlob(t.Context(), shop, digest(text))
		is.True(err != nil)
		is.True(strings.Contains(err.Error(), "no answer within 2m0s"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = mute.Descriptor(ctx, shop)
		is.True(errors.Is(err, context.DeadlineExceeded))
		is.True(!errors.Is(err, component.ErrUnavailable)) // it was us who did not wait
	})
}

// A registry that is down is another thing than a component version that is missing.
func TestUnavailable(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable, http.StatusInsufficientStorage} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			handler := altered(stocked(t, shop), func(w http.ResponseWriter, _ *http.Request) bool {
				w.WriteHeader(status)
				return true
			})
			_, err := at(t, network{home: handler}, oci.Config{Retries: -1}).Descriptor(t.Context(), shop)
			is.True(errors.Is(err, component.ErrUnavailable))
			is.True(!errors.Is(err, component.ErrNotFound))
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		is := is.New(t)
		server := httptest.NewServer(quiet())
		server.Close()
		_, err := open(t, server.URL, oci.Config{Retries: -1}).Descriptor(t.Context(), shop)
		is.True(errors.Is(err, component.ErrUnavailable))
	})
}

// No more requests than configured are under way, however many ask.
func TestParallel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		servers := network{home: stocked(t, shop)}
		var now, most atomic.Int64
		slow := transport(func(r *http.Request) (*http.Response, error) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer now.Add(-1)
			time.Sleep(20 * time.Millisecond)
			return servers.RoundTrip(r)
		})
		repo := at(t, slow, oci.Config{Parallel: 3})
		results := make(chan error)
		for range 20 {
			go func() { _, err := repo.Descriptor(t.Context(), shop); results <- err }()
		}
		for range 20 {
			is.NoErr(<-results)
		}
		is.Equal(most.Load(), int64(3))
	})
}
