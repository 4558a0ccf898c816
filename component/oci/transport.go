package oci

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// maxRedirects is how many redirects a request may follow.
const maxRedirects = 5

// newTransport returns what sends the requests of all hosts.
func newTransport(cfg Config, allowed access) http.RoundTripper {
	if cfg.Transport != nil {
		return cfg.Transport
	}
	return &http.Transport{
		DialContext:            allowed.dial,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // digests are of what is sent
		MaxIdleConnsPerHost:    cfg.Parallel,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    30 * time.Second,
		ResponseHeaderTimeout:  cfg.Timeout,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

// hostPort returns the host of a URL with its port, also if it is the usual one.
func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	if u.Scheme == "http" {
		return u.Host + ":80"
	}
	return u.Host + ":443"
}

// limiter sees to it that requests go to allowed hosts only, and not to too many of
// one host at a time. A request counts until its body is closed or read.
type limiter struct {
	next     http.RoundTripper
	allowed  access
	parallel int

	mu    sync.Mutex
	slots map[string]chan struct{}
}

// RoundTrip implements [http.RoundTripper].
func (l *limiter) RoundTrip(request *http.Request) (*http.Response, error) {
	host := hostPort(request.URL)
	if err := l.allowed.host(host); err != nil {
		return nil, err
	}
	slots := l.of(host)
	select {
	case slots <- struct{}{}:
	case <-request.Context().Done():
		return nil, request.Context().Err()
	}
	free := sync.OnceFunc(func() { <-slots })
	response, err := l.next.RoundTrip(request)
	if err != nil {
		free()
		return nil, err
	}
	response.Body = &freeing{response.Body, free}
	return response, nil
}

func (l *limiter) of(host string) chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	slots := l.slots[host]
	if slots == nil {
		slots = make(chan struct{}, l.parallel)
		l.slots[host] = slots
	}
	return slots
}

// freeing frees a slot when it ends.
type freeing struct {
	io.ReadCloser
	free func()
}

func (f *freeing) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	if err != nil {
		f.free()
	}
	return n, err
}

func (f *freeing) Close() error {
	defer f.free()
	return f.ReadCloser.Close()
}

// guard keeps the secret of a registry from all others. Redirects lose it already in
// the library and in net/http; guard holds whatever they do.
type guard struct {
	next       http.RoundTripper
	registry   string // host and port
	tokenHosts []string
	allowed    access
}

// RoundTrip implements [http.RoundTripper].
func (g guard) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Fragment != "" {
		return g.atService(request)
	}
	return g.send(request)
}

func (g guard) send(request *http.Request) (*http.Response, error) {
	host := hostPort(request.URL)
	if host == g.registry || matches(g.tokenHosts, host) {
		return g.challenged(g.next.RoundTrip(request))
	}
	if request.Method == http.MethodPost { // holds the secret in its body
		return nil, fmt.Errorf("%s wants the credential of %s, add it to the token hosts of that credential if it is trusted: %w", shorten(host), g.registry, ErrHost)
	}
	if request.Header.Get("Authorization") != "" {
		request = request.Clone(request.Context())
		request.Header.Del("Authorization")
	}
	return g.next.RoundTrip(request)
}

// checkRedirect refuses redirects that are too many or lose TLS.
func checkRedirect(request *http.Request, via []*http.Request) error {
	switch {
	case len(via) > maxRedirects:
		return fmt.Errorf("more than %d redirects: %w", maxRedirects, ErrHost)
	case request.URL.Scheme != "https" && via[0].URL.Scheme == "https":
		return fmt.Errorf("redirected to %s without TLS: %w", shorten(request.URL.Host), ErrHost)
	case request.URL.Scheme != "https" && request.URL.Scheme != "http", request.URL.User != nil:
		return fmt.Errorf("redirected to a URL that is none of a registry: %w", ErrHost)
	}
	return nil
}
