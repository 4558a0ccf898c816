package httpapi_test

import (
	"bufio"
	"context"
	"io"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// slow answers a query later than clients may idle.
type slow struct {
	faulty
	wait time.Duration
}

func (s slow) QueryMetadata(ctx context.Context, _ store.Query) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		select {
		case <-ctx.Done():
			yield(metadata.Entry{}, ctx.Err())
		case <-time.After(s.wait):
			yield(metadata.Entry{}, nil)
		}
	}
}

func TestSlowAnswersAreNoIdleClients(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	const idle = 200 * time.Millisecond // also a busy machine answers within it
	server := httptest.NewServer(httpapi.New(slow{wait: 4 * idle}, httpapi.Config{IdleTimeout: idle}))
	defer server.Close()
	for range 2 { // the second one on the same connection
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/artefacts/metadata/query", strings.NewReader(`{}`))
		is.NoErr(err)
		resp, err := server.Client().Do(req)
		is.NoErr(err)
		_, err = io.ReadAll(resp.Body)
		is.NoErr(err)
		is.NoErr(resp.Body.Close())
		is.Equal(resp.StatusCode, 200)
	}
}

func TestIdleClientsAreGivenUp(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(stall(t, "/artefacts/metadata", "Transfer-Encoding: chunked", "c\r\n"+`{"entries":[`+"\r\n"), http.StatusRequestTimeout)
}

// stall sends a request, and no more, and returns the status of the answer. It does without
// a client, which may wait for the rest of the body itself.
func stall(t *testing.T, target, header, body string) int {
	t.Helper()
	is := is.New(t)
	const idle = 600 * time.Millisecond // an answer has a quarter more, which is enough on a busy machine
	server := httptest.NewServer(newAPI(httpapi.Config{IdleTimeout: idle}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	is.NoErr(err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "PUT "+target+" HTTP/1.1\r\nHost: a\r\n"+header+"\r\n\r\n"+body)
	is.NoErr(err)
	is.NoErr(conn.SetReadDeadline(time.Now().Add(20 * time.Second)))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	is.NoErr(err)
	is.NoErr(resp.Body.Close())
	return resp.StatusCode
}

// A body whose length is told keeps the server no longer, whether it is read or not.
func TestStalledBodiesAreGivenUp(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]int{"/artefacts/metadata": http.StatusRequestTimeout, "/nope": http.StatusNotFound} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			is.Equal(stall(t, target, "Content-Length: 1000", `{"entries":[`), want)
		})
	}
}

// A client that does not read its answer, whichever it is, loses its connection.
func TestClientsThatTakeNothingAreGivenUp(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	many := &repository{versions: map[string][]string{"a": slices.Repeat([]string{strings.Repeat("1", 1000)}, 50_000)}}
	api := newAPI(httpapi.Config{IdleTimeout: 50 * time.Millisecond, Components: many})
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		api.ServeHTTP(w, r)
	}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	is.NoErr(err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "GET /ocm/component/versions?component_name=a HTTP/1.1\r\nHost: a\r\n\r\n")
	is.NoErr(err)
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("the server waits for a client that does not read")
	}
}
