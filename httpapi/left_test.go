package httpapi_test

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/matryer/is"
	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/store"
)

// cancelled are blobs whose store has no other words than that the request ended.
type cancelled struct{ store.Blobs }

func (cancelled) PutBlob(_ context.Context, b store.Blob, content io.Reader) (store.Blob, error) {
	_, _ = io.ReadAll(content)
	return b, context.Canceled
}

type cut struct{ io.Reader }

func (c cut) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func TestCutUploads(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	req := httptest.NewRequest("POST", "/blob", cut{strings.NewReader("ab")})
	req.ContentLength = 3
	req.Header.Set("Content-Type", "text/plain")
	req.Header.Set("Digest", "sha256:"+strings.Repeat("0", 64))
	rec := httptest.NewRecorder()
	newAPI(httpapi.Config{Blobs: cancelled{}}).ServeHTTP(rec, req)
	is.Equal(rec.Code, 400)
	is.Equal(rec.Body.String(), "read body: unexpected EOF")
}

// A client that does not wait is no fault of the server.
func TestClientsThatLeft(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req := httptest.NewRequest("PUT", "/artefacts/metadata", strings.NewReader(`{"entries":[`+entryText+`]}`)).WithContext(ctx)
	api := httpapi.New(faulty{err: context.Canceled}, httpapi.Config{Log: zerolog.New(&log)})
	api.ServeHTTP(httptest.NewRecorder(), req)
	is.True(strings.Contains(log.String(), `"level":"info"`))
	is.True(strings.Contains(log.String(), `"status":499`))
}
