package serve_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"github.com/opendeliverygear/odg/internal/serve"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// held answers when it is told to.
type held struct{ began, end chan struct{} }

func newHeld() held { return held{make(chan struct{}), make(chan struct{})} }

func (h held) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	close(h.began)
	<-h.end
	_, _ = io.WriteString(w, "done")
}

// get returns the body of an answer, or why there is none.
func get(ctx context.Context, address net.Addr) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address.String(), nil)
	if err != nil {
		return err.Error()
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err.Error()
	}
	return string(body)
}

// running starts a server and returns how a request to it ends, and how it does.
func running(t *testing.T, h http.Handler, timeout time.Duration) (stop func(), request <-chan string, ended <-chan error) {
	t.Helper()
	servers, err := serve.Listen(zerolog.Nop(), serve.Server{Name: "api", Address: "127.0.0.1:0", Handler: h})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	end, answer := make(chan error, 1), make(chan string, 1)
	go func() { end <- servers.Run(ctx, timeout, zerolog.Nop()) }()
	go func() { answer <- get(context.WithoutCancel(ctx), servers.Address("api")) }()
	return stop, answer, end
}

func TestRequestsEndBeforeTheServer(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	h := newHeld()
	stop, request, ended := running(t, h, time.Minute)
	<-h.began
	stop()
	select {
	case <-ended:
		t.Fatal("the server did not wait for its request")
	case <-time.After(50 * time.Millisecond):
	}
	close(h.end)
	is.Equal(<-request, "done")
	is.NoErr(<-ended)
}

func TestRequestsThatTakeTooLongAreCutOff(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	h := newHeld()
	stop, request, ended := running(t, h, time.Millisecond)
	<-h.began
	stop()
	err := <-ended
	is.True(err != nil)
	is.True(strings.Contains(err.Error(), "requests to api were cut off after 1ms"))
	is.True(strings.Contains(<-request, "EOF"))
	close(h.end)
}

func TestTakenAddress(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	is.NoErr(err)
	defer func() { is.NoErr(taken.Close()) }()
	_, err = serve.Listen(zerolog.Nop(),
		serve.Server{Name: "api", Address: "127.0.0.1:0"}, serve.Server{Name: "metrics", Address: taken.Addr().String()})
	is.True(err != nil)
	is.True(strings.Contains(err.Error(), "listen for metrics"))
}

func TestAFailureEndsAllServers(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	servers, err := serve.Listen(zerolog.Nop(),
		serve.Server{Name: "api", Address: "127.0.0.1:0"}, serve.Server{Name: "metrics", Address: "127.0.0.1:0"})
	is.NoErr(err)
	is.Equal(servers.Address("nobody"), nil)
	is.NoErr(servers[:1].Close())
	is.True(servers.Run(t.Context(), time.Second, zerolog.Nop()) != nil)
}

// pipes are connections in memory, on which time may be faked.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (p pipes) Close() error   { close(p); return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "memory"} }

// A client that sends no request, or only half of one, does not keep its connection.
func TestHalfOpenConnectionsEnd(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		sends string
		after time.Duration
	}{
		"nothing":            {"", 11 * time.Second},
		"half a request":     {"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", 11 * time.Second},
		"no further request": {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 2*time.Minute + time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				is := is.New(t)
				listener := make(pipes)
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan error)
				go func() {
					quick := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
					ended <- serve.On(listener, serve.Server{Handler: quick}).Run(ctx, time.Second, zerolog.Nop())
				}()
				client, server := net.Pipe()
				listener <- server
				began := time.Now()
				if tc.sends != "" {
					_, err := io.WriteString(client, tc.sends)
					is.NoErr(err)
				}
				_, err := io.ReadAll(client) // until the server closes
				is.NoErr(err)
				is.True(time.Since(began) < tc.after)
				stop()
				is.NoErr(<-ended)
			})
		})
	}
}

func TestSwap(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var swap serve.Swap
	rec := httptest.NewRecorder()
	swap.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	is.Equal(rec.Code, http.StatusServiceUnavailable)
	is.Equal(rec.Header().Get("Retry-After"), "2")

	h := newHeld()
	swap.Set(h)
	first := httptest.NewRecorder()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		swap.ServeHTTP(first, httptest.NewRequest("GET", "/", nil))
	}()
	<-h.began
	swap.Set(http.NotFoundHandler())
	rec = httptest.NewRecorder()
	swap.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	is.Equal(rec.Code, http.StatusNotFound)
	close(h.end)
	<-ended
	is.Equal(first.Body.String(), "done") // it ended with what it began with
}
