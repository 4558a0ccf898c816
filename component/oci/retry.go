package oci

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// firstWait is what is waited before the first retry, about.
const firstWait = 500 * time.Millisecond

// retrying sends requests again that failed for a moment.
type retrying struct {
	next    http.RoundTripper
	retries int
	maxWait time.Duration
}

// RoundTrip implements [http.RoundTripper].
func (r retrying) RoundTrip(request *http.Request) (*http.Response, error) {
	for attempt := 0; ; attempt++ {
		response, err := r.next.RoundTrip(request)
		if attempt >= r.retries || request.Method != http.MethodGet && request.Method != http.MethodHead || !momentary(response, err) {
			return response, err
		}
		wait := r.wait(attempt, response)
		if wait > r.maxWait {
			return response, err
		}
		if response != nil {
			discard(response.Body)
		}
		if err := sleep(request.Context(), wait); err != nil {
			return nil, err
		}
	}
}

// momentary tells if the same request may succeed later.
func momentary(response *http.Response, err error) bool {
	if err != nil {
		var network net.Error
		return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ECONNREFUSED) || truncated(err) ||
			!errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) && errors.As(err, &network) && network.Timeout()
	}
	return momentaryStatus(response.StatusCode)
}

func momentaryStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// truncated tells if a connection ended before the answer did.
func truncated(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

// wait returns how long to wait: what the registry says (RFC 9110, Retry-After, in
// seconds or as a date), else longer each time, with a little chance so that not
// all come back at once.
func (r retrying) wait(attempt int, response *http.Response) time.Duration {
	if response != nil {
		if said, ok := retryAfter(response.Header.Get("Retry-After")); ok {
			return said
		}
	}
	wait := min(firstWait<<min(attempt, 16), r.maxWait)
	return wait/2 + rand.N(wait/2+1)
}

func retryAfter(text string) (time.Duration, bool) {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(date)), true
	}
	return 0, false
}

func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// discard reads a little more, so that the connection can be used again.
func discard(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 64<<10) // what fails here fails again
	_ = body.Close()
}
